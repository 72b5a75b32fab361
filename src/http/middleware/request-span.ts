// Where traces are on: a span for each request, except those that only ask whether we are there.

import { createMiddleware } from 'hono/factory'
import { beforeSaveDeadline } from '../../challenges/save-deadline.ts'
import { keyHash } from '../../domain/one-time-codes.ts'
import type { Clock } from '../../time/clock.ts'
import type { Tracing } from '../../tracing/tracing.ts'
import type { Arrival } from './arrival.ts'
import { bearer, type Services } from './auth.ts'

/** A load balancer asks every two seconds. */
const UNTRACED = new Set(['/healthz', '/readyz', '/metrics'])

type Parts = { tracing: Pick<Tracing, 'request'>; services: Services; clock: Clock }

export function requestSpan({ tracing, services, clock }: Parts) {
  /** The span begins before the route that authenticates, so the key is looked up here, where the field is sent. */
  async function ofAnApp(headers: Headers, arrivedAt: number): Promise<string | null> {
    const [traceparent, key] = [headers.get('traceparent'), bearer(headers)]
    if (traceparent === null || key === null || key.startsWith('pgt_')) return null
    const holder = beforeSaveDeadline(clock, arrivedAt, () => services.holderOf(keyHash(key)))
    // Of a database that doesn't answer the route itself tells.
    return (await holder.catch(() => null)) && traceparent
  }

  return createMiddleware<Arrival>(async (c, next) => {
    if (UNTRACED.has(c.req.path)) return next()
    const traceparent = await ofAnApp(c.req.raw.headers, c.var.arrivedAt)
    return tracing.request({ method: c.req.method, traceparent }, async () => {
      await next()
      return { route: routeOf(c.req.routePath), status: c.res.status }
    })
  })
}

/** As it is declared, without the patterns of its parameters; the path of a request that no route takes is a stranger's. */
function routeOf(path: string): string | null {
  return path.endsWith('*') ? null : path.replace(/\{[^/]*\}/g, '')
}
