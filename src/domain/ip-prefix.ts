// The key under which the limits count a client.

import ipaddr from 'ipaddr.js'

/** One name for one client, however its address is spelt: an IPv6 network of /64 is one, since each has 2^64 addresses. */
export function ipPrefix(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const ip = ipaddr.process(withoutZone)
  if (!(ip instanceof ipaddr.IPv6)) return ip.toString()
  const network = ip.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
