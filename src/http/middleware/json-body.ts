// A JSON body, read and decoded before the route's schema validates it. `optional`: no body at all stands for `{}`.

import { createMiddleware } from 'hono/factory'
import type { BlankEnv } from 'hono/types'
import { isRefused, problem } from '../problems.ts'
import { isJson, NO_OBJECT, NOT_JSON, readJsonText } from '../request-body.ts'

export function jsonBody({ optional = false } = {}) {
  return createMiddleware<BlankEnv>(async (c, next) => {
    const read = await readJsonText(c.req.raw)
    if (read === null && !optional) return problem(isJson(c.req.raw.headers) ? NO_OBJECT : NOT_JSON)
    if (read !== null && isRefused(read)) return problem(read)
    const { method, url } = c.req.raw
    const headers = new Headers(c.req.raw.headers)
    headers.set('Content-Type', 'application/json')
    c.req.raw = new Request(url, { method, headers })
    // Where Hono's own readers find what was read already.
    c.req.bodyCache.text = Promise.resolve(read?.text ?? '{}') as never
    await next()
  })
}
