// CORS for the API. The page token is a bearer, not a cookie: a page of any origin may use it, and nothing is sent by itself.
//
// Hono's middleware writes its headers before there is a response, so Hono then copies each response with its body as a
// stream, which took a third of a status read. Here it answers the preflights only.

import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import type { RequestIdVariables } from 'hono/request-id'

const EXPOSED = ['Retry-After', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed', 'X-Request-Id']

const answerPreflight = cors({
  origin: '*',
  allowMethods: ['GET', 'HEAD', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID', 'Idempotency-Key'],
  exposeHeaders: EXPOSED,
  maxAge: 7200,
})

export const anyOrigin = createMiddleware<{ Variables: Partial<RequestIdVariables> }>(async (c, next) => {
  if (c.req.method === 'OPTIONS') return answerPreflight(c, next)
  await next()
  const { headers } = c.res
  headers.set('Access-Control-Allow-Origin', '*')
  headers.set('Access-Control-Expose-Headers', EXPOSED.join(','))
  // A problem is a response of its own, which the header prepared for this request is not in.
  const id = c.get('requestId')
  if (id !== undefined) headers.set('X-Request-Id', id)
})
