// Where traces are on: a span for each request, except those that only ask whether we are there.

import type { MiddlewareHandler } from 'hono'
import type { Tracing } from '../../tracing/tracing.ts'

/** A load balancer asks every two seconds. */
const UNTRACED = new Set(['/healthz', '/readyz', '/metrics'])

export function requestSpan({ request }: Pick<Tracing, 'request'>): MiddlewareHandler {
  return (c, next) => {
    if (UNTRACED.has(c.req.path)) return next()
    return request({ method: c.req.method, traceparent: c.req.header('traceparent') ?? null }, async () => {
      await next()
      return { route: routeOf(c.req.routePath), status: c.res.status }
    })
  }
}

/** As it is declared, without the patterns of its parameters; the path of a request that no route takes is a stranger's. */
function routeOf(path: string): string | null {
  return path.endsWith('*') ? null : path.replace(/\{[^/]*\}/g, '')
}
