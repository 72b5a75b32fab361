// A request has an id: in the answer, and in every line that is logged in its course.

import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type RequestIdVariables, requestId } from 'hono/request-id'
import type { Logger } from '../../log/logger.ts'
import { requestContext } from '../../log/request-context.ts'

/** `X-Request-Id` as a proxy sent it, or a new one. */
export const withRequestId: MiddlewareHandler = (c, next) =>
  setRequestId(c, async () => {
    await next()
    // Hono gives it to what its own helpers make, and not to a response that a handler has made.
    if (!c.res.headers.has('X-Request-Id')) c.res.headers.set('X-Request-Id', c.get('requestId'))
  })

const setRequestId = requestId({ limitLength: 64 })

export function requestLog(log: Logger) {
  return createMiddleware<{ Variables: RequestIdVariables }>((c, next) =>
    requestContext.run({ request: c.get('requestId') }, async () => {
      const begun = performance.now()
      await next()
      const ms = Math.round(performance.now() - begun)
      log.debug({ method: c.req.method, route: c.req.routePath, status: c.res.status, ms }, 'request answered')
    }),
  )
}
