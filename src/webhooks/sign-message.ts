// The headers of Standard Webhooks 1.0.0: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.

import { createHmac } from 'node:crypto'

export type Signed = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string }

/**
 * One signature for each secret, so that the app can change to a new one while both are set. `at`: the time of this try in
 * seconds, by the database's clock, since receivers refuse a timestamp that is five minutes off.
 */
export function sign(id: string, at: number, body: string, secrets: readonly string[]): Signed {
  const timestamp = String(Math.floor(at))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
