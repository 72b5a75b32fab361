// The end of a call, or of a message that was not delivered, as an event. What one carrier took and then failed to bring to
// the person, it has refused, only later: the next carrier tries.

import type { EndOfCall, MessageState } from '../carriers/carrier.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { failureOf, failureOfEnd } from './delivery-failure.ts'

type Selection = Pick<CarrierSelection, 'afterFailure'>

export function callEnded(
  record: ChallengeRecord,
  delivery: Delivery,
  end: Omit<EndOfCall, 'type'> & { ref: string },
  selection: Selection,
): ChallengeEvent {
  const { id, channel, progress } = delivery
  const { ref } = end
  const failure = { ...failureOfEnd(end, delivery, record.deliveryAge), ...(end.why && { why: end.why }) }
  // Once a phone has rung, another call would be a second one to the person.
  if (end.cause === 'failed' && !end.rang && channel === 'call' && progress.state === 'placing') {
    return { type: 'placement_failed', delivery: id, ...failure, next: selection.afterFailure(record, delivery), ref }
  }
  return { type: 'ended', delivery: id, ...failure, ref, ...(end.rang && { mayHaveRung: true }) }
}

export function messageUndelivered(
  record: ChallengeRecord,
  delivery: Delivery,
  state: Extract<MessageState, { type: 'undelivered' }>,
  selection: Selection,
): ChallengeEvent {
  const next = state.blame === 'number' ? null : selection.afterFailure(record, delivery)
  return { type: 'undelivered', delivery: delivery.id, ...failureOf(state), next, why: state.why }
}
