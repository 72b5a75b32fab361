// The fake carrier's name for a call or a message derives from the delivery in its callback URLs, so that the load can
// sign webhooks without asking for it.

import { createHash } from 'node:crypto'

/** `text`: a URL with a delivery's id in it, or the id. */
export function refOf(prefix: 'CA' | 'SM', text: string): string {
  const [, delivery = text] = /\/(dlv_[\w-]+)/.exec(text) ?? []
  return prefix + createHash('md5').update(delivery).digest('hex')
}
