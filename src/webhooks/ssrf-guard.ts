// Where a webhook may lead. Names are resolved here, all their addresses are judged, and the connection goes to an address
// that was judged: a name that means something else a moment later gains nothing.

import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** `loopback`: this machine too. `private`: the networks behind the house's own router too. */
export type AllowedNetwork = 'public' | 'loopback' | 'private'

export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
}

export function mayReach(address: string, reach: AllowedNetwork): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  // A zone names one of our own links.
  if (isIP(address) === 0 || address.includes('%')) return false
  if (reach !== 'public' && LOOPBACK.check(address, family)) return true
  if (reach === 'private' && PRIVATE.check(address, family)) return true
  return family === 'ipv4'
    ? !SPECIAL.check(address, family)
    : GLOBAL.check(address, family) && !SPECIAL.check(address, family)
}

/** For sockets. They do not ask it about addresses written out: ask `mayReach` about those. */
export function guardedLookup(reach: AllowedNetwork, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [])
      if (!addresses.every(({ address }) => mayReach(address, reach)))
        return callback(new PrivateAddress('The webhook leads to an address that is not public.'), [])
      if (options.all) return callback(null, addresses)
      const [first] = addresses
      callback(null, first!.address, first!.family)
    })
  }
}

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128'])
const PRIVATE = listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'])

// The two special-purpose registries, iana.org/assignments/iana-ipv4-special-registry and its v6 sister, with multicast
// and the reserved top of v4.
const SPECIAL = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16: every machine's host, at a public address.
  '168.63.129.16/32',
  '2001::/23',
  '2001:db8::/32',
  // 6to4 holds any v4 address.
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
])

/** All that was ever given out of v6. v4 in v6 clothes, NAT64, ULA, link-local, multicast and the rest are outside. */
const GLOBAL = listOf(['2000::/3'])

function listOf(subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', bits] = subnet.split('/')
    list.addSubnet(net, Number(bits), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
