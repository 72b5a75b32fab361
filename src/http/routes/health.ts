// What a load balancer asks. A process that is stopping still serves, but is to get nothing new.

import { Hono } from 'hono'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { problem } from '../problems.ts'

export function health({ ready, stopping }: { ready: () => Promise<boolean>; stopping: AbortSignal }): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    if (stopping.aborted) return problem({ refused: 'stopping', detail: 'This process is about to end.' })
    if (await ready().catch(() => false)) return c.json({ status: 'ready' })
    return problem({ refused: 'database_unavailable', detail: 'The database does not answer.' })
  })
  methodNotAllowed(app)
  return app
}
