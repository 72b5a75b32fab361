// Slots in a carrier's rate. One is reserved with the delivery that is saved, so that a call which would wait too long goes
// through the next carrier, or is refused while nothing has been charged.

import type { CarrierName, Channel, Delivery, DeliveryId } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { CarrierRateLimit, Lane, SlotRequest } from '../store/carrier-rate-limit.ts'
import type { ChallengeRequest } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { NO_CARRIER } from './refusals.ts'

const MAX_WAIT_SECONDS = 10

/** A lane takes one call after another, each when the one before is committed. So many lanes may start a call at once. */
const LANE_CALLS_PER_SECOND = 10
const MAX_LANES = 32

const NO_SLOT: Refusal = {
  refused: 'carrier_unavailable',
  detail: `More calls wait than the carrier accounts may place in ${MAX_WAIT_SECONDS} s. Nothing was dialled.`,
  retryAfter: MAX_WAIT_SECONDS,
}

export type CarrierSlots = {
  /** Tries one carrier after another until `attempt` finds a slot for a new delivery. */
  throughCarriers<T>(
    request: ChallengeRequest,
    channel: Channel,
    attempt: (delivery: Delivery) => Promise<T | 'no_slot'>,
  ): Promise<T | Refusal>
  /** The slot that a delivery needs; `null`: none. */
  slotFor(delivery: Delivery): SlotRequest | null
  /** A slot was reserved for the delivery, so many seconds from now. */
  reserved(delivery: Delivery, seconds: number): void
  /** Whether its carrier may be asked at once: the slot has come, or none is needed. */
  isDue(delivery: Delivery): boolean
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

  /** The same one at each look. Ids are random, and so is their last character. */
  function laneOf({ id, carrier, channel }: Delivery): Lane | null {
    const perSecond = selection.byName(carrier)?.perSecond[channel] ?? null
    if (perSecond === null) return null
    const lanes = Math.min(MAX_LANES, Math.max(1, Math.floor(perSecond / LANE_CALLS_PER_SECOND)))
    return { carrier, channel, lane: id.charCodeAt(id.length - 1) % lanes, perSecond: perSecond / lanes }
  }

  const slotFor = (delivery: Delivery): SlotRequest | null => {
    const lane = laneOf(delivery)
    return lane && { ...lane, maxWaitSeconds: MAX_WAIT_SECONDS }
  }
  const reserved = ({ id }: Delivery, seconds: number) => void readyAt.set(id, clock.now() + Math.round(seconds * 1000))

  async function waitFor(delivery: Delivery): Promise<number | null> {
    const at = readyAt.get(delivery.id)
    if (at !== undefined) return Math.max(0, at - clock.now())
    const slot = slotFor(delivery)
    if (slot === null) return 0
    const seconds = await carrierRates.reserve(slot)
    if (seconds === null) return null
    reserved(delivery, seconds)
    return seconds * 1000
  }

  async function throughCarriers<T>(
    request: ChallengeRequest,
    channel: Channel,
    attempt: (delivery: Delivery) => Promise<T | 'no_slot'>,
  ): Promise<T | Refusal> {
    const tried: CarrierName[] = []
    for (;;) {
      const delivery = selection.nextDelivery(request, channel, tried)
      if (!delivery) return tried.length === 0 ? NO_CARRIER : NO_SLOT
      const result = await attempt(delivery)
      if (result !== 'no_slot') return result
      tried.push(delivery.carrier)
    }
  }

  return {
    waitFor,
    throughCarriers,
    reserved,
    slotFor,
    isDue(delivery) {
      const at = readyAt.get(delivery.id)
      return at === undefined ? slotFor(delivery) === null : at <= clock.now()
    },
    use: ({ id }) => void readyAt.delete(id),
    release(delivery) {
      const lane = laneOf(delivery)
      if (readyAt.delete(delivery.id) && lane) tasks.add(carrierRates.release(lane))
    },
  }
}
