// Serves an app to requests of this machine alone.

import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono } from 'hono'
import { isLoopback } from '../../domain/loopback.ts'

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * By the address of the socket, which no header can change. A request that a proxy or tunnel on this machine says it
 * has forwarded is refused too, and so is a foreign Host, which a page elsewhere can point at 127.0.0.1 (DNS rebinding).
 */
export function onThisMachine(app: Hono): Hono {
  const guarded = new Hono()
  guarded.use(async (c, next) => {
    const near = isLoopbackAddress(remoteAddress(c)) && isLoopback(c.req.url)
    const forwarded = FORWARDED.some((name) => c.req.header(name) !== undefined)
    return near && !forwarded ? next() : c.notFound()
  })
  return guarded.route('/', app)
}

function remoteAddress(c: Context): string {
  // Without a socket, as in an in-process request, there is no address to trust.
  return c.env?.incoming || c.env?.server ? (getConnInfo(c).remote.address ?? '') : ''
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
