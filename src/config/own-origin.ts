import { isIPv6 } from 'node:net'

const EVERY = [undefined, '0.0.0.0']
const LOOPBACK = ['127.0.0.1', '::1']

/**
 * Where this machine reaches the server, by an address on which it listens. Not by the name `localhost`: it may be
 * either of two addresses, and at the other one another server may listen on the same port.
 */
export function ownOrigin(host: string | undefined, port: number): string {
  return originOf(addressOf(host), port)
}

/** The same for people, to whom `localhost` is what they know. */
export function shownOrigin(host: string | undefined, port: number): string {
  const address = addressOf(host)
  return originOf(LOOPBACK.includes(address) && host !== '::1' ? 'localhost' : address, port)
}

function addressOf(host: string | undefined): string {
  if (EVERY.includes(host)) return '127.0.0.1'
  return host === '::' ? '::1' : host!
}

function originOf(name: string, port: number): string {
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}
