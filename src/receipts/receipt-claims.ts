// What a receipt states. Every claim is a stored fact that no longer changes, and none is a code or a number.

import { createHash, createHmac } from 'node:crypto'
import { type TimelineEvent, type TimelineFacts, timelineOf } from '../challenges/timeline.ts'
import type { E164 } from '../domain/challenge.ts'
import type { ChallengeRecord, LedgerLine } from '../store/types.ts'
import { type Proof, proofOf } from './proof.ts'

export type ReceiptClaims = Proof & {
  /** The server, by its `PUBLIC_URL`. */
  iss: string
  /** The service that asked. */
  aud: string
  /** The challenge. */
  sub: string
  jti: string
  /** Seconds since 1970: when it was consumed, and when it was approved. */
  iat: number
  auth_time: number
  flow: string
  reason: string
  scope: string
  /** base64url of the SHA-256 of the details in UTF-8; `null` when there were none. */
  details_sha256: string | null
  /** base64url of the HMAC-SHA256 of the number (E.164) under the number key. */
  number_hmac_sha256: string
  locale: string
  /** The words on the page were to be said first in each call. */
  shared_phrase: boolean
  /** The key that approved had been drawn for the call, which named it; else it was 1, or none. */
  key_drawn: boolean
  /** POLICY: the standard that the creation was held to; `standard`: to none. */
  policy: 'standard' | NonNullable<TimelineFacts['policy']>
  created_at: string
  approved_at: string
  consumed_at: string
}

/** A challenge that has been consumed, with its number. */
export type Consumed = ChallengeRecord & { endedAt: string; consumedAt: string }

export function receiptClaims(
  issuer: string,
  consumed: Consumed,
  number: { to: E164; key: Buffer },
  ledger: LedgerLine[],
): ReceiptClaims {
  const { challenge, request, createdAt, endedAt, consumedAt } = consumed
  const { id, flow, outcome } = challenge
  const events = untilConsumed(timelineOf(consumed, ledger))
  return {
    iss: issuer,
    aud: request.serviceId,
    sub: id,
    jti: id.replace('chl_', 'rcp_'),
    iat: seconds(consumedAt),
    auth_time: seconds(endedAt),
    ...proofOf(flow, events),
    flow,
    reason: outcome!.reason,
    scope: request.scope,
    details_sha256: request.details === null ? null : sha256(request.details),
    number_hmac_sha256: createHmac('sha256', number.key).update(number.to).digest('base64url'),
    locale: request.locale,
    shared_phrase: request.sharedPhrase,
    key_drawn: events.some(({ facts }) => facts.keyDrawn),
    policy: events.find(({ type }) => type === 'created')?.facts.policy ?? 'standard',
    created_at: createdAt,
    approved_at: endedAt,
    consumed_at: consumedAt,
  }
}

/** A call may end, or a text arrive, later: that would make it another statement. */
function untilConsumed(events: TimelineEvent[]): TimelineEvent[] {
  return events.slice(
    0,
    events.findIndex(({ type }) => type === 'consumed'),
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000)
}
