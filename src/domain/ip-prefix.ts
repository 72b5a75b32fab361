// The keys under which the limits count a client and its network.

import ipaddr from 'ipaddr.js'

/** One name for one client, however its address is spelt: an IPv6 network of /64 is one, since each has 2^64 addresses. */
export function ipPrefix(address: string): string {
  const ip = plainAddress(address)
  return ip instanceof ipaddr.IPv6 ? `${leading(ip, 4)}::/64` : ip.toString()
}

/** What one customer or site is given to draw addresses from: a /24, or a /48. */
export function ipNetwork(address: string): string {
  const ip = plainAddress(address)
  if (ip instanceof ipaddr.IPv6) return `${leading(ip, 3)}::/48`
  return `${ip.toString().split('.').slice(0, 3).join('.')}.0/24`
}

/** Without its zone, and where it stands for an address of IPv4 that one. */
function plainAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const ip = ipaddr.process(address.split('%')[0]!)
  if (!(ip instanceof ipaddr.IPv6)) return ip
  const at = FIRST_BYTE_OF_IPV4[ip.range()]
  if (at === undefined) return ip
  const ipv4 = new ipaddr.IPv4(ip.toByteArray().slice(at, at + 4))
  // No client has 0.0.0.0/8: the operator's own prefix (RFC 8215) may be of those that have the IPv4 address elsewhere.
  return ipv4.range() === 'unspecified' ? ip : ipv4
}

/**
 * Translators write an IPv4 client so for a server that has only IPv6: else all of them would be one client. What was
 * tunnelled (RFC 3056) has a /48 for each IPv4 address, of which its holder may choose any /64.
 */
const FIRST_BYTE_OF_IPV4: Partial<Record<ReturnType<ipaddr.IPv6['range']>, number>> = {
  rfc6052: 12,
  rfc6145: 12,
  '6to4': 2,
}

function leading(ip: ipaddr.IPv6, parts: number): string {
  return ip.parts
    .slice(0, parts)
    .map((part) => part.toString(16))
    .join(':')
}
