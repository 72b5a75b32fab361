// Carries out what the state machine wants done.

import type { ChallengeId, Channel, DeliveryId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { PlaceDelivery } from './call-placement.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import type { EffectRunner, Transition } from './transition.ts'

type Deps = { selection: CarrierSelection; placeDelivery: PlaceDelivery; clock: Clock; log: Logger }

export function createEffectRunner({ selection, placeDelivery, clock, log }: Deps): EffectRunner {
  return async (transition, record, effects) => {
    let latest = record
    for (const effect of effects) {
      if (effect.type === 'place') latest = await placeDelivery(transition, latest, effect.delivery)
      else if (effect.type === 'hang_up') await hangUp(latest, effect.delivery, effect.ref)
      else latest = await fallBack(transition, latest, effect.channel)
    }
    return latest
  }

  /** The machine has decided whether or not this succeeds; the reconciler repeats a failed one. */
  async function hangUp({ challenge }: ChallengeRecord, id: DeliveryId, ref: string): Promise<void> {
    const delivery = challenge.deliveries.find((one) => one.id === id)
    const carrier = delivery && selection.byName(delivery.carrier)
    if (!carrier) return
    await withAbortTimeout(clock, DEADLINES.carrierAnswer, (signal) => carrier.hangUp(ref, signal)).catch(
      (err: Error) => log.warn({ err, challenge: challenge.id, delivery: id }, 'hang-up failed'),
    )
  }

  async function fallBack(transition: Transition, record: ChallengeRecord, channel: Channel): Promise<ChallengeRecord> {
    const id: ChallengeId = record.challenge.id
    const result = await transition(
      id,
      ({ challenge, request }) => {
        if (challenge.outcome || challenge.fallback[0] !== channel) return null
        const next = selection.nextDelivery(request, channel)
        return next ? { type: 'delivery_requested', next, fallback: true } : null
      },
      record,
    )
    return 'effects' in result ? result.effects : record
  }
}
