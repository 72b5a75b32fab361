import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sanitizeText } from '../../domain/sanitize-text.ts'
import type { ConsumeChallenge } from '../../receipts/consume-challenge.ts'
import type { Clock } from '../../time/clock.ts'
import { RECEIPT } from '../examples.ts'
import { type ChallengeAuth, unauthorized } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { API_KEY, BODY_PROBLEMS, CHALLENGE_PROBLEMS, problemResponses } from '../openapi.ts'
import { isRefused, problem } from '../problems.ts'
import { consumeRequest, receipt } from '../receipt-schemas.ts'
import { challengeParams, idempotencyKey } from '../request-schemas.ts'

const route = createRoute({
  tags: ['Receipts'],
  operationId: 'consumeChallenge',
  method: 'post',
  path: '/v1/challenges/{id}/consume',
  summary: 'Use an approval up, and get a receipt',
  description:
    'Once for each approved challenge; a conflict for every other one, and the second time. The same `Idempotency-Key` gives the same receipt again. To an API key only: a page token gets 401.',
  security: API_KEY,
  request: {
    params: challengeParams,
    headers: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
    body: {
      required: false,
      content: {
        'application/json': {
          schema: consumeRequest,
          example: { scope: 'transfer', details: 'Transfer 250 euros to Ada Byron' },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The receipt.',
      headers: {
        'Idempotency-Replayed': {
          description: '`true` when this answer was given before.',
          schema: { type: 'string' },
        },
      },
      content: { 'application/json': { schema: receipt, example: RECEIPT } },
    },
    ...problemResponses(...BODY_PROBLEMS, ...CHALLENGE_PROBLEMS, 'conflict'),
  },
})

type Deps = { consume: ConsumeChallenge; challengeAuth: ChallengeAuth; clock: Clock }

export function consumeChallengeRoute(app: OpenAPIHono, { consume, challengeAuth, clock }: Deps): void {
  app.openapi({ ...route, middleware: [challengeAuth, jsonBody(clock, { optional: true })] as const }, async (c) => {
    const { record, byPage, arrivedAt } = c.var
    if (byPage) return unauthorized()
    const { scope, details } = c.req.valid('json')
    const given = {
      ...(scope !== undefined && { scope }),
      // As it was written down when the challenge was made.
      ...(details !== undefined && { details: details && sanitizeText(details, 200) }),
    }
    const key = c.req.valid('header')['Idempotency-Key'] ?? null
    const consumed = await consume(record, { ...given, key, arrivedAt })
    if (isRefused(consumed)) return problem(consumed)
    if (consumed.replayed) c.header('Idempotency-Replayed', 'true')
    const { receipt, numberKey, consumedAt } = consumed
    return c.json({ receipt, number_key: numberKey, consumed_at: consumedAt }, 200)
  })
}
