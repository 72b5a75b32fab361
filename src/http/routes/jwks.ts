// The public keys of receipts, for verifiers everywhere: no key is needed, and any cache may keep them.

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { ReceiptKeys } from '../../receipts/receipt-keys.ts'
import { KEY_SET } from '../examples.ts'
import { anyOrigin } from '../middleware/any-origin.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { keySet } from '../receipt-schemas.ts'

const route = createRoute({
  tags: ['Receipts'],
  operationId: 'receiptKeys',
  method: 'get',
  path: '/.well-known/jwks.json',
  summary: 'The public keys of receipts',
  description: 'One for each secret that is listed in `SECRET`. Keep a copy beside the receipts that must outlive it.',
  responses: {
    200: {
      description: 'A JSON Web Key Set.',
      headers: { 'Cache-Control': { description: '`public`', schema: { type: 'string' } } },
      content: { 'application/json': { schema: keySet, example: KEY_SET } },
    },
  },
})

/** A new secret is listed second before it signs, so that no verifier meets a key that its copy lacks. */
const CACHE_SECONDS = 600

export function jwksRoute(keys: Pick<ReceiptKeys, 'published'>): OpenAPIHono {
  const app = new OpenAPIHono()
  app.use(route.path, anyOrigin)
  app.openapi(route, async (c) => {
    c.header('Cache-Control', `public, max-age=${CACHE_SECONDS}`)
    return c.json({ keys: await keys.published() }, 200)
  })
  methodNotAllowed(app)
  return app
}
