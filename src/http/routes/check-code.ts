import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import type { Clock } from '../../time/clock.ts'
import { checked } from '../challenge-schemas.ts'
import { statusOf } from '../challenge-view.ts'
import type { ChallengeAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY_OR_PAGE_TOKEN, BODY_PROBLEMS, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { invalid, isRefused, problem } from '../problems.ts'
import { challengeParams, checkRequest } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Challenges'],
  operationId: 'checkCode',
  method: 'post',
  path: '/v1/challenges/{id}/check',
  summary: 'Check the code that was typed',
  description:
    'Only for `send_code`. Wrong, late, used and one too many are no errors: `valid` is `false` and the status is honest. Only a wrong guess costs an attempt.',
  security: API_KEY_OR_PAGE_TOKEN,
  request: {
    params: challengeParams,
    body: { required: true, content: { 'application/json': { schema: checkRequest, example: { code: '481516' } } } },
  },
  responses: {
    200: {
      description: 'Whether it was right.',
      content: {
        'application/json': {
          schema: checked,
          example: { valid: true, status: 'approved', reason: 'code_matched', attempts_left: 5 },
        },
      },
    },
    ...problemResponses(...BODY_PROBLEMS, ...CHALLENGE_PROBLEMS, 'conflict'),
  },
})

const WRONG_LENGTH = invalid('code', 'must have exactly code_length digits')

type Deps = { challenges: Challenges; challengeAuth: ChallengeAuth; clock: Clock }

export function checkCodeRoute(app: OpenAPIHono, { challenges, challengeAuth, clock }: Deps): void {
  app.openapi({ ...route, middleware: [challengeAuth, jsonBody(clock)] as const }, async (c) => {
    const { challenge, request } = c.var.record
    const { code } = c.req.valid('json')
    if (challenge.flow === 'send_code' && code.length !== request.codeLength) return problem(WRONG_LENGTH)
    const result = await challenges.check(challenge.id, code, c.var.arrivedAt)
    if (isRefused(result)) return problem(result)
    const now = result.record.challenge
    return c.json({ valid: result.valid, ...statusOf(now), attempts_left: now.attemptsLeft }, 200)
  })
}
