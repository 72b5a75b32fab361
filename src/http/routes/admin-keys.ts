import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { type AdminDeps, bodyOf, json, optionalBody, problems, shared, WITH_BODY } from '../admin-route-parts.ts'
import {
  apiKeyList,
  createAdminKeyRequest,
  createKeyRequest,
  keyParams,
  madeApiKey,
  reasonRequest,
  rotateKeyRequest,
  serviceKeyParams,
  serviceParams,
} from '../admin-schemas.ts'
import { keyView, madeKeyView } from '../admin-view.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { isRefused, problem } from '../problems.ts'

const listKeys = createRoute({
  ...shared,
  operationId: 'listKeys',
  method: 'get',
  path: '/v1/admin/services/{service}/keys',
  summary: 'The API keys of a service',
  description: 'Those of API_KEY are the first service’s too, and stand in the environment alone.',
  request: { params: serviceParams },
  responses: { 200: json('Oldest first.', apiKeyList), ...problems('not_found') },
})

const createKey = createRoute({
  ...shared,
  operationId: 'createKey',
  method: 'post',
  path: '/v1/admin/services/{service}/keys',
  summary: 'Make an API key',
  request: { params: serviceParams, body: bodyOf(createKeyRequest, { name: 'web, 2026', scopes: ['create', 'read'] }) },
  responses: { 201: json('The key.', madeApiKey), ...WITH_BODY },
})

const rotateKey = createRoute({
  ...shared,
  operationId: 'rotateKey',
  method: 'post',
  path: '/v1/admin/services/{service}/keys/{key}/rotate',
  summary: 'Replace an API key',
  description: 'By one of the same name and scopes. The old one holds for `overlap` seconds beside it.',
  request: { params: serviceKeyParams, body: optionalBody(rotateKeyRequest, { overlap: 3600 }) },
  responses: { 201: json('The new key.', madeApiKey), ...WITH_BODY },
})

const deleteKey = createRoute({
  ...shared,
  operationId: 'deleteKey',
  method: 'delete',
  path: '/v1/admin/services/{service}/keys/{key}',
  summary: 'Take an API key back',
  request: { params: serviceKeyParams, body: optionalBody(reasonRequest, { reason: 'It was in a log.' }) },
  responses: { 204: { description: 'Deleted.' }, ...WITH_BODY },
})

const listAdminKeys = createRoute({
  ...shared,
  operationId: 'listAdminKeys',
  method: 'get',
  path: '/v1/admin/keys',
  summary: 'The keys of the installation',
  responses: { 200: json('Oldest first.', apiKeyList), ...problems() },
})

const createAdminKey = createRoute({
  ...shared,
  operationId: 'createAdminKey',
  method: 'post',
  path: '/v1/admin/keys',
  summary: 'Make a key of the installation',
  description: 'Its scope is `admin`. The first is made by `npm run admin -- add-key installation`.',
  request: { body: bodyOf(createAdminKeyRequest, { name: 'deployment' }) },
  responses: { 201: json('The key.', madeApiKey), ...WITH_BODY },
})

const rotateAdminKey = createRoute({
  ...shared,
  operationId: 'rotateAdminKey',
  method: 'post',
  path: '/v1/admin/keys/{key}/rotate',
  summary: 'Replace a key of the installation',
  request: { params: keyParams, body: optionalBody(rotateKeyRequest, { overlap: 3600 }) },
  responses: { 201: json('The new key.', madeApiKey), ...WITH_BODY },
})

const deleteAdminKey = createRoute({
  ...shared,
  operationId: 'deleteAdminKey',
  method: 'delete',
  path: '/v1/admin/keys/{key}',
  summary: 'Take a key of the installation back',
  request: { params: keyParams, body: optionalBody(reasonRequest, { reason: 'It was in a log.' }) },
  responses: { 204: { description: 'Deleted.' }, ...WITH_BODY },
})

export function adminKeyRoutes(app: OpenAPIHono, { manageServices, auth, clock }: AdminDeps): void {
  const body = jsonBody(clock)
  const noBody = jsonBody(clock, { optional: true })

  app.openapi({ ...listKeys, middleware: [auth] as const }, async (c) => {
    const keys = await manageServices.keys(c.req.valid('param').service)
    return isRefused(keys) ? problem(keys) : c.json({ keys: keys.map(keyView) }, 200)
  })

  app.openapi({ ...createKey, middleware: [auth, body] as const }, async (c) => {
    const { reason, ...key } = c.req.valid('json')
    const made = await manageServices.addKey(c.req.valid('param').service, key, { actor: c.var.actor, reason })
    return isRefused(made) ? problem(made) : c.json(madeKeyView(made), 201)
  })

  app.openapi({ ...rotateKey, middleware: [auth, noBody] as const }, async (c) => {
    const { reason, overlap } = c.req.valid('json')
    const { service, key } = c.req.valid('param')
    const made = await manageServices.rotateKey(service, key, overlap, { actor: c.var.actor, reason })
    return isRefused(made) ? problem(made) : c.json(madeKeyView(made), 201)
  })

  app.openapi({ ...deleteKey, middleware: [auth, noBody] as const }, async (c) => {
    const { reason } = c.req.valid('json')
    const { service, key } = c.req.valid('param')
    const refusal = await manageServices.removeKey(service, key, { actor: c.var.actor, reason })
    return refusal ? problem(refusal) : c.body(null, 204)
  })

  app.openapi({ ...listAdminKeys, middleware: [auth] as const }, async (c) => {
    const keys = await manageServices.keys(null)
    return isRefused(keys) ? problem(keys) : c.json({ keys: keys.map(keyView) }, 200)
  })

  app.openapi({ ...createAdminKey, middleware: [auth, body] as const }, async (c) => {
    const { reason, name } = c.req.valid('json')
    const made = await manageServices.addKey(null, { name, scopes: ['admin'] }, { actor: c.var.actor, reason })
    return isRefused(made) ? problem(made) : c.json(madeKeyView(made), 201)
  })

  app.openapi({ ...rotateAdminKey, middleware: [auth, noBody] as const }, async (c) => {
    const { reason, overlap } = c.req.valid('json')
    const made = await manageServices.rotateKey(null, c.req.valid('param').key, overlap, { actor: c.var.actor, reason })
    return isRefused(made) ? problem(made) : c.json(madeKeyView(made), 201)
  })

  app.openapi({ ...deleteAdminKey, middleware: [auth, noBody] as const }, async (c) => {
    const { reason } = c.req.valid('json')
    const refusal = await manageServices.removeKey(null, c.req.valid('param').key, { actor: c.var.actor, reason })
    return refusal ? problem(refusal) : c.body(null, 204)
  })
}
