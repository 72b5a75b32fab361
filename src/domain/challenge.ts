// The words of the product as types. Everything here is data: no clock, no randomness, no I/O.

import type { Locale } from './locale.ts'

export type ChallengeId = `chl_${string}`
export type DeliveryId = `dlv_${string}`
export type E164 = `+${string}`

export const FLOWS = ['send_code', 'keypad_code', 'approve'] as const
export const CHANNELS = ['call', 'sms'] as const
export const CARRIERS = ['twilio', 'signalwire', 'bandwidth', 'plivo'] as const

/** Who began it: the person, who waits for the call, or the app by itself. */
export const INITIATORS = ['person', 'app'] as const

export type Initiator = (typeof INITIATORS)[number]
export type Flow = (typeof FLOWS)[number]
export type Channel = (typeof CHANNELS)[number]
export type CarrierName = (typeof CARRIERS)[number]

/** Seconds from the creation of a challenge to its expiry, at the most. */
export const LONGEST_LIFE = 600

/** Seconds from the answer of a call to its end, at the most. */
export const LONGEST_CALL = 180

/** Why a delivery did not reach the person. Each is also the reason of an `undelivered` challenge. */
export type Failure =
  | 'busy'
  | 'no_answer'
  | 'call_rejected'
  | 'voicemail'
  | 'hung_up'
  | 'no_input'
  | 'unreachable'
  | 'carrier_failed'

/** What exactly kept a message or a call from the person, where the carrier names it. */
export type FailureCause = 'landline' | 'handset_off' | 'number_unknown' | 'blocked' | 'opted_out' | 'filtered'

export type DeliveryFailure = { result: Failure; cause?: FailureCause }

export type Outcome =
  | { status: 'approved'; reason: 'code_matched' | 'key_pressed' }
  | { status: 'denied'; reason: 'rejected' | 'fraud_reported' | 'too_many_attempts' }
  | { status: 'undelivered'; reason: Failure }
  | { status: 'expired'; reason: 'expired' }
  | { status: 'canceled'; reason: 'canceled' }

export type Status = 'pending' | Outcome['status']
export type DeliveryResult = 'delivered' | Failure | 'canceled' | 'superseded'

/** What is being said on an answered call: the gate before a code, the code, a question, or goodbye. */
export type CallPhase = 'gate' | 'code' | 'question' | 'goodbye'

/** Why the caller hears the same step again. */
export type Notice = 'none' | 'wrong' | 'silent' | 'repeat'

/**
 * One try to reach the person. `unknown` means that the carrier's answer to our request was lost: the phone may ring
 * or not, so nothing else may be dialled until it is adopted, found, or declared absent.
 */
export type Delivery = {
  id: DeliveryId
  channel: Channel
  carrier: CarrierName
  /** The locale really spoken, where the carrier has no voice for the one asked for. */
  locale?: Locale
  /** The carrier's own name for it, once known. */
  ref: string | null
  /**
   * What it was taken to cost when it began, a minute of a call or the whole text, in ten thousandths of the rate deck's
   * currency: what is taken off later is by this price, also where another one has been learnt since.
   */
  price: number
  /** ISO 8601, the database's time. */
  createdAt: string
  progress: DeliveryState
  /** How it ended, or, while a call is still on the line, how it is already known to end. */
  result: DeliveryResult | null
  /** Of a failed delivery, where the carrier named it. */
  cause?: FailureCause
  /** The challenge ended while the call was live, and neither the app nor the person on the phone had ended it. */
  abandoned?: true
  /** Fraud was reported on this call after the challenge had ended in another way. */
  reportedLate?: true
}

/** A call that a person or a machine has picked up, at one of its turns. */
export type AnsweredCall = {
  state: 'answered'
  phase: CallPhase
  turn: number
  /**
   * ISO 8601, the database's time at which this turn began, or the first of those before it that named the same keys with
   * nothing wrong pressed since; `''` until the store has saved it.
   */
  turnStartedAt: string
  /** Turns with a wrong or missing key. */
  misses: number
  /** How many of them had two wrong gate keys. */
  wrongGates: number
  repeats: number
  notice: Notice
  /** approve: the key that approves was drawn for this call; else it is 1. Fixed once the call is answered. */
  keyDrawn: boolean
}

/** A turn whose keys may still come though the call has ended. It began at no time that is known if no document was had. */
export type OpenTurn = Pick<AnsweredCall, 'phase' | 'turn' | 'notice' | 'keyDrawn'> & {
  turnStartedAt: string | null
  /** As was learnt only after the end. */
  hadDocument?: true
}

export type DeliveryState =
  /** It begins when a page is connected; until then no carrier is chosen for good, and nothing is counted or shown. */
  | { state: 'waiting' }
  /** `absent`: asked about a call of which it is unknown whether it was placed, the carrier has once listed no such call. */
  | { state: 'placing'; unknown: boolean; absent?: true }
  | { state: 'ringing' }
  | AnsweredCall
  /** `lookups`: how often the carrier has been asked for a receipt that did not come. */
  | { state: 'sent'; lookups?: number }
  /** `openTurn`: the call ended before the keys of this turn came; they may still be on their way. */
  | { state: 'ended'; openTurn?: OpenTurn }

export type Challenge = {
  id: ChallengeId
  flow: Flow
  version: number
  attemptsLeft: number
  /** The code has been spoken or texted: from then on only a guess, a cancel or time ends a `send_code`. */
  codeDisclosed: boolean
  /** Channels still to be tried when the present one fails. */
  fallback: Channel[]
  /** Oldest first; the last is the present one. */
  deliveries: Delivery[]
  outcome: Outcome | null
}
