// Incoming webhooks, by Standard Webhooks 1.0.0: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.

import type { Challenge, Status } from './challenge.ts'

type Ending = Exclude<Status, 'pending'>

export type GuardTripped = {
  rule: 'conversion' | 'neighbours' | 'unverified' | 'spending' | 'carriers'
  against: string
  /** `record`: nothing is refused. */
  mode: 'enforce' | 'record'
  state: 'began' | 'ended'
  reason: string
  /** `null` once it has ended. */
  until: string | null
}

/** `id` is the same however often the message comes: do nothing for one that you have seen. */
export type WebhookEvent = { id: string; timestamp: string } & (
  | { [S in Ending]: { type: `challenge.${S}`; data: Extract<Challenge, { status: S }> } }[Ending]
  | { type: 'delivery.updated'; data: Challenge }
  /** Key 9: until then nothing of your service reaches the number. `to` is masked. */
  | { type: 'number.reported'; data: { challenge_id: string; to: string; until: string } }
  /** A rule against toll fraud began or ended to stand: `against` is `prefix:+1876555`, `region:JM`, `service:svc_…` or `all`. */
  | { type: 'guard.tripped'; data: GuardTripped }
)

export type VerifyOptions = {
  headers: Headers | Record<string, string | string[] | undefined>
  /** The body exactly as it came, before any parsing. */
  body: string | Uint8Array
  /** `WEBHOOK_SECRET`, or several while it is changed. */
  secret: string | string[]
  /** Milliseconds since 1970, instead of the system's clock. */
  now?: number
}

export class WebhookVerificationError extends Error {
  override name = 'WebhookVerificationError'
}

/** The specification leaves the tolerance open; its libraries take five minutes either way. */
const TOLERANCE_SECONDS = 300

/** The event, once its signature and its age are right. Anything else throws `WebhookVerificationError`: answer it with 400. */
export async function verifyWebhook({ headers, body, secret, now = Date.now() }: VerifyOptions): Promise<WebhookEvent> {
  const id = header(headers, 'webhook-id')
  const timestamp = header(headers, 'webhook-timestamp')
  const signatures = header(headers, 'webhook-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('webhook-timestamp is no number of seconds')
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    throw new WebhookVerificationError(
      'webhook-timestamp is more than five minutes off: a replay, or a clock that is wrong',
    )
  }
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`)
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    if (await isSigned(signed, signatures, one)) return event(id, text)
  }
  throw new WebhookVerificationError(
    'no webhook-signature is right: another secret, or a body that was changed on its way',
  )
}

function header(headers: VerifyOptions['headers'], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value === 'string' && value !== '') return value
  throw new WebhookVerificationError(`the header ${name} is missing`)
}

/** `subtle.verify` compares in constant time. */
async function isSigned(signed: Uint8Array<ArrayBuffer>, signatures: string, secret: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', keyOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  for (const signature of signatures.split(' ')) {
    const bytes = signature.startsWith('v1,') ? decode(signature.slice(3)) : null
    // `atob` passes over the bits that the last character has too many, so other texts decode to the same bytes.
    if (
      bytes &&
      btoa(String.fromCharCode(...bytes)) === signature.slice(3) &&
      (await crypto.subtle.verify('HMAC', key, bytes, signed))
    )
      return true
  }
  return false
}

/** The text never holds the secret. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const key = decode(secret.replace(/^whsec_/, ''))
  if (key && key.length > 0) return key
  throw new TypeError('the webhook secret is not whsec_ and base64')
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

function event(id: string, text: string): WebhookEvent {
  try {
    return { ...JSON.parse(text), id }
  } catch {
    throw new WebhookVerificationError('the body is not JSON')
  }
}
