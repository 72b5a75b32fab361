// The receipt of an approval that was used: what the answer holds, and what it states.

import type { Carrier, Channel, Flow } from './challenge.ts'
import type { CallOptions } from './options.ts'

/** What you take the approval to be for: a 409 when the challenge is for another. */
export type ConsumeRequest = { scope?: string; details?: string | null }

export type ConsumeOptions = CallOptions & {
  /** Your own name for this request, so that repeating it, even after a crash, gives the same receipt again. */
  idempotencyKey?: string
}

export type ConsumedChallenge = {
  /** A JWS in compact form: keep it as it is, and read it by `verifyReceipt`. */
  receipt: string
  /** Keep it beside the receipt: with both it can be told whether a number is the one that was called or texted. */
  number_key: string
  consumed_at: string
}

/** What a receipt states. */
export type ReceiptClaims = {
  /** The server: its `PUBLIC_URL`. */
  iss: string
  /** Your service: `svc_…`. */
  aud: string
  /** The challenge. */
  sub: string
  jti: string
  /** Seconds since 1970: when the approval was used, and when it was given. */
  iat: number
  auth_time: number
  /** RFC 8176: `tel` by a call, `sms` by a text, `otp` by a code. A code that two channels brought names both. */
  amr: ('tel' | 'sms' | 'otp')[]
  flow: Flow
  reason: 'code_matched' | 'key_pressed'
  scope: string
  /** base64url of the SHA-256 of the details; `null` when there were none. */
  details_sha256: string | null
  /** base64url of the HMAC-SHA256 of the number, E.164, under the number key. */
  number_hmac_sha256: string
  locale: string
  shared_phrase: boolean
  /** Of an `approve`: the key had been drawn for the call, which named it; else it was 1. */
  key_drawn: boolean
  /** The service's `POLICY` when the challenge was created. */
  policy: 'standard' | 'asvs' | 'nist'
  created_at: string
  approved_at: string
  consumed_at: string
  /** Those that brought the code, or on which the key was pressed. `ref` is the carrier's own name for it. */
  deliveries: { id: string; channel: Channel; carrier: Carrier; ref: string | null; answered_at: string | null }[]
}
