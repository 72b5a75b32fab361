// Carries out what the state machine wants done.

import type { Channel, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Logger } from '../log/logger.ts'
import type { PageLeases } from '../store/page-leases.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { PlaceDelivery } from './call-placement.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import type { EffectRunner, Transition } from './transition.ts'

type Deps = {
  selection: CarrierSelection
  placeDelivery: PlaceDelivery
  leases: Pick<PageLeases, 'holds'>
  clock: Clock
  log: Logger
}

type Unavailable = Extract<ChallengeEvent, { type: 'fallback_unavailable' }>['why']

export function createEffectRunner({ selection, placeDelivery, leases, clock, log }: Deps): EffectRunner {
  return async (transition, record, effects) => {
    let latest = record
    for (const effect of effects) {
      if (effect.type === 'place') latest = await placeDelivery(transition, latest, effect.delivery)
      else if (effect.type === 'hang_up') latest = await hangUp(transition, latest, effect.delivery, effect.ref)
      else latest = await fallBack(transition, latest, effect.channel)
    }
    return latest
  }

  /** Once the carrier has hung up, the number is free. A hang-up that fails is repeated by the reconciler. */
  async function hangUp(
    transition: Transition,
    record: ChallengeRecord,
    id: DeliveryId,
    ref: string,
  ): Promise<ChallengeRecord> {
    const { challenge } = record
    const delivery = challenge.deliveries.find((one) => one.id === id)
    const carrier = delivery && selection.byName(delivery.carrier)
    if (!carrier) return record
    try {
      await withAbortTimeout(clock, DEADLINES.carrierAnswer, (signal) => carrier.hangUp(ref, signal))
      const result = await transition(challenge.id, () => ({ type: 'ended', delivery: id, result: 'hung_up' }), record)
      return 'effects' in result ? await result.effects : record
    } catch (error) {
      log.warn({ err: error as Error, challenge: challenge.id, delivery: id }, 'hang-up failed')
      return record
    }
  }

  /** A fallback meets rules and limits as the first delivery did; where it can't be tried, the failure stands. */
  async function fallBack(transition: Transition, record: ChallengeRecord, channel: Channel): Promise<ChallengeRecord> {
    const { id } = record.challenge
    const hasPage = !record.request.requireWaiter || (await leases.holds(id))
    const result = await transition(
      id,
      (now) => {
        if (!isDue(now, channel)) return null
        if (!hasPage) return unavailable(now, channel, 'no_page')
        const next = selection.nextDelivery(now.request, channel)
        return next ? { type: 'delivery_requested', next, fallback: true } : unavailable(now, channel, 'no_carrier')
      },
      record,
    )
    if ('effects' in result) return result.effects
    if (result.type !== 'refused') return record
    const { refused } = result.refusal
    const isRule = refused === 'number_blocked' || refused === 'quiet_hours' || refused === 'policy'
    const why = isRule ? refused : 'rate_limited'
    const failed = await transition(id, (now) => (isDue(now, channel) ? unavailable(now, channel, why) : null))
    return 'effects' in failed ? failed.effects : record
  }
}

function isDue({ challenge }: ChallengeRecord, channel: Channel): boolean {
  return challenge.outcome === null && challenge.fallback[0] === channel
}

function unavailable({ challenge }: ChallengeRecord, channel: Channel, why: Unavailable): ChallengeEvent {
  return { type: 'fallback_unavailable', delivery: challenge.deliveries.at(-1)!.id, channel, why }
}
