// The first delivery of a challenge that requires a page: it begins once, when the first page has connected.

import type { Delivery } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'
import { stateOf } from '../domain/state-machine.ts'
import { NotExecuted } from '../store/database-errors.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { AbandonedCreates } from './abandoned-creates.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import { NO_CARRIER, NUMBER_BUSY } from './refusals.ts'
import type { Transition } from './transition.ts'

/** Whether nothing is left to begin: it has begun, or can't. Otherwise it may be tried again in a moment. */
export type BeginFirstDelivery = (record: ChallengeRecord) => Promise<boolean>

type Deps = { slots: CarrierSlots; abandoned: AbandonedCreates; transition: Transition }

export function createBeginFirstDelivery({ slots, abandoned, transition }: Deps): BeginFirstDelivery {
  return async (record) => {
    const { request, challenge } = record
    const waiting = challenge.deliveries.at(-1)!
    if (!isWaiting(record)) return true
    const refusal = await slots.throughCarriers(request, waiting.channel, (next) => begin(record, next))
    if (refusal === null) return true
    // The number's other call ends, and the carriers' queue gets shorter. Without a carrier there is nothing to wait for.
    const isQueue = refusal.refused === 'carrier_unavailable' && refusal !== NO_CARRIER
    if (refusal.refused === 'conflict' || isQueue) return false
    await transition(challenge.id, (now) =>
      isWaiting(now)
        ? {
            type: 'placement_failed',
            delivery: waiting.id,
            result: 'carrier_failed',
            next: null,
            alone: true,
            why: refusal === NO_CARRIER ? 'no_carrier' : refusal.refused,
          }
        : null,
    )
    return true
  }

  /** `null`: it has begun, here or elsewhere, or the challenge has ended. */
  async function begin(record: ChallengeRecord, next: Delivery): Promise<Refusal | 'no_slot' | null> {
    const { id } = record.challenge
    try {
      const result = await transition(
        id,
        (now) =>
          isWaiting(now) ? { type: 'delivery_requested', next, fallback: false, by: 'page', first: true } : null,
        record,
      )
      if (result.type === 'refused') return result.refusal
      if (result.type === 'number_busy') return NUMBER_BUSY
      return result.type === 'no_slot' ? result.type : null
    } catch (error) {
      if (!(error instanceof NotExecuted)) abandoned.add(id, next.id)
      throw error
    }
  }
}

function isWaiting({ challenge, expired, reported }: ChallengeRecord): boolean {
  return !expired && !reported && stateOf(challenge) === 'waiting'
}
