// A message without a receipt is looked up: most carriers send a receipt once, and it is lost if the database is away then.
// Only by its ref: a message whose ref was lost too is named by its receipt alone, since no other field of a listed message
// tells it for certain from another to the same number.

import type { MessageState } from '../carriers/carrier.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { messageUndelivered } from './delivery-end.ts'

/** What its receipt would have said, or that the check found nothing. */
export type LookUpMessage = (record: ChallengeRecord, delivery: Delivery) => Promise<ChallengeEvent>

export function createLookUpMessage(
  selection: Pick<CarrierSelection, 'byName' | 'afterFailure'>,
  clock: Clock,
): LookUpMessage {
  return async (record, delivery) => {
    const { id } = delivery
    const state = await stateOf(delivery)
    if (state?.type === 'delivered') return { type: 'delivered', delivery: id }
    if (state?.type === 'undelivered') return messageUndelivered(record, delivery, state, selection)
    return { type: 'check_due', delivery: id }
  }

  async function stateOf({ carrier: name, ref }: Delivery): Promise<MessageState | null> {
    const carrier = selection.byName(name)
    if (ref === null || !carrier?.findMessage) return null
    const lookUp = (signal: AbortSignal) => carrier.findMessage!(ref, signal)
    return withAbortTimeout(clock, DEADLINES.carrierAnswer, lookUp).catch(() => null)
  }
}
