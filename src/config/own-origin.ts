import { isIPv6 } from 'node:net'

const EVERY_OR_LOCAL = [undefined, '0.0.0.0', '::', '127.0.0.1', 'localhost']

/** Where this machine reaches the server: where that listens on one address alone, only by that. */
export function ownOrigin(host: string | undefined, port: number): string {
  const name = EVERY_OR_LOCAL.includes(host) ? 'localhost' : host!
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}
