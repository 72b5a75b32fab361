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
  const { cause, rang = progress.state === 'ringing', seconds = age } = end
  const result = RESULT_OF_CAUSE[cause]
  // A network that gives no better reason for a phone that is off calls it unanswered, at once.
  if (result === 'no_answer' && !rang && seconds < SHORTEST_RING_SECONDS) return { result: 'unreachable' }
  // SIP has one code for a phone that is off and for one that rang in vain: rfc-editor.org/rfc/rfc3398#section-7.2.4.1
  if (result === 'unreachable' && rang) return { result: 'no_answer' }
  return cause === 'handset_off' || cause === 'number_unknown' ? { result, cause } : { result }
}
