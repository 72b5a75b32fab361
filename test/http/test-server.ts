// The whole server with its carriers, whose far side is the exchange: no port, and no part of ours replaced.

import '../support/long-deadlines.ts'
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { Carrier } from '../../src/carriers/carrier.ts'
import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import type { CarrierName } from '../../src/domain/challenge.ts'
import { keyHash } from '../../src/domain/one-time-codes.ts'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import type { challenge, checked } from '../../src/http/challenge-schemas.ts'
import type { problem } from '../../src/http/problem-schema.ts'
import { createServer } from '../../src/server.ts'
import { type Clock, realClock } from '../../src/time/clock.ts'
import { anAct } from '../store/samples.ts'
import { untilCalm } from '../support/calm.ts'
import { COMPANIES, carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { embeddedDirectory } from '../support/embedded-directory.ts'
import { migratedDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { recordedLogger } from '../support/test-loggers.ts'
import { conforms } from './conforms.ts'

/** Whatever an answer may hold: a test asks for what it expects. */
type Json = Omit<z.infer<typeof challenge> & z.infer<typeof checked>, 'page_token' | 'display_code'> &
  Omit<z.infer<typeof problem>, 'status'> & { page_token: string; display_code: string }
export type Answer = { status: number; headers: Headers; json: Json; text: string }
export type Server = Awaited<ReturnType<typeof startServer>>

/** `names`: the carriers, in order of preference. `time`: of this instance. `rates`: of the first carrier's account. */
export async function startServer(
  settings: Partial<ChallengeSettings> = {},
  names: CarrierName[] = ['twilio'],
  time: Clock = realClock,
  rates: Partial<Carrier['perSecond']> = {},
) {
  const place = await (withoutPostgres ? embedded() : migratedDatabase().then((db) => ({ ...db, dataDir: '' })))
  const { log, logged } = await recordedLogger()
  const clock = manualClock(new Date())
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => app.fetch(request),
    clock,
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 30_000,
  })
  const carriers = names.map((name) =>
    carrierOf(name, async (url, init) => untilGivenUp(phones.app.fetch(new Request(url, init)), init.signal)),
  )
  carriers[0] = { ...carriers[0]!, perSecond: { ...carriers[0]!.perSecond, ...rates } }
  const key = newKey()
  const nextKey = newKey()
  const config = testConfig({
    SECRET: 'a secret of the test server, long enough',
    API_KEY: `${key},${nextKey}`,
    ...(place.url === null ? { DATA_DIR: place.dataDir } : { DATABASE_URL: place.url }),
  })
  const server = await createServer(config, log, {
    carriers,
    clock: time,
    // The exchange's clock is manual, so no sentence takes any of the database's time.
    settings: { speechSpeed: 1_000_000, ...settings },
  })
  const { app, store, stopping } = server
  const foreignKey = await newService('other')

  async function newService(name: string, settings: Record<string, string> = {}): Promise<string> {
    const apiKey = newKey()
    const id = `svc_${name}`
    await store.services.create({ id, name, settings }, anAct)
    const scopes = ['create', 'read'] as const
    await store.services.addKey(
      { id: `apk_${name}`, serviceId: id, name, keyHash: keyHash(apiKey), scopes: [...scopes] },
      anAct,
    )
    return apiKey
  }

  /** A request with the first service's key, unless `headers` say otherwise. A body that is no string goes as JSON. */
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const response = await app.request(path, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...json, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json')
    const answer = { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null }
    if (method !== 'HEAD') conforms(method, path, answer)
    return answer
  }

  return {
    app,
    operatorConsole: server.operatorConsole,
    challenges: server.challenges,
    store,
    phones,
    /** The exchange's. */
    clock,
    /** `null`: embedded. */
    databaseUrl: place.url,
    /** A statement of the test's own, on Postgres. */
    query: (text: string, params?: (string | number)[]) => queryOnce(place.url!, text, params),
    logged,
    key,
    /** The same service's, as while a key is rotated. */
    nextKey,
    foreignKey,
    stopping,
    newService,
    ask,
    /** A challenge to a number that no other test uses. */
    create: (wanted: object = {}) => ask('POST', '/v1/challenges', { to: nextNumber(), ...wanted }),
    /** Nothing is under way any more, here or at the exchange. */
    calm: () => untilCalm(phones, [server]),
    async stop() {
      stopping.abort()
      await server.drain()
      await place.drop()
    },
  }
}

function newKey(): string {
  return randomBytes(24).toString('base64url')
}

/** As over a network: the caller's timeout ends the wait, whatever the server does. */
function untilGivenUp(answer: Response | Promise<Response>, signal: RequestInit['signal']): Promise<Response> {
  const givenUp = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([answer, givenUp])
}

export function as(bearer: string): Record<string, string> {
  return { Authorization: `Bearer ${bearer}` }
}

async function embedded() {
  const { dataDir, remove } = await embeddedDirectory()
  return { url: null, dataDir, drop: remove }
}
