import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { type AdminDeps, bodyOf, json, optionalBody, problems, shared, WITH_BODY } from '../admin-route-parts.ts'
import {
  changeServiceRequest,
  createServiceRequest,
  reasonRequest,
  service,
  serviceList,
  serviceParams,
  webhookSecret,
} from '../admin-schemas.ts'
import { serviceView } from '../admin-view.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { BODY_PROBLEMS } from '../openapi.ts'
import { isRefused, problem } from '../problems.ts'

const listServices = createRoute({
  ...shared,
  operationId: 'listServices',
  method: 'get',
  path: '/v1/admin/services',
  summary: 'The apps that this installation serves',
  responses: { 200: json('Oldest first.', serviceList), ...problems() },
})

const createService = createRoute({
  ...shared,
  operationId: 'createService',
  method: 'post',
  path: '/v1/admin/services',
  summary: 'Add a service',
  description: 'It has no key yet. One service sees nothing of another: no challenge, number, factor or count.',
  request: { body: bodyOf(createServiceRequest, { name: 'Saltmarsh Bank' }) },
  responses: { 201: json('The service.', service), ...WITH_BODY },
})

const getService = createRoute({
  ...shared,
  operationId: 'getService',
  method: 'get',
  path: '/v1/admin/services/{service}',
  summary: 'Read a service',
  request: { params: serviceParams },
  responses: { 200: json('The service.', service), ...problems('not_found') },
})

const changeService = createRoute({
  ...shared,
  operationId: 'changeService',
  method: 'patch',
  path: '/v1/admin/services/{service}',
  summary: 'Change a service',
  description: 'Without a restart, and through every instance within seconds.',
  request: { params: serviceParams, body: bodyOf(changeServiceRequest, { name: 'Saltmarsh' }) },
  responses: { 200: json('The service.', service), ...WITH_BODY },
})

const deleteService = createRoute({
  ...shared,
  operationId: 'deleteService',
  method: 'delete',
  path: '/v1/admin/services/{service}',
  summary: 'Delete a service',
  description:
    'Its keys open nothing from now on. What is pending is canceled, and ringing phones are hung up; the outcomes are still pushed.',
  request: { params: serviceParams, body: optionalBody(reasonRequest, { reason: 'The app was shut down.' }) },
  responses: { 204: { description: 'Deleted.' }, ...WITH_BODY },
})

const drawWebhookSecret = createRoute({
  ...shared,
  operationId: 'drawWebhookSecret',
  method: 'post',
  path: '/v1/admin/services/{service}/webhook-secret',
  summary: 'Draw a secret that pushed messages are signed by',
  description:
    'It is in this answer and in no other. The one before signs beside it until the next is drawn. Messages are pushed once the service has `WEBHOOK_URL` among its settings and a secret.',
  request: { params: serviceParams, body: optionalBody(reasonRequest, { reason: 'The first one.' }) },
  responses: {
    201: json('The secret.', webhookSecret),
    ...problems(...BODY_PROBLEMS, 'not_found', 'conflict', 'secret_missing'),
  },
})

export function adminServiceRoutes(app: OpenAPIHono, { manageServices, webhookSecrets, auth, clock }: AdminDeps): void {
  const body = jsonBody(clock)
  const noBody = jsonBody(clock, { optional: true })

  app.openapi({ ...listServices, middleware: [auth] as const }, async (c) =>
    c.json({ services: (await manageServices.list()).map(serviceView) }, 200),
  )

  app.openapi({ ...createService, middleware: [auth, body] as const }, async (c) => {
    const { reason, ...wanted } = c.req.valid('json')
    const created = await manageServices.create(wanted, { actor: c.var.actor, reason })
    return isRefused(created) ? problem(created) : c.json(serviceView(created), 201)
  })

  app.openapi({ ...getService, middleware: [auth] as const }, async (c) => {
    const found = await manageServices.find(c.req.valid('param').service)
    return isRefused(found) ? problem(found) : c.json(serviceView(found), 200)
  })

  app.openapi({ ...changeService, middleware: [auth, body] as const }, async (c) => {
    const { reason, ...change } = c.req.valid('json')
    const changed = await manageServices.update(c.req.valid('param').service, change, { actor: c.var.actor, reason })
    return isRefused(changed) ? problem(changed) : c.json(serviceView(changed), 200)
  })

  app.openapi({ ...deleteService, middleware: [auth, noBody] as const }, async (c) => {
    const { reason } = c.req.valid('json')
    const refusal = await manageServices.remove(c.req.valid('param').service, { actor: c.var.actor, reason })
    return refusal ? problem(refusal) : c.body(null, 204)
  })

  app.openapi({ ...drawWebhookSecret, middleware: [auth, noBody] as const }, async (c) => {
    const { reason } = c.req.valid('json')
    const drawn = await webhookSecrets.draw(c.req.valid('param').service, { actor: c.var.actor, reason })
    return typeof drawn === 'string' ? c.json({ secret: drawn }, 201) : problem(drawn)
  })
}
