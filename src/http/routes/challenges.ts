// The routes under /v1/challenges, each in a file of its own, and what they share: authentication, CORS, no caching.

import { OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Logger } from '../../log/logger.ts'
import type { ConsumeChallenge } from '../../receipts/consume-challenge.ts'
import type { IdempotencyStore } from '../../store/idempotency.ts'
import type { Clock } from '../../time/clock.ts'
import { anyOrigin } from '../middleware/any-origin.ts'
import { challengeAuth, type Services, serviceAuth } from '../middleware/auth.ts'
import { connectionLimit } from '../middleware/connection-limit.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { validationHook } from '../validation.ts'
import { cancelChallengeRoute } from './cancel-challenge.ts'
import { checkCodeRoute } from './check-code.ts'
import { consumeChallengeRoute } from './consume-challenge.ts'
import { createChallengeRoute } from './create-challenge.ts'
import { getChallengeRoute } from './get-challenge.ts'
import { listChallengesRoute } from './list-challenges.ts'
import { redeliverRoute } from './redeliver.ts'
import { timelineRoute } from './timeline.ts'
import { watchChallengeRoute } from './watch-challenge.ts'

export type ApiParts = {
  challenges: Challenges
  consume: ConsumeChallenge
  services: Services
  idempotency: Omit<IdempotencyStore, 'sweep'>
  /** Ends every open wait: the process is stopping. */
  stopping: AbortSignal
  clock: Clock
  log: Logger
}

export function challengeRoutes({ services, ...parts }: ApiParts): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const deps = {
    ...parts,
    serviceAuth: serviceAuth(services, parts.clock),
    challengeAuth: challengeAuth(parts.challenges, services, parts.clock),
    enterWait: connectionLimit(),
  }
  app.use('/v1/*', anyOrigin, noStore)
  createChallengeRoute(app, deps)
  listChallengesRoute(app, deps)
  getChallengeRoute(app, deps)
  watchChallengeRoute(app, deps)
  checkCodeRoute(app, deps)
  cancelChallengeRoute(app, deps)
  redeliverRoute(app, deps)
  timelineRoute(app, deps)
  consumeChallengeRoute(app, deps)
  methodNotAllowed(app)
  return app
}
