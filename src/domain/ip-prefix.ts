// The keys under which the limits count a client and its network.

import ipaddr from 'ipaddr.js'

/** One name for one client, however its address is spelt: an IPv6 network of /64 is one, since each has 2^64 addresses. */
export function ipPrefix(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const ip = ipaddr.process(withoutZone)
  if (!(ip instanceof ipaddr.IPv6)) return ip.toString()
  return `${leading(ip, 4)}::/64`
}

/** What one customer or site is given to draw addresses from: a /24, or a /48. */
export function ipNetwork(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const ip = ipaddr.process(withoutZone)
  if (ip instanceof ipaddr.IPv6) return `${leading(ip, 3)}::/48`
  return `${ip.toString().split('.').slice(0, 3).join('.')}.0/24`
}

function leading(ip: ipaddr.IPv6, parts: number): string {
  return ip.parts
    .slice(0, parts)
    .map((part) => part.toString(16))
    .join(':')
}
