// What happened to a challenge, as the API tells it.

import type { Carrier, Channel, DeliveryResult, FailureCause, Flow, Reason, Status } from './challenge.ts'

export type TimelineEventType =
  | 'created'
  | 'delivery_requested'
  | 'placed'
  | 'placement_unknown'
  | 'call_absent'
  | 'placement_failed'
  | 'ringing'
  | 'answered'
  | 'dtmf_received'
  | 'voicemail_detected'
  | 'document_failed'
  | 'ended'
  | 'delivered'
  | 'undelivered'
  | 'number_reported'
  | 'codes_locked'
  | 'fallback_unavailable'
  | 'check_due'
  | 'code_submitted'
  | 'canceled'
  | 'page_left'
  | 'expired'
  | 'consumed'

/** What is known of an event. Never a key, a code or a number. */
export type TimelineFacts = {
  /** At the event that brought the outcome. */
  status?: Status
  reason?: Reason
  flow?: Flow
  channel?: Channel
  carrier?: Carrier
  /** The carrier's own name for the call or the message. */
  ref?: string
  /** The delivery that began. */
  next?: string
  fallback?: boolean
  /** A page has connected that the delivery had waited for. */
  first?: true
  /** Nothing is dialled before a page is connected. */
  require_waiter?: true
  /** The standard that the creation was held to. */
  policy?: 'asvs' | 'nist'
  /** Of an approval: the key had been drawn for the call. */
  key_drawn?: true
  /** Who asked: the API key, or the page token. */
  by?: 'app' | 'page' | 'operator'
  /** What the caller heard from then on. */
  phase?: 'gate' | 'code' | 'question' | 'goodbye'
  /** Why it was said once more. */
  notice?: 'wrong' | 'silent' | 'repeat'
  turn?: number
  /** What the keys meant. */
  key?: 'right' | 'wrong' | 'report' | 'repeat' | 'malformed' | 'finish' | 'none'
  /** Of a code that was typed. */
  right?: boolean
  attempts_left?: number
  result?: DeliveryResult
  cause?: FailureCause
  /** The reason in the carrier's own code, such as `SIP 486`. */
  why?: string
  /** The carrier was asked to hang up. */
  hang_up?: true
  may_have_rung?: true
  alone?: true
}

export type TimelineEvent = { at: string; type: TimelineEventType; delivery: string | null; facts: TimelineFacts }
