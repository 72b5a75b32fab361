import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Logger } from '../../log/logger.ts'
import type { IdempotencyStore } from '../../store/idempotency.ts'
import type { Clock } from '../../time/clock.ts'
import { challenge } from '../challenge-schemas.ts'
import { challengeView } from '../challenge-view.ts'
import { createRequest } from '../create-request-schema.ts'
import { PENDING } from '../examples.ts'
import { canonical, createOnce, withSecrets } from '../idempotent-create.ts'
import type { ServiceAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY, BODY_PROBLEMS, problemResponses } from '../openapi.ts'
import { parseCreateRequest } from '../parse-create-request.ts'
import { isRefused, problem } from '../problems.ts'
import { idempotencyKey } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'createChallenge',
  method: 'post',
  path: '/v1/challenges',
  summary: 'Start a challenge',
  description:
    'The call is placed, or the message sent, before the answer, which leaves within 4 seconds. When every carrier refused, the challenge comes back `undelivered` already: look at `status`.',
  security: API_KEY,
  request: {
    headers: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
    body: {
      required: true,
      content: { 'application/json': { schema: createRequest, example: { to: '+12025550123', scope: 'login' } } },
    },
  },
  responses: {
    201: {
      description: 'The challenge, with the page token.',
      headers: {
        'Idempotency-Replayed': {
          description: '`true` when this answer was given before.',
          schema: { type: 'string' },
        },
      },
      content: { 'application/json': { schema: challenge, example: { ...PENDING, page_token: 'pgt_4fUoT1…' } } },
    },
    ...problemResponses(
      ...BODY_PROBLEMS,
      'unauthorized',
      'country_not_allowed',
      'number_blocked',
      'policy',
      'quiet_hours',
      'conflict',
      'rate_limited',
      'carrier_unavailable',
      'database_unavailable',
    ),
  },
})

type Deps = {
  challenges: Challenges
  serviceAuth: ServiceAuth
  idempotency: Omit<IdempotencyStore, 'sweep'>
  clock: Clock
  log: Logger
}

export function createChallengeRoute(
  app: OpenAPIHono,
  { challenges, idempotency, clock, log, serviceAuth }: Deps,
): void {
  app.openapi({ ...route, middleware: [serviceAuth, jsonBody(clock)] as const }, async (c) => {
    const request = parseCreateRequest(c.req.valid('json'))
    if (isRefused(request)) return problem(request)
    const { service, arrivedAt } = c.var
    const key = c.req.valid('header')['Idempotency-Key']
    if (key === undefined) {
      const created = await challenges.create(service, request, null, arrivedAt)
      return isRefused(created)
        ? problem(created)
        : c.json(withSecrets(challenges, created, challengeView(created)), 201)
    }
    const asked = {
      service,
      key,
      arrivedAt,
      fingerprints: challenges.secrets.fingerprints(canonical(await c.req.json())),
    }
    const created = await createOnce({ challenges, idempotency, clock, log }, asked, (claim) =>
      challenges.create(service, request, claim, arrivedAt),
    )
    if (isRefused(created)) return problem(created)
    if (created.replayed) c.header('Idempotency-Replayed', 'true')
    return c.json(created.answer, 201)
  })
}
