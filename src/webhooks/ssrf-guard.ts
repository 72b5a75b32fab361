// Which addresses WEBHOOK_URL may lead to. The host name is resolved once, all its addresses are checked, and the connection
// goes to a checked address: a name that resolves to another address a moment later gains nothing.

import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** `loopback`: this machine too. `private`: private networks too. */
export type AllowedNetwork = 'public' | 'loopback' | 'private'

export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
}

export function isAllowedAddress(address: string, network: AllowedNetwork): boolean {
  // A zone id names a local network interface.
  if (isIP(address) === 0 || address.includes('%')) return false
  const ip = ipaddr.parse(address)
  const range = ip.range()
  if (range === 'loopback') return network !== 'public'
  if (PRIVATE_RANGES.has(range)) return network === 'private'
  return range === 'unicast' && ip.toString() !== AZURE_HOST && isGlobal(ip)
}

/** For sockets. They do not ask it about addresses written out: ask `isAllowedAddress` about those. */
export function guardedLookup(network: AllowedNetwork, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      if (!addresses.every(({ address }) => isAllowedAddress(address, network)))
        return callback(new PrivateAddress('The webhook leads to an address that is not public.'), [])
      if (options.all) return callback(null, addresses)
      const [first] = addresses
      callback(null, first!.address, first!.family)
    })
  }
}

const PRIVATE_RANGES = new Set(['private', 'uniqueLocal', 'carrierGradeNat'])

/** At a public address, and on every Azure machine: learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const AZURE_HOST = '168.63.129.16'

/** Of IPv6 only 2000::/3 is global unicast: iana.org/assignments/ipv6-address-space */
function isGlobal(ip: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return !(ip instanceof ipaddr.IPv6) || ip.match(ipaddr.IPv6.parseCIDR('2000::/3'))
}
