import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { statusOf } from '../challenge-view.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY_OR_PAGE_TOKEN, BODY_PROBLEMS, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { invalid, isRefused, problem } from '../problems.ts'
import { challengeParams, checked, checkRequest } from '../schemas.ts'
import type { ChallengeRouteDeps } from './challenges.ts'

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

export function checkCodeRoute(app: OpenAPIHono, { engine, asParty }: ChallengeRouteDeps): void {
  app.openapi({ ...route, middleware: [asParty, jsonBody()] as const }, async (c) => {
    const { challenge, request } = c.var.stored
    const { code } = c.req.valid('json')
    if (challenge.flow === 'send_code' && code.length !== request.codeLength) return problem(WRONG_LENGTH)
    const result = await engine.check(challenge.id, code)
    if (isRefused(result)) return problem(result)
    const now = result.stored.challenge
    return c.json({ valid: result.valid, ...statusOf(now), attempts_left: now.attemptsLeft }, 200)
  })
}
