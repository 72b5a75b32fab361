// What may happen to a challenge, and the effects that have to be carried out next.

import type { Channel, Delivery, DeliveryFailure, DeliveryId } from './challenge.ts'

/** What an entry of keys means for the turn it answers; the digits themselves go no further. `finish`: `#` alone. */
export type DtmfVerdict = 'right' | 'wrong' | 'report' | 'repeat' | 'malformed' | 'finish' | 'none'

/** Whose bearer a request had: the app's key, or the token of its page. */
export type AskedBy = 'app' | 'page' | 'operator'

/** What the carrier gave as its reason, in its own short words or codes, or what kept us from asking it. For the ledger alone. */
type GivenReason = { why?: string }

export type ChallengeEvent =
  /**
   * Another delivery begins: it was asked for (`by`), or the current one failed (`fallback`). `first`: a page has come that
   * the first one has waited for.
   */
  | { type: 'delivery_requested'; next: Delivery; fallback: boolean; by?: AskedBy; first?: true }
  /** The carrier took our request. */
  | { type: 'placed'; delivery: DeliveryId; ref: string }
  /** The carrier's answer was lost, so the phone may ring or not. */
  | { type: 'placement_unknown'; delivery: DeliveryId }
  /** The carrier was asked about a call that may have been placed, and lists none. The second time it is `placement_failed`. */
  | { type: 'call_absent'; delivery: DeliveryId }
  /**
   * The phone did not ring, and will not: refused, declared absent, or taken by the carrier and then failed; or the call was
   * given up (`mayHaveRung`). `next` is the same try through another carrier. `alone`: no fallback may follow either, since
   * the app was told that nothing would.
   */
  | ({
      type: 'placement_failed'
      delivery: DeliveryId
      next: Delivery | null
      mayHaveRung?: true
      ref?: string
      alone?: true
    } & DeliveryFailure &
      GivenReason)
  | { type: 'ringing'; delivery: DeliveryId; ref: string }
  | { type: 'answered'; delivery: DeliveryId; ref: string }
  /**
   * `unheard`: of a `repeat`, the keys that were drawn for this call can't have been named yet. `stopsCodes`: of wrong keys
   * at the gate, with these the number has had too many in a day.
   */
  | { type: 'dtmf_received'; delivery: DeliveryId; turn: number; key: DtmfVerdict; unheard?: true; stopsCodes?: true }
  | { type: 'voicemail_detected'; delivery: DeliveryId }
  /** The carrier could not fetch or play our document, and says a fixed apology instead. */
  | { type: 'document_failed'; delivery: DeliveryId }
  /** The call is over. `result` is what that means for a call that had not been answered. */
  | ({ type: 'ended'; delivery: DeliveryId; mayHaveRung?: true; ref?: string } & DeliveryFailure & GivenReason)
  /** The carrier's receipts for a message. `next`: the same through another carrier, where the fault is this one's. */
  | { type: 'delivered'; delivery: DeliveryId }
  | ({ type: 'undelivered'; delivery: DeliveryId; next: Delivery | null } & DeliveryFailure & GivenReason)
  /** The fallback that was due can't be tried, so the delivery's failure stands. */
  | {
      type: 'fallback_unavailable'
      delivery: DeliveryId
      channel: Channel
      why: 'rate_limited' | 'number_blocked' | 'no_carrier' | 'no_page' | 'quiet_hours' | 'policy'
    }
  /** `secondsUntilCheck` are over and nothing has confirmed the current delivery. */
  | { type: 'check_due'; delivery: DeliveryId }
  /** A code was typed on the page. */
  | { type: 'code_submitted'; right: boolean }
  | { type: 'canceled'; by?: AskedBy }
  /** On another call of the same service to the number the person reported fraud. */
  | { type: 'number_reported' }
  /** After too many wrong codes for the number none is accepted for a while. */
  | { type: 'codes_locked' }
  /** No page has been connected for some seconds, and the challenge requires one. */
  | { type: 'page_left' }
  | { type: 'expired' }

export type Effect =
  | { type: 'place'; delivery: DeliveryId }
  | { type: 'hang_up'; delivery: DeliveryId; ref: string }
  /** Choose a carrier for this channel, then come back with `delivery_requested`. */
  | { type: 'fall_back'; channel: Channel }

/** What the operator decides; everything else is decided by the transitions. */
export type Policy = {
  gate: boolean
  /** approve: the key that approves is drawn for each call. */
  drawnKey: boolean
}
