// What becomes of a delivery tells how its carrier is. One that takes calls or messages and fails them answers every
// request well, so the breaker of its requests would never open.

import type { Challenge } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Clock } from '../time/clock.ts'
import { type CarrierSelection, failedBefore } from './carrier-selection.ts'

/** `before`: the challenge that the event has changed. */
export type NoteCarrierHealth = (before: Challenge, event: ChallengeEvent) => void

const REACHED = new Set<ChallengeEvent['type']>(['ringing', 'answered', 'delivered'])

export function createNoteCarrierHealth(
  selection: Pick<CarrierSelection, 'deliveryBreaker'>,
  clock: Clock,
): NoteCarrierHealth {
  return (before, event) => {
    const delivery = before.deliveries.at(-1)
    if (!delivery || !REACHED.has(event.type) || !('delivery' in event) || event.delivery !== delivery.id) return
    if (delivery.progress.state !== 'placing' && delivery.progress.state !== 'sent') return
    selection.deliveryBreaker(delivery.carrier).succeeded()
    // Only once another carrier has reached the person is a failure known to be the carrier's that took the same try: a
    // number that none can reach counts against none, or a client with a list of such numbers could turn others away.
    for (const { carrier, ref } of failedBefore(before, delivery))
      if (ref !== null) selection.deliveryBreaker(carrier).failed(clock.now())
  }
}
