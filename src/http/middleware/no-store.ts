import type { MiddlewareHandler } from 'hono'

/** Answers of the API are about persons and may hold secrets: no cache keeps them. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
}
