// What a carrier's refusal, receipt or end of call means for a delivery that had reached nobody.

import type { Blame, EndCause, EndOfCall } from '../carriers/carrier.ts'
import type { Delivery, DeliveryFailure, Failure } from '../domain/challenge.ts'

/** Of a refusal, or of a message that was not delivered. */
export function failureOf({ blame, cause }: Blame): DeliveryFailure {
  return { result: blame === 'number' ? 'unreachable' : 'carrier_failed', ...(cause && { cause }) }
}

const RESULT_OF_CAUSE: Record<EndCause, Failure> = {
  completed: 'hung_up',
  busy: 'busy',
  no_answer: 'no_answer',
  rejected: 'call_rejected',
  canceled: 'no_answer',
  unreachable: 'unreachable',
  handset_off: 'unreachable',
  number_unknown: 'unreachable',
  failed: 'carrier_failed',
  document_failed: 'carrier_failed',
}

/** Of the 25 s that a phone may ring: sooner no carrier gives up a phone that does. */
const SHORTEST_RING_SECONDS = 10

/** `age`: of the delivery, in seconds. */
export function failureOfEnd(end: Omit<EndOfCall, 'type'>, { progress }: Delivery, age: number): DeliveryFailure {
  const { cause, rang = progress.state === 'ringing' || null, seconds = age } = end
  const result = RESULT_OF_CAUSE[cause]
  if (result === 'no_answer' && seconds < SHORTEST_RING_SECONDS && couldNotRing(cause, rang))
    return { result: 'unreachable' }
  // SIP has one code for a phone that is off and for one that rang in vain: rfc-editor.org/rfc/rfc3398#section-7.2.4.1
  if (result === 'unreachable' && rang) return { result: 'no_answer' }
  return cause === 'handset_off' || cause === 'number_unknown' ? { result, cause } : { result }
}

/**
 * Of a call that ended sooner than a phone may ring; `rang`: `null` where nothing tells. A network that gives no better
 * reason for a phone that is off calls it unanswered, at once. A call that was canceled may have been at any moment, and
 * Bandwidth reports no ringing, Plivo in a webhook that may be lost: unless the carrier says otherwise it counts as one
 * that rang, or each would be given back to the person's limits, also when the phone has rung each time.
 */
function couldNotRing(cause: EndCause, rang: boolean | null): boolean {
  return cause === 'canceled' ? rang === false : !rang
}
