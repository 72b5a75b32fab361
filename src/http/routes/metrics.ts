// What Prometheus scrapes: prometheus.io/docs/instrumenting/exposition_formats. Not in the description of the API, since no
// app has a use for it.

import { Hono } from 'hono'
import { sameText } from '../../domain/one-time-codes.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import { bearer } from '../middleware/auth.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { thisMachineOnly } from '../middleware/this-machine.ts'
import { notFound, problem } from '../problems.ts'

/** `tokens`: `null` where this machine may read them without one. */
export function metricsRoute(metrics: Pick<Metrics, 'text'>, tokens: readonly string[] | null): Hono {
  const app = new Hono()
  if (tokens === null) app.use('/metrics', thisMachineOnly)
  app.get('/metrics', noStore, async (c) => {
    if (tokens?.length === 0) return notFound(c)
    if (tokens !== null && !isAllowed(tokens, bearer(c.req.raw.headers)))
      return problem(
        { refused: 'unauthorized', detail: 'Send "Authorization: Bearer", then the METRICS_TOKEN.' },
        { 'WWW-Authenticate': 'Bearer' },
      )
    const { body, contentType } = await metrics.text()
    return c.body(body, 200, { 'Content-Type': contentType })
  })
  methodNotAllowed(app)
  return app
}

/** All are compared, so that the time does not tell which. */
function isAllowed(tokens: readonly string[], given: string | null): boolean {
  return given !== null && tokens.map((token) => sameText(token, given)).includes(true)
}
