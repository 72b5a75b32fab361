import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import { TIMELINE } from '../examples.ts'
import { type ChallengeAuth, unauthorized } from '../middleware/auth.ts'
import { API_KEY, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { challengeParams } from '../request-schemas.ts'
import { timeline, timelineView } from '../timeline-schema.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'getTimeline',
  method: 'get',
  path: '/v1/challenges/{id}/timeline',
  summary: 'What happened to a challenge, in order',
  description: 'To an API key only: a page token gets 401. `npm run challenge` has the same in sentences.',
  security: API_KEY,
  request: { params: challengeParams },
  responses: {
    200: {
      description: 'The events.',
      content: { 'application/json': { schema: timeline, example: TIMELINE } },
    },
    ...problemResponses(...CHALLENGE_PROBLEMS),
  },
})

type Deps = { challenges: Challenges; challengeAuth: ChallengeAuth }

export function timelineRoute(app: OpenAPIHono, { challenges, challengeAuth }: Deps): void {
  app.openapi({ ...route, middleware: [challengeAuth] as const }, async (c) => {
    const { record, byPage } = c.var
    if (byPage) return unauthorized()
    return c.json(timelineView(await challenges.timeline(record)), 200)
  })
}
