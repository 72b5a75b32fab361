// Which addresses WEBHOOK_URL may lead to. The host name is resolved once, all its addresses are checked, and the connection
// goes to a checked address: a name that resolves to another address a moment later gains nothing.

import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** `loopback`: this machine too. `private`: private networks too. */
export type AllowedNetwork = 'public' | 'loopback' | 'private'

export class PrivateAddress extends Error {
  override name = 'PrivateAddress'
}

export function isAllowedAddress(address: string, network: AllowedNetwork): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  // A zone id names a local network interface.
  if (isIP(address) === 0 || address.includes('%')) return false
  if (network !== 'public' && LOOPBACK.check(address, family)) return true
  if (network === 'private' && PRIVATE.check(address, family)) return true
  return family === 'ipv4'
    ? !SPECIAL.check(address, family)
    : GLOBAL.check(address, family) && !SPECIAL.check(address, family)
}

/** For sockets. They do not ask it about addresses written out: ask `mayReach` about those. */
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

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128'])
const PRIVATE = listOf(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'])

// The special-purpose registries of IANA, iana.org/assignments/iana-ipv4-special-registry and …-ipv6-…, with multicast and
// the reserved range of IPv4.
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
  // learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16: the host of every Azure machine, at a public address.
  '168.63.129.16/32',
  '2001::/23',
  '2001:db8::/32',
  // 6to4 holds any v4 address.
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
])

/** The global unicast range. Mapped IPv4, NAT64, ULA, link-local and multicast are outside it. */
const GLOBAL = listOf(['2000::/3'])

function listOf(subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', bits] = subnet.split('/')
    list.addSubnet(net, Number(bits), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
