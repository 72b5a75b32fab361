// The routes under /v1/factors. They take an API key; a page token gets 401.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Factors } from '../../factors/factors.ts'
import type { Clock } from '../../time/clock.ts'
import {
  checkedFactor,
  confirmedFactor,
  createdFactor,
  createFactorRequest,
  factor,
  factorCode,
  factorList,
  factorParams,
  factorQuery,
  totpCode,
} from '../factor-schemas.ts'
import { factorView } from '../factor-view.ts'
import { type Services, serviceAuth } from '../middleware/auth.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { API_KEY, BODY_PROBLEMS, problemResponses } from '../openapi.ts'
import { invalid, problem, type Refused } from '../problems.ts'
import { validationHook } from '../validation.ts'

const tags = ['Factors']
const security = API_KEY
const ONE_FACTOR = ['unauthorized', 'not_found', 'database_unavailable'] as const
const UNKNOWN: Refused = { refused: 'not_found', detail: 'There is no such factor.' }
const NOT_SIX_DIGITS = invalid('code', 'must be a string of exactly six digits')

const createFactor = createRoute({
  tags,
  security,
  operationId: 'createFactor',
  method: 'post',
  path: '/v1/factors',
  summary: 'Add an authenticator app, or recovery codes',
  description:
    'The secret, its URL, its QR code and the recovery codes are in this answer and never in another. An authenticator app counts once its first right code was confirmed. New recovery codes void the earlier ones of the same subject.',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: createFactorRequest,
          example: { type: 'totp', subject: 'user-1', label: 'ada@example.com', issuer: 'Saltmarsh' },
        },
      },
    },
  },
  responses: {
    201: { description: 'The factor.', content: { 'application/json': { schema: createdFactor } } },
    ...problemResponses(...BODY_PROBLEMS, 'unauthorized', 'database_unavailable'),
  },
})

const listFactors = createRoute({
  tags,
  security,
  operationId: 'listFactors',
  method: 'get',
  path: '/v1/factors',
  summary: 'The factors of a person, oldest first',
  request: { query: factorQuery },
  responses: {
    200: { description: 'The factors.', content: { 'application/json': { schema: factorList } } },
    ...problemResponses('unauthorized', 'invalid', 'database_unavailable'),
  },
})

const getFactor = createRoute({
  tags,
  security,
  operationId: 'getFactor',
  method: 'get',
  path: '/v1/factors/{id}',
  summary: 'Read a factor',
  request: { params: factorParams },
  responses: {
    200: { description: 'The factor.', content: { 'application/json': { schema: factor } } },
    ...problemResponses(...ONE_FACTOR),
  },
})

const deleteFactor = createRoute({
  tags,
  security,
  operationId: 'deleteFactor',
  method: 'delete',
  path: '/v1/factors/{id}',
  summary: 'Remove a factor',
  request: { params: factorParams },
  responses: { 204: { description: 'Removed.' }, ...problemResponses(...ONE_FACTOR) },
})

const confirmFactor = createRoute({
  tags,
  security,
  operationId: 'confirmFactor',
  method: 'post',
  path: '/v1/factors/{id}/confirm',
  summary: 'Confirm an authenticator app by its first code',
  request: {
    params: factorParams,
    body: { required: true, content: { 'application/json': { schema: totpCode, example: { code: '481516' } } } },
  },
  responses: {
    200: { description: 'Whether it counts now.', content: { 'application/json': { schema: confirmedFactor } } },
    ...problemResponses(...BODY_PROBLEMS, ...ONE_FACTOR, 'conflict', 'secret_missing'),
  },
})

const checkFactor = createRoute({
  tags,
  security,
  operationId: 'checkFactor',
  method: 'post',
  path: '/v1/factors/{id}/check',
  summary: 'Check a code',
  description:
    'Each time step and each recovery code is accepted once. Five wrong codes in a row lock the factor for 1 minute, then 2, 4 … 60; a right code begins anew. What is no code of an authenticator app, since it is not six digits, costs nothing.',
  request: {
    params: factorParams,
    body: { required: true, content: { 'application/json': { schema: factorCode, example: { code: '481516' } } } },
  },
  responses: {
    200: { description: 'Whether it was right.', content: { 'application/json': { schema: checkedFactor } } },
    ...problemResponses(...BODY_PROBLEMS, ...ONE_FACTOR, 'secret_missing'),
  },
})

type Deps = { factors: Factors; services: Services; clock: Clock }

export function factorRoutes({ factors, services, clock }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const auth = serviceAuth(services, clock)
  app.use('/v1/factors/*', noStore)

  app.openapi({ ...createFactor, middleware: [auth, jsonBody(clock)] as const }, async (c) => {
    const body = c.req.valid('json')
    const { id: serviceId, name } = c.var.service
    if (body.type === 'recovery_codes') {
      const { factor, codes } = await factors.createRecoveryCodes(serviceId, body.subject)
      return c.json({ ...factorView(factor), codes }, 201)
    }
    const { subject, label = subject.replaceAll(':', ' '), issuer = name.replaceAll(':', ' ') } = body
    const created = await factors.createTotp(serviceId, { subject, label, issuer })
    const { secret, otpauthUrl: otpauth_url, qrSvg: qr_svg } = created
    return c.json({ ...factorView(created.factor), secret, otpauth_url, qr_svg }, 201)
  })

  app.openapi({ ...listFactors, middleware: [auth] as const }, async (c) => {
    const found = await factors.list(c.var.service.id, c.req.valid('query').subject)
    return c.json({ factors: found.map(factorView) }, 200)
  })

  app.openapi({ ...getFactor, middleware: [auth] as const }, async (c) => {
    const found = await factors.find(c.var.service.id, c.req.param('id'))
    return found ? c.json(factorView(found), 200) : problem(UNKNOWN)
  })

  app.openapi({ ...deleteFactor, middleware: [auth] as const }, async (c) =>
    (await factors.delete(c.var.service.id, c.req.param('id'))) ? c.body(null, 204) : problem(UNKNOWN),
  )

  app.openapi({ ...confirmFactor, middleware: [auth, jsonBody(clock)] as const }, async (c) => {
    const result = await factors.confirm(c.var.service.id, c.req.param('id'), c.req.valid('json').code)
    if (result === 'not_found') return problem(UNKNOWN)
    if (result === 'already_confirmed')
      return problem({ refused: 'conflict', detail: 'This factor is confirmed already: use check.' })
    if (result === 'malformed') return problem(NOT_SIX_DIGITS)
    const { valid, reason, attemptsLeft: attempts_left, lockedUntil: locked_until } = result
    return c.json({ valid, status: valid ? 'confirmed' : 'pending', reason, attempts_left, locked_until } as const, 200)
  })

  app.openapi({ ...checkFactor, middleware: [auth, jsonBody(clock)] as const }, async (c) => {
    const result = await factors.check(c.var.service.id, c.req.param('id'), c.req.valid('json').code)
    if (result === 'not_found') return problem(UNKNOWN)
    if (result === 'malformed') return problem(NOT_SIX_DIGITS)
    const { valid, reason, attemptsLeft: attempts_left, lockedUntil: locked_until } = result
    return c.json({ valid, reason, attempts_left, locked_until }, 200)
  })

  methodNotAllowed(app)
  return app
}
