// The API. Each handler reads: who asks, what they say, what the engine answers, how that looks.

import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Logger } from '../../log/logger.ts'
import type { IdempotencyStore } from '../../store/idempotency.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import { eventStream, hasSeenOutcome } from '../challenge-stream.ts'
import { type ChallengeView, challengeView, statusOf } from '../challenge-view.ts'
import { createOnce, fingerprint, withSecrets } from '../idempotent-create.ts'
import { challengeBearer, type Services, serviceBearer } from '../middleware/auth.ts'
import { connectionLimit } from '../middleware/connection-limit.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { parseCreateRequest } from '../parse-create-request.ts'
import { invalid, isRefused, notFound, onFault, problem, type Refused } from '../problems.ts'
import { readBody, valid } from '../request-body.ts'
import { cancelRequest, checkRequest, createRequest, idempotencyKey, redeliverRequest, waitQuery } from '../schemas.ts'

export type ApiParts = {
  engine: Challenges
  services: Services
  idempotency: Omit<IdempotencyStore, 'sweep'>
  /** Ends every open wait: the process is stopping. */
  stopping: AbortSignal
  log: Logger
}

export function challengeRoutes({ engine, services, idempotency, stopping, log }: ApiParts): Hono {
  const app = new Hono()
  const asService = serviceBearer(services)
  const asParty = challengeBearer(engine, services)
  const enterPage = connectionLimit()

  app.use('/v1/*', anyOrigin, noStore)

  app.post('/v1/challenges', asService, async (c) => {
    const read = await readBody(c.req.raw, createRequest)
    if (isRefused(read)) return problem(read)
    const want = parseCreateRequest(read.body)
    if (isRefused(want)) return problem(want)
    const { service, apiKey } = c.var
    if (c.req.header('Idempotency-Key') === undefined) {
      const stored = await engine.create(service, want, null)
      return isRefused(stored) ? problem(stored) : c.json(withSecrets(engine, stored, challengeView(stored)), 201)
    }
    const key = valid(idempotencyKey, c.req.header('Idempotency-Key'), 'Idempotency-Key')
    if (isRefused(key)) return problem(key)
    const asked = { service, key: key.body, fingerprint: fingerprint(apiKey, read.raw) }
    const created = await createOnce({ engine, idempotency }, asked, () => engine.create(service, want, key.body))
    if (isRefused(created)) return problem(created)
    if (created.replayed) c.header('Idempotency-Replayed', 'true')
    return c.json(created.answer, 201)
  })

  app.get('/v1/challenges/:id', asParty, async (c) => {
    const { stored, byPage } = c.var
    const seconds = valid(waitQuery, c.req.query('wait') ?? '0', 'wait')
    if (isRefused(seconds)) return problem(seconds)
    if (seconds.body === 0 || stored.challenge.outcome) return c.json(show(stored, byPage))
    const leave = byPage ? enterPage(stored.challenge.id) : unbounded
    if (!leave) return problem(CROWDED)
    const until = AbortSignal.any([c.req.raw.signal, stopping])
    const later = await engine.wait(stored.challenge.id, seconds.body, until).finally(leave)
    return c.json(show(later ?? stored, byPage))
  })

  app.get('/v1/challenges/:id/events', asParty, (c) => {
    const { stored, byPage } = c.var
    const { id } = stored.challenge
    if (hasSeenOutcome(stored, c.req.header('Last-Event-ID'))) return c.body(null, 204)
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const leave = byPage ? enterPage(id) : unbounded
    if (!leave) return problem(CROWDED)
    return eventStream({
      watch: (gone) => engine.watch(id, AbortSignal.any([gone, stopping])),
      ended: leave,
      failed: (err) => log.error({ err, challenge: id }, 'event stream broke off'),
    })
  })

  app.post('/v1/challenges/:id/check', asParty, async (c) => {
    const { challenge, request: terms } = c.var.stored
    const read = await readBody(c.req.raw, checkRequest)
    if (isRefused(read)) return problem(read)
    const typed = challenge.flow === 'send_code'
    if (typed && read.body.code.length !== terms.codeLength) return problem(WRONG_LENGTH)
    const checked = await engine.check(challenge.id, read.body.code)
    if (isRefused(checked)) return problem(checked)
    const now = checked.stored.challenge
    return c.json({ valid: checked.valid, ...statusOf(now), attempts_left: now.attemptsLeft })
  })

  app.post('/v1/challenges/:id/cancel', asParty, async (c) => {
    const read = await readBody(c.req.raw, cancelRequest, {})
    if (isRefused(read)) return problem(read)
    const canceled = await engine.cancel(c.var.stored.challenge.id)
    return isRefused(canceled) ? problem(canceled) : c.json(show(canceled, c.var.byPage))
  })

  app.post('/v1/challenges/:id/deliveries', asParty, async (c) => {
    const read = await readBody(c.req.raw, redeliverRequest)
    if (isRefused(read)) return problem(read)
    const redelivered = await engine.redeliver(c.var.stored.challenge.id, read.body.channel)
    return isRefused(redelivered) ? problem(redelivered) : c.json(show(redelivered, c.var.byPage), 201)
  })

  methodNotAllowed(app)
  app.notFound(notFound)
  app.onError(onFault(log))
  return app

  /** The page that asks the person for a code must show it, for as long as it is worth something. */
  function show(stored: ChallengeRecord, byPage: boolean): ChallengeView {
    const shown = byPage && stored.challenge.flow === 'keypad_code' && !stored.challenge.outcome
    return shown ? { ...challengeView(stored), display_code: engine.secrets.code(stored) } : challengeView(stored)
  }
}

const CROWDED: Refused = { refused: 'rate_limited', detail: 'This page holds too many open waits.', retryAfter: 5 }

const WRONG_LENGTH = invalid('code', 'must have exactly code_length digits')

/** The page token is a bearer, not a cookie: a page of any origin may use it, and nothing is sent by itself. */
const anyOrigin = cors({
  origin: '*',
  allowMethods: ['GET', 'HEAD', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID', 'Idempotency-Key'],
  exposeHeaders: ['Retry-After', 'Idempotency-Replayed', 'X-Request-Id'],
  maxAge: 7200,
})

const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
}

function unbounded(): void {}
