// Slots in a carrier's rate. One is reserved before a challenge is saved, so that a call which would wait too long goes
// through the next carrier, or is refused while nothing has been charged.

import type { CarrierName, Channel, Delivery, DeliveryId } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { CarrierRateLimit } from '../store/carrier-rate-limit.ts'
import type { ChallengeRequest } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { NO_CARRIER } from './refusals.ts'

const MAX_WAIT_SECONDS = 10

const NO_SLOT: Refusal = {
  refused: 'carrier_unavailable',
  detail: `More calls wait than the carrier accounts may place in ${MAX_WAIT_SECONDS} s. Nothing was dialled.`,
  retryAfter: MAX_WAIT_SECONDS,
}

export type CarrierSlots = {
  /** A new delivery with a slot reserved, through the first carrier that has one within the longest wait. */
  nextDelivery(request: ChallengeRequest, channel: Channel): Promise<Delivery | Refusal>
  /** Milliseconds until the delivery's slot, reserved now unless it was before; `null`: too far off. */
  waitFor(delivery: Delivery): Promise<number | null>
  /** The carrier was asked: the slot is used. */
  use(delivery: Delivery): void
  /** The carrier is not asked: the slot is given back. */
  release(delivery: Delivery): void
}

type Deps = { carrierRates: CarrierRateLimit; selection: CarrierSelection; tasks: BackgroundTasks; clock: Clock }

export function createCarrierSlots({ carrierRates, selection, tasks, clock }: Deps): CarrierSlots {
  /** By the clock of this instance. A delivery is placed by the instance that reserved its slot. */
  const readyAt = new Map<DeliveryId, number>()
  const rateOf = ({ carrier, channel }: Delivery) => selection.byName(carrier)?.perSecond[channel] ?? null

  async function waitFor(delivery: Delivery): Promise<number | null> {
    const { id, carrier, channel } = delivery
    const reserved = readyAt.get(id)
    if (reserved !== undefined) return Math.max(0, reserved - clock.now())
    const perSecond = rateOf(delivery)
    if (perSecond === null) return 0
    const seconds = await carrierRates.reserve(carrier, channel, perSecond, MAX_WAIT_SECONDS)
    if (seconds === null) return null
    readyAt.set(id, clock.now() + seconds * 1000)
    return seconds * 1000
  }

  return {
    waitFor,
    async nextDelivery(request, channel) {
      const tried: CarrierName[] = []
      for (;;) {
        const delivery = selection.nextDelivery(request, channel, tried)
        if (!delivery) return tried.length === 0 ? NO_CARRIER : NO_SLOT
        if ((await waitFor(delivery)) !== null) return delivery
        tried.push(delivery.carrier)
      }
    },
    use: ({ id }) => void readyAt.delete(id),
    release(delivery) {
      const perSecond = rateOf(delivery)
      if (!readyAt.delete(delivery.id) || perSecond === null) return
      tasks.add(carrierRates.release(delivery.carrier, delivery.channel, perSecond))
    },
  }
}
