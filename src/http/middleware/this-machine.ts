// Serves an app to requests of this machine alone.

import type { IncomingMessage } from 'node:http'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { isLoopback } from '../../domain/loopback.ts'

/** What proxies, tunnels and content networks add: X-Forwarded-Proto, CF-Ray and their like. */
const ADDED_BY_PROXY = /^(forwarded$|via$|x-forwarded|x-real-ip$|x-client-ip$|true-client-ip$|cf-)/

/**
 * By the address of the socket, which no header can change. A request that a proxy or tunnel on this machine says it
 * has forwarded is refused too, and so are a foreign Host, which a page elsewhere can point at 127.0.0.1 (DNS rebinding),
 * and what only proxies send: no Host, or a whole URL as the target. A proxy that rewrites Host and adds nothing is not
 * recognized: what strangers must never reach needs more than this.
 */
export const thisMachineOnly: MiddlewareHandler = async (c, next) => {
  const incoming = incomingOf(c)
  const isNear =
    incoming !== null &&
    isLoopbackAddress(getConnInfo(c).remote.address ?? '') &&
    isLoopback(c.req.url) &&
    incoming.headers.host !== undefined &&
    incoming.url?.startsWith('/') === true &&
    !Object.keys(incoming.headers).some((name) => ADDED_BY_PROXY.test(name))
  return isNear ? next() : c.notFound()
}

export function onThisMachine(app: Hono): Hono {
  return new Hono().use(thisMachineOnly).route('/', app)
}

/** `null`: without a socket, as in an in-process request, there is no address to trust. */
function incomingOf(c: Context): IncomingMessage | null {
  return c.env?.server?.incoming ?? c.env?.incoming ?? null
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
