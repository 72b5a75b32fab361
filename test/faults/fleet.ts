// Several real instances on one real Postgres behind a proxy, with a load balancer before them, an exchange as the carrier,
// and an app with a webhook endpoint. All of it ends with the test, also when that fails.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Answerback, type Challenge } from '../../src/client/client.ts'
import { createExchange, type Exchange } from '../../src/exchange/exchange.ts'
import { silentLogger } from '../../src/log/logger.ts'
import type { Database } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { migratedDatabase } from '../support/fresh-database.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { startReceiver, verify } from '../support/webhook-receiver.ts'
import { createInstance, type Instance } from './instance-process.ts'
import { type LoadBalancer, startLoadBalancer } from './load-balancer.ts'

export type FleetOptions = {
  instances: number
  /** How much faster than life the exchange dials and speaks. */
  speed?: number
  phoneTimeoutMs?: number
  settings?: Record<string, string>
  /** What the app answers to a webhook. */
  receiverStatus?: () => number
  /** Each instance has a database of its own, embedded in its directory. */
  embedded?: boolean
  /** Stands in the way of the exchange's webhooks. */
  sendWebhook?: (request: Request) => Promise<Response>
  /** Sees what is asked of the exchange before the exchange does. */
  onRestRequest?: (request: Request) => void
}

/** One webhook of the exchange, as the exchange saw it. */
export type WebhookRecord = { path: string; status: number; type: string | null; body: string; ms: number }

export type AcceptedMessage = { id: string; type: string; data: Challenge }

export type Fleet = {
  instances: Instance[]
  loadBalancer: LoadBalancer
  proxy: TcpProxy
  phones: Exchange
  webhooks: WebhookRecord[]
  /** Every message that the app's webhook endpoint has answered with 2xx, repeats too. */
  accepted: AcceptedMessage[]
  /** Around the proxy, for looking at the truth. */
  database: Database
  /** The app's own client; of one instance, or by way of the load balancer. */
  client(at?: Instance): Answerback
  /** A page's client. */
  page(token: string, at?: Instance): Answerback
  /** Falls when the test is over, however it ends. */
  ended: AbortSignal
  /** One more, not started, that the load balancer does not know. */
  addInstance(): Promise<Instance>
}

export const SECRET = randomBytes(32).toString('hex')
export const API_KEY = `key_${randomBytes(24).toString('hex')}`
const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`
const ACCOUNT = { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: randomBytes(16).toString('hex') }

export async function startFleet(t: TestContext, options: FleetOptions): Promise<Fleet> {
  const {
    speed = 50,
    phoneTimeoutMs = 30_000,
    settings = {},
    receiverStatus: answers = () => 204,
    embedded = false,
  } = options
  const directory = await mkdtemp(join(tmpdir(), 'answerback-faults-'))
  const fresh = await migratedDatabase()
  const database = await openDatabase({ url: fresh.url, dataDir: '', log: silentLogger })
  const between = await startTcpProxy(new URL(fresh.url))

  const webhooks: WebhookRecord[] = []
  const send = options.sendWebhook ?? fetch
  const phones = createExchange({
    carriers: { twilio: ACCOUNT },
    speed,
    phoneTimeoutMs,
    async fetch(request) {
      const from = performance.now()
      const { pathname } = new URL(request.url)
      const response = await send(request)
      const body = await response.clone().text()
      const type = response.headers.get('content-type')
      webhooks.push({ path: pathname, status: response.status, type, body, ms: performance.now() - from })
      return response
    },
  })
  const carrier = await listen(
    createServer(
      getRequestListener((request) => {
        options.onRestRequest?.(request)
        return phones.app.fetch(request)
      }),
    ),
  )

  const all: Instance[] = []
  const balancer = await startLoadBalancer(() => all.map(({ port }) => port))
  const accepted: AcceptedMessage[] = []
  const app = await startReceiver()
  app.answer((response, request) => {
    const message = verify(request, WEBHOOK_SECRET) as Omit<AcceptedMessage, 'id'>
    const status = answers()
    if (status < 300) accepted.push({ id: request.id, ...message })
    response.writeHead(status).end()
  })

  const url = new URL(fresh.url)
  url.hostname = '127.0.0.1'
  url.port = String(between.port)
  const started: Instance[] = []
  const over = new AbortController()
  t.after(async () => {
    over.abort()
    await Promise.all(started.map((one) => one.retire()))
    // To look into a failure: what the instances logged.
    if (process.env.FAULTS_LOG) for (const { output } of started) appendFileSync(process.env.FAULTS_LOG, output)
    balancer.close()
    await app.close()
    carrier.server.close()
    carrier.server.closeAllConnections()
    between.close()
    await database.close()
    await fresh.drop()
    await rm(directory, { recursive: true, force: true })
  })
  const another = async () => {
    const one = await createInstance(
      {
        ...(embedded ? { EMBEDDED: 'on' } : { DATABASE_URL: url.href }),
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
        TWILIO_BASE_URL: carrier.url,
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
  if (!embedded) await removeCarrierRates(database)

  const client = (key: string, at?: Instance) => new Answerback({ baseUrl: at?.url ?? balancer.url, key })
  return {
    instances: all,
    loadBalancer: balancer,
    proxy: between,
    phones,
    webhooks,
    accepted,
    database,
    client: (at) => client(API_KEY, at),
    page: client,
    ended: over.signal,
    addInstance: another,
  }
}

/** An account that takes any number of calls a second: at the rate of a new one, a hundred calls take a hundred seconds. */
async function removeCarrierRates(database: Database): Promise<void> {
  await database.query(`create function at_once() returns trigger language plpgsql as
    'begin new.free_at := now(); return new; end'`)
  await database.query(
    'create trigger at_once before insert or update on carrier_rate_slots for each row execute function at_once()',
  )
}

async function listen(server: Server): Promise<{ server: Server; url: string }> {
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
}
