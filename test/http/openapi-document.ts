// The OpenAPI document as it is served, and its parts as zod schemas.

import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { openApiDocument } from '../../src/http/openapi.ts'
import { adminRoutes } from '../../src/http/routes/admin-routes.ts'
import { challengeRoutes } from '../../src/http/routes/challenges.ts'
import { factorRoutes } from '../../src/http/routes/factors.ts'
import { health } from '../../src/http/routes/health.ts'
import { jwksRoute } from '../../src/http/routes/jwks.ts'
import { numberRoutes } from '../../src/http/routes/numbers.ts'

export type Content = Record<
  string,
  { schema: object; example?: unknown; examples?: Record<string, { value: unknown }> }
>
export type Operation = {
  operationId: string
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, { content?: Content }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  webhooks: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const api = new OpenAPIHono()
// No part is used before the first request.
api.route('/', adminRoutes({} as never))
api.route('/', factorRoutes({} as never))
api.route('/', numberRoutes({} as never))
api.route('/', jwksRoute({} as never))
api.route('/', health({} as never))
api.route('/', challengeRoutes({} as never))

export const document: Document = JSON.parse(JSON.stringify(openApiDocument(api, 'https://verify.example.com')))

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
)

/** What the document says of a value, as a schema that checks it. */
export function schemaOf(described: object): z.ZodType {
  return z.fromJSONSchema(withoutUnicodePatterns(inlined(described)))
}

/** Patterns are Unicode ones in JSON Schema, and zod compiles them without the flag. */
function withoutUnicodePatterns(schema: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => (key === 'pattern' && /\\p\{/.test(value) ? undefined : value)),
  )
}

function inlined(schema: object): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema).replace(/\{"\$ref":"#\/components\/schemas\/(\w+)"\}/g, (_, name) =>
      JSON.stringify(inlined(document.components.schemas[name]!)),
    ),
  )
}
