// Slots in the carriers' rates in memory, by the rules of src/store/carrier-rate-limit.ts.

import type { CarrierRateLimit, Lane, SlotRequest } from '../../src/store/carrier-rate-limit.ts'

export type MemorySlots = CarrierRateLimit & {
  /** The answer of `reserve`, within a statement, and without the reservation. */
  waitFor(slot: SlotRequest): number | null
}

export function memorySlots(now: () => number): MemorySlots {
  const freeAt = new Map<string, number>()
  const nameOf = ({ carrier, channel, lane }: Lane) => `${carrier} ${channel} ${lane}`

  function waitFor({ maxWaitSeconds, ...lane }: SlotRequest): number | null {
    const free = freeAt.get(nameOf(lane)) ?? now()
    return free > now() + maxWaitSeconds * 1000 ? null : Math.max(0, free - now()) / 1000
  }

  return {
    waitFor,
    async reserve(slot) {
      const wait = waitFor(slot)
      if (wait !== null) freeAt.set(nameOf(slot), now() + wait * 1000 + 1000 / slot.perSecond)
      return wait
    },
    async release(lane) {
      const free = freeAt.get(nameOf(lane))
      if (free !== undefined) freeAt.set(nameOf(lane), Math.max(now(), free - 1000 / lane.perSecond))
    },
  }
}
