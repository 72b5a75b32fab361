// Several real instances on one real Postgres behind a proxy, with a load balancer before them, a telephone company
// beyond, and an app that is told what happens. All of it ends with the test, however that ends.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Answerback } from '../../src/client/client.ts'
import { createExchange, type Exchange } from '../../src/exchange/exchange.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { freshDatabase } from '../support/postgres.ts'
import { proxy, type Wire } from '../support/proxy.ts'
import { type Instance, instance } from './instance.ts'
import { type Front, front } from './load-balancer.ts'
import { type Receiver, receiver } from './receiver.ts'

export type Options = {
  instances: number
  /** How much faster than life the exchange dials and speaks. */
  speed?: number
  patience?: number
  settings?: Record<string, string>
  /** What the app answers to a webhook. */
  answers?: () => number
  /** Each instance has a database of its own, embedded in its directory. */
  embedded?: boolean
  /** Stands in the way of the exchange's webhooks. */
  hooks?: (request: Request) => Promise<Response>
  /** Sees what is asked of the exchange before the exchange does. */
  asked?: (request: Request) => void
}

/** One webhook of the exchange, as the exchange saw it. */
export type Hook = { path: string; status: number; type: string | null; body: string; ms: number }

export type Fleet = {
  instances: Instance[]
  front: Front
  proxy: Wire
  phones: Exchange
  hooks: Hook[]
  receiver: Receiver
  /** Around the proxy, for looking at the truth. */
  database: Database
  /** The app's own client; of one instance, or by way of the load balancer. */
  client(at?: Instance): Answerback
  /** A page's client. */
  page(token: string, at?: Instance): Answerback
  /** Falls when the test is over, however it ends. */
  over: AbortSignal
  /** One more, not started, that the load balancer does not know. */
  another(): Promise<Instance>
}

export const SECRET = randomBytes(32).toString('hex')
export const API_KEY = `key_${randomBytes(24).toString('hex')}`
const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`
const ACCOUNT = { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: randomBytes(16).toString('hex') }

export async function fleet(t: TestContext, options: Options): Promise<Fleet> {
  const { speed = 50, patience = 10_000, settings = {}, answers = () => 204, embedded = false } = options
  const directory = await mkdtemp(join(tmpdir(), 'answerback-faults-'))
  const fresh = await freshDatabase()
  const database = await openDatabase({ url: fresh.url, dataDir: '', log: silentLogger })
  const between = await proxy(new URL(fresh.url))

  const hooks: Hook[] = []
  const send = options.hooks ?? fetch
  const phones = createExchange({
    carriers: { twilio: ACCOUNT },
    speed,
    phoneTimeoutMs: patience,
    async fetch(request) {
      const from = performance.now()
      const { pathname } = new URL(request.url)
      const response = await send(request)
      const body = await response.clone().text()
      const type = response.headers.get('content-type')
      hooks.push({ path: pathname, status: response.status, type, body, ms: performance.now() - from })
      return response
    },
  })
  const company = await listening(
    createServer(
      getRequestListener((request) => {
        options.asked?.(request)
        return phones.app.fetch(request)
      }),
    ),
  )

  const all: Instance[] = []
  const balancer = await front(() => all.map(({ port }) => port))
  const app = await receiver(WEBHOOK_SECRET, answers)

  const url = new URL(fresh.url)
  url.hostname = '127.0.0.1'
  url.port = String(between.port)
  const started: Instance[] = []
  const over = new AbortController()
  t.after(async () => {
    over.abort()
    await Promise.all(started.map((one) => one.retire()))
    // For whoever looks into a failure: what the instances had to say.
    if (process.env.FAULTS_LOG) for (const { said } of started) appendFileSync(process.env.FAULTS_LOG, said)
    balancer.close()
    app.close()
    company.server.close()
    company.server.closeAllConnections()
    between.close()
    await database.close()
    await fresh.drop()
    await rm(directory, { recursive: true, force: true })
  })
  const another = async () => {
    const one = await instance(
      {
        ...(embedded ? {} : { DATABASE_URL: url.href }),
        PUBLIC_URL: balancer.url,
        EXCHANGE_SPEED: String(speed),
        SECRET,
        API_KEY,
        SERVICE_NAME: 'Acme',
        NODE_ENV: 'production',
        WEBHOOK_PRIVATE: 'on',
        TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
        TWILIO_FROM: '+12025550199',
        TWILIO_BASE_URL: company.url,
        WEBHOOK_URL: app.url,
        WEBHOOK_SECRET,
        ALLOWED_COUNTRIES: '*',
        LIMIT_PER_NUMBER: 'off',
        LIMIT_PER_PREFIX: 'off',
        LIMIT_PER_IP: 'off',
        RESEND_COOLDOWN: 'off',
        ...settings,
      },
      directory,
    )
    started.push(one)
    return one
  }
  for (let count = 0; count < options.instances; count++) all.push(await another())
  await Promise.all(all.map((one) => one.start()))
  if (!embedded) await unpaced(database)

  const client = (key: string, at?: Instance) => new Answerback({ baseUrl: at?.url ?? balancer.url, key })
  return {
    instances: all,
    front: balancer,
    proxy: between,
    phones,
    hooks,
    receiver: app,
    database,
    client: (at) => client(API_KEY, at),
    page: client,
    over: over.signal,
    another,
  }
}

/** An account that takes any number of calls a second: at the pace of a new one, a hundred calls take a hundred seconds. */
async function unpaced(database: Database): Promise<void> {
  await database.query(`create function at_once() returns trigger language plpgsql as
    'begin new.free_at := now(); return new; end'`)
  await database.query(
    'create trigger at_once before insert or update on carrier_rate_slots for each row execute function at_once()',
  )
}

async function listening(server: Server): Promise<{ server: Server; url: string }> {
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
}

let numbers = 0
const AREAS = [201, 202, 203, 205, 206, 207, 208, 209, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229]

/** The 555-01xx of one area after the other, kept free for examples (nationalnanpa.com). */
export function nextNumber(): string {
  const at = numbers++
  return `+1${AREAS[Math.floor(at / 99)]}55501${String(at % 99).padStart(2, '0')}`
}
