// A JSON body, read and decoded before the route's schema validates it. `optional`: no body at all stands for `{}`.

import { createMiddleware } from 'hono/factory'
import type { Clock } from '../../time/clock.ts'
import { isRefused, problem } from '../problems.ts'
import { isJson, NO_OBJECT, NOT_JSON, readJsonText } from '../request-body.ts'
import type { Arrival } from './arrival.ts'

export function jsonBody(clock: Clock, { optional = false } = {}) {
  return createMiddleware<Arrival>(async (c, next) => {
    const begun = clock.now()
    const read = await readJsonText(c)
    // A client that sends slowly has less patience to ask of the database for it than we have.
    c.set('arrivedAt', c.get('arrivedAt') + clock.now() - begun)
    if (read === null && !optional) return problem(isJson(c.req.raw.headers) ? NO_OBJECT : NOT_JSON)
    if (read !== null && isRefused(read)) return problem(read)
    if (c.req.raw.headers.get('content-type') !== 'application/json') c.req.raw = withJsonType(c.req.raw)
    // Where Hono's own readers find what was read already.
    c.req.bodyCache.text = Promise.resolve(read?.text ?? '{}') as never
    await next()
  })
}

/** The route's validator knows fewer ways of writing it than there are. */
function withJsonType({ method, url, headers: given }: Request): Request {
  const headers = new Headers(given)
  headers.set('Content-Type', 'application/json')
  return new Request(url, { method, headers })
}
