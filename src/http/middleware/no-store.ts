import type { MiddlewareHandler } from 'hono'

/** Answers of the API are about persons and may hold secrets: no cache keeps them. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  // An event stream has said more already.
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
}
