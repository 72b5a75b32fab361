// X-Twilio-Signature: HMAC-SHA1, keyed with the auth token, over the URL as requested followed by each body parameter,
// sorted by name. twilio.com/docs/usage/security#validating-requests

import { createHmac } from 'node:crypto'
import type { Parameters } from '../rest/form.ts'

export function sign(token: string, url: string, parameters: Parameters): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of parameters) values.set(name, (values.get(name) ?? new Set()).add(value))
  const text = [...values]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, all]) => [...all].sort().map((value) => name + value))
    .join('')
  return createHmac('sha1', token)
    .update(url + text, 'utf8')
    .digest('base64')
}
