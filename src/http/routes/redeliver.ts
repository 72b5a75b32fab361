import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Clock } from '../../time/clock.ts'
import { challenge } from '../challenge-schemas.ts'
import { viewFor } from '../challenge-view.ts'
import { PENDING } from '../examples.ts'
import type { ChallengeAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY_OR_PAGE_TOKEN, BODY_PROBLEMS, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { isRefused, problem } from '../problems.ts'
import { challengeParams, redeliverRequest } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'redeliver',
  method: 'post',
  path: '/v1/challenges/{id}/deliveries',
  summary: 'Text me instead, or call me again',
  description:
    'The same code and the same budget of attempts. A conflict while a call is placing, ringing or answered, and after the outcome.',
  security: API_KEY_OR_PAGE_TOKEN,
  request: {
    params: challengeParams,
    body: {
      required: true,
      content: { 'application/json': { schema: redeliverRequest, example: { channel: 'sms' } } },
    },
  },
  responses: {
    201: {
      description: 'The challenge with its new delivery.',
      content: { 'application/json': { schema: challenge, example: PENDING } },
    },
    ...problemResponses(
      ...BODY_PROBLEMS,
      ...CHALLENGE_PROBLEMS,
      'number_blocked',
      'policy',
      'quiet_hours',
      'conflict',
      'rate_limited',
      'carrier_unavailable',
    ),
  },
})

type Deps = { challenges: Challenges; challengeAuth: ChallengeAuth; clock: Clock }

export function redeliverRoute(app: OpenAPIHono, { challenges, challengeAuth, clock }: Deps): void {
  app.openapi({ ...route, middleware: [challengeAuth, jsonBody(clock)] as const }, async (c) => {
    const { record, byPage, arrivedAt } = c.var
    const { channel } = c.req.valid('json')
    const redelivered = await challenges.redeliver(record.challenge.id, channel, byPage ? 'page' : 'app', arrivedAt)
    return isRefused(redelivered) ? problem(redelivered) : c.json(viewFor(redelivered, byPage, challenges), 201)
  })
}
