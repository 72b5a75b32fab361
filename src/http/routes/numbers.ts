// The routes under /v1/numbers. They take an API key; a page token gets 401.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Challenges } from '../../challenges/challenges.ts'
import { beforeSaveDeadline } from '../../challenges/save-deadline.ts'
import { maskNumber } from '../../domain/phone-number.ts'
import { sanitizeText } from '../../domain/sanitize-text.ts'
import type { Logger } from '../../log/logger.ts'
import { redactDigits } from '../../log/redact.ts'
import type { Clock } from '../../time/clock.ts'
import { givenNumber } from '../given-number.ts'
import { type Services, serviceAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { optedOut, optOutRequest, unblocked, unblockRequest } from '../number-schemas.ts'
import { API_KEY, BODY_PROBLEMS, problemResponses } from '../openapi.ts'
import { problem } from '../problems.ts'
import { validationHook } from '../validation.ts'

const tags = ['Numbers']
const security = API_KEY
const PROBLEMS = problemResponses(...BODY_PROBLEMS, 'unauthorized', 'database_unavailable')

const unblock = createRoute({
  tags,
  security,
  operationId: 'unblockNumber',
  method: 'post',
  path: '/v1/numbers/unblock',
  summary: 'Lift a report of fraud',
  description:
    'Of this service alone: after key 9 it can reach the number by nothing for a day, or as long as `FRAUD_FREEZE` says. For a person whom you know by other means to have reported in error.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: unblockRequest,
          example: { to: '+12025550123', reason: 'The person told our support that it was a slip.' },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The number may be reached.',
      content: { 'application/json': { schema: unblocked, example: { to: '+1••••••0123', unblocked: true } } },
    },
    ...PROBLEMS,
  },
})

const optOut = createRoute({
  tags,
  security,
  operationId: 'optOutNumber',
  method: 'post',
  path: '/v1/numbers/opt-out',
  summary: 'Honour an opt-out',
  description:
    'Every service of this server honours it, until the operator takes it back. A STOP that a carrier tells of is honoured by itself.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: optOutRequest,
          example: { to: '+12025550123', channel: 'call', reason: 'Asked by letter.' },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The number is reached no more.',
      content: { 'application/json': { schema: optedOut, example: { to: '+1••••••0123', channel: 'call' as const } } },
    },
    ...PROBLEMS,
  },
})

type Deps = { numbers: Challenges['numbers']; services: Services; clock: Clock; log: Logger }

export function numberRoutes({ numbers, services, clock, log }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const auth = serviceAuth(services, clock)
  app.use('/v1/numbers/*', noStore)

  app.openapi({ ...unblock, middleware: [auth, jsonBody(clock)] as const }, async (c) => {
    const { to, region, reason } = c.req.valid('json')
    const number = givenNumber(to, region)
    if (typeof number !== 'string') return problem(number)
    const { id: service } = c.var.service
    const by = { actor: c.var.actor, reason: sanitizeText(reason, 200) }
    const lifted = await beforeSaveDeadline(clock, c.var.arrivedAt, () => numbers.unblock(number, service, by))
    const masked = maskNumber(number)
    if (lifted) log.info({ service, to: masked, reason: redactDigits(by.reason) }, 'report of fraud lifted')
    return c.json({ to: masked, unblocked: lifted }, 200)
  })

  app.openapi({ ...optOut, middleware: [auth, jsonBody(clock)] as const }, async (c) => {
    const { to, region, channel, reason } = c.req.valid('json')
    const number = givenNumber(to, region)
    if (typeof number !== 'string') return problem(number)
    const by = { actor: c.var.actor, reason: reason && sanitizeText(reason, 200) }
    await beforeSaveDeadline(clock, c.var.arrivedAt, () => numbers.optOut(number, channel, by))
    const masked = maskNumber(number)
    log.info({ service: c.var.service.id, to: masked, channel }, 'number opted out')
    return c.json({ to: masked, channel }, 200)
  })

  methodNotAllowed(app)
  return app
}
