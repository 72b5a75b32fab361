// Which router hangs where.

import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { Carrier } from '../carriers/carrier.ts'
import type { Challenges } from '../challenges/challenges.ts'
import type { Factors } from '../factors/factors.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { ConsumeChallenge } from '../receipts/consume-challenge.ts'
import type { ReceiptKeys } from '../receipts/receipt-keys.ts'
import type { ManageServices } from '../services/manage-services.ts'
import type { WebhookSecrets } from '../services/webhook-secrets.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../time/clock.ts'
import type { Tracing } from '../tracing/tracing.ts'
import { loadOnce } from './load-once.ts'
import { withArrival } from './middleware/arrival.ts'
import type { Services } from './middleware/auth.ts'
import { requestLog, withRequestId } from './middleware/request-log.ts'
import { requestSpan } from './middleware/request-span.ts'
import { withoutTrailingSlash } from './middleware/trailing-slash.ts'
import { cancelUnreadBody } from './middleware/unread-body.ts'
import { openApiDocument } from './openapi.ts'
import { notFound, onFault } from './problems.ts'
import { adminRoutes } from './routes/admin-routes.ts'
import { carrierWebhooks } from './routes/carrier-webhooks.ts'
import { challengeRoutes } from './routes/challenges.ts'
import { docs } from './routes/docs.ts'
import { factorRoutes } from './routes/factors.ts'
import { health } from './routes/health.ts'
import { hosted } from './routes/hosted.ts'
import { jwksRoute } from './routes/jwks.ts'
import { metricsRoute } from './routes/metrics.ts'
import { numberRoutes } from './routes/numbers.ts'

export type AppParts = {
  challenges: Challenges
  consume: ConsumeChallenge
  receiptKeys: ReceiptKeys
  factors: Factors
  store: Store
  services: Services
  manageServices: ManageServices
  webhookSecrets: Pick<WebhookSecrets, 'draw'>
  carriers: Carrier[]
  publicUrl: string
  serviceName: string
  /** Where the hosted page may lead when it is done. */
  returnOrigins: readonly string[]
  metrics: Metrics
  tracing: Tracing | null
  /** Any of them opens /metrics; none of an empty list; `null`: this machine may read them without one. */
  metricsTokens: readonly string[] | null
  /** Ends every open wait and makes readiness fail. */
  stopping: AbortSignal
  clock: Clock
  log: Logger
  /** Loaded when it is first asked for. */
  operatorConsole: () => Promise<Hono>
  /** What development adds: the demo at /demo, the exchange and its phones. */
  extras: { path: string; app: Hono }[]
}

const CONSOLE_PATH = '/console'

export function createApp({
  challenges,
  consume,
  receiptKeys,
  factors,
  store,
  services,
  manageServices,
  webhookSecrets,
  carriers,
  publicUrl,
  serviceName,
  returnOrigins,
  metrics,
  tracing,
  metricsTokens,
  stopping,
  clock,
  log,
  operatorConsole,
  extras,
}: AppParts): Hono {
  const api = new OpenAPIHono()
  // Before the routes that give /v1 to pages of any origin.
  api.route('/', adminRoutes({ services, manageServices, webhookSecrets, clock }))
  api.route(
    '/',
    challengeRoutes({ challenges, consume, services, idempotency: store.idempotency, stopping, clock, log }),
  )
  api.route('/', factorRoutes({ factors, services, clock }))
  api.route('/', numberRoutes({ numbers: challenges.numbers, services, clock, log }))
  api.route('/', jwksRoute(receiptKeys))
  api.route('/', health({ ready: store.ready, stopping }))

  const framed = (app = new Hono()) => {
    app.use(withArrival(clock), withRequestId, requestLog(log), cancelUnreadBody)
    if (tracing) app.use(requestSpan({ tracing, services, clock }))
    return app.notFound((c) => withoutTrailingSlash(c) ?? notFound(c)).onError(onFault(log))
  }
  const consoleApp = loadOnce(async () => framed().route(CONSOLE_PATH, await operatorConsole()))

  const app = new Hono()
  // Before the frame, since a router takes no more routes once it has answered: the console's are in an app of the same frame.
  app.use(`${CONSOLE_PATH}/*`, async (c) => {
    const loaded = await consoleApp().catch((fault: Error) => framed().use(() => Promise.reject(fault)))
    return loaded.fetch(c.req.raw, c.env)
  })
  framed(app)
  app.route('/', api)
  app.route('/', carrierWebhooks({ challenges, carriers, publicUrl, metrics, clock, log }))
  app.route('/', metricsRoute(metrics, metricsTokens))
  app.route('/', hosted(serviceName, returnOrigins))
  app.route(
    '/',
    docs(() => openApiDocument(api, publicUrl)),
  )
  for (const extra of extras) app.route(extra.path, extra.app)
  return app
}
