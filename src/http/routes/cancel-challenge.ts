import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Clock } from '../../time/clock.ts'
import { challenge } from '../challenge-schemas.ts'
import { viewFor } from '../challenge-view.ts'
import { CANCELED } from '../examples.ts'
import type { ChallengeAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY_OR_PAGE_TOKEN, BODY_PROBLEMS, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { isRefused, problem } from '../problems.ts'
import { cancelRequest, challengeParams } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'cancelChallenge',
  method: 'post',
  path: '/v1/challenges/{id}/cancel',
  summary: 'Cancel a challenge',
  description: 'Ends it and hangs up a ringing phone. Canceling twice is fine; after another outcome it is a conflict.',
  security: API_KEY_OR_PAGE_TOKEN,
  request: {
    params: challengeParams,
    body: { required: false, content: { 'application/json': { schema: cancelRequest, example: {} } } },
  },
  responses: {
    200: {
      description: 'The challenge, canceled.',
      content: { 'application/json': { schema: challenge, example: CANCELED } },
    },
    ...problemResponses(...BODY_PROBLEMS, ...CHALLENGE_PROBLEMS, 'conflict'),
  },
})

type Deps = { challenges: Challenges; challengeAuth: ChallengeAuth; clock: Clock }

export function cancelChallengeRoute(app: OpenAPIHono, { challenges, challengeAuth, clock }: Deps): void {
  app.openapi({ ...route, middleware: [challengeAuth, jsonBody(clock, { optional: true })] as const }, async (c) => {
    const { record, byPage, arrivedAt } = c.var
    const canceled = await challenges.cancel(record.challenge.id, byPage ? 'page' : 'app', arrivedAt)
    return isRefused(canceled) ? problem(canceled) : c.json(viewFor(canceled, byPage, challenges), 200)
  })
}
