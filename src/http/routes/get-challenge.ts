import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import { challenge } from '../challenge-schemas.ts'
import { viewFor } from '../challenge-view.ts'
import { PENDING } from '../examples.ts'
import type { ChallengeAuth } from '../middleware/auth.ts'
import { type EnterWait, TOO_MANY_WAITS } from '../middleware/connection-limit.ts'
import { API_KEY_OR_PAGE_TOKEN, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { problem } from '../problems.ts'
import { challengeParams, waitQuery } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'getChallenge',
  method: 'get',
  path: '/v1/challenges/{id}',
  summary: 'Read a challenge, or wait for its outcome',
  security: API_KEY_OR_PAGE_TOKEN,
  request: { params: challengeParams, query: waitQuery },
  responses: {
    200: {
      description: 'The challenge. To its page token also `display_code`, while pending.',
      content: { 'application/json': { schema: challenge, example: PENDING } },
    },
    ...problemResponses(...CHALLENGE_PROBLEMS, 'invalid', 'rate_limited'),
  },
})

type Deps = {
  challenges: Challenges
  challengeAuth: ChallengeAuth
  enterWait: EnterWait
  stopping: AbortSignal
}

export function getChallengeRoute(app: OpenAPIHono, { challenges, challengeAuth, enterWait, stopping }: Deps): void {
  app.openapi({ ...route, middleware: challengeAuth }, async (c) => {
    const { record, byPage } = c.var
    const { id } = record.challenge
    const { wait } = c.req.valid('query')
    // A HEAD causes nothing, and a page that waits may begin a call.
    const waits = wait > 0 && c.req.method !== 'HEAD' && !record.challenge.outcome
    if (!waits) return c.json(viewFor(record, byPage, challenges), 200)
    const replaced = new AbortController()
    const leave = enterWait(byPage ? id : null, () => replaced.abort())
    if (!leave) return problem(TOO_MANY_WAITS)
    const until = AbortSignal.any([c.req.raw.signal, replaced.signal, stopping])
    const pageLeft = byPage ? challenges.pageConnected(record) : () => {}
    const later = await challenges.wait(id, wait, until).finally(() => {
      leave()
      pageLeft()
    })
    return c.json(viewFor(later ?? record, byPage, challenges), 200)
  })
}
