import type { MiddlewareHandler } from 'hono'

/** Hono answers HEAD as it does GET and drops the body: an event stream would go on for ever, with nobody to read it. */
export const cancelUnreadBody: MiddlewareHandler = async (c, next) => {
  await next()
  if (c.req.method === 'HEAD') await c.res.body?.cancel()
}
