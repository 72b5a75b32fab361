// Which client a request comes from, where clients are to share something fairly. It admits nobody: a proxy that passes on
// what a client has written into the header lets it have several names.

import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'
import { ipPrefix } from '../domain/ip-prefix.ts'

const NEAR = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'])

/**
 * Of a proxy on this machine or network the address that it has added to `header`, the last one; a port behind it is left
 * out. Empty without a socket.
 */
export function clientAddress(c: Context, header: string): string {
  const socket = c.env?.server?.incoming || c.env?.incoming ? getConnInfo(c).remote.address : undefined
  if (socket === undefined || !ipaddr.isValid(socket)) return ''
  const added = withoutPort(c.req.header(header)?.split(',').at(-1)?.trim() ?? '')
  const isProxy = NEAR.has(ipaddr.process(socket.split('%')[0]!).range())
  return ipPrefix(isProxy && ipaddr.isValid(added) ? added : socket)
}

/** `198.51.100.7:4711`, `[2001:db8::1]:4711` and `[2001:db8::1]`, as some proxies write them. */
function withoutPort(address: string): string {
  return address.replace(/^([\d.]+):\d+$/, '$1').replace(/^\[(.*)\](:\d+)?$/, '$1')
}
