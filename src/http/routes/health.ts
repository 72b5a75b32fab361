// What a load balancer and a deployment ask. A process that is stopping still serves, but is to get nothing new.

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { problemResponses } from '../openapi.ts'
import { problem, type Refused } from '../problems.ts'

const healthz = createRoute({
  tags: ['Health'],
  operationId: 'healthz',
  method: 'get',
  path: '/healthz',
  summary: 'Whether this process takes requests',
  description: 'What a load balancer routes on. The database is not asked: a caller gets a document without it.',
  responses: { 200: status('It does.', 'ok'), ...problemResponses('stopping') },
})

const readyz = createRoute({
  tags: ['Health'],
  operationId: 'readyz',
  method: 'get',
  path: '/readyz',
  summary: 'Whether it takes requests and the database answers',
  description: 'What a deployment waits for.',
  responses: { 200: status('The database answers.', 'ready'), ...problemResponses('database_unavailable', 'stopping') },
})

const STOPPING: Refused = { refused: 'stopping', detail: 'This process is about to end.' }

export function health({ ready, stopping }: { ready: () => Promise<boolean>; stopping: AbortSignal }): OpenAPIHono {
  const app = new OpenAPIHono()
  app.openapi(healthz, (c) => (stopping.aborted ? problem(STOPPING) : c.json({ status: 'ok' as const }, 200)))
  app.openapi(readyz, async (c) => {
    if (stopping.aborted) return problem(STOPPING)
    if (await ready().catch(() => false)) return c.json({ status: 'ready' as const }, 200)
    return problem({ refused: 'database_unavailable', detail: 'The database does not answer.' })
  })
  methodNotAllowed(app)
  return app
}

function status<S extends string>(description: string, name: S) {
  const schema = z.strictObject({ status: z.literal(name) })
  return { description, content: { 'application/json': { schema, example: { status: name } } } }
}
