// Rate limit counters in memory, by the same rules as the statements of src/store/rate-limits.ts.

import type { DeliveryAdmission, ExhaustedLimit, RateLimits } from '../../src/store/rate-limits.ts'
import type { ChargedCounter } from '../../src/store/schema.ts'
import { type GateEntry, wrongGateLimits } from '../../src/store/wrong-gates.ts'
import type { MemoryFailures } from './memory-failures.ts'
import type { MemoryOwners } from './memory-owners.ts'

export type MemoryLimits = RateLimits & {
  /** Which of the limits is exhausted, or of the keys locked, for longest. */
  exhausted(admission: DeliveryAdmission): ExhaustedLimit | null
  /** Counts against every limit, of which none is exhausted. */
  consume(admission: DeliveryAdmission): ChargedCounter[]
  refund(charge: readonly ChargedCounter[]): void
  /** Whether with these keys a number has had too many wrong gates. */
  usesUpGates(entry: GateEntry): boolean
  /** Keys of a gate. */
  countGate(entry: GateEntry): void
  /** Within the statement that ends what they led to: whether they had stopped spoken codes. */
  clearGates(hashes: readonly string[]): boolean
  /** How many are counted in the window that is open now. */
  count(key: string, seconds: number): number
  /** When that window ends, if one is open. */
  endOf(key: string, seconds: number): number | null
}

export function memoryLimits(
  now: () => number,
  failures: Pick<MemoryFailures, 'locked'>,
  owners: Pick<MemoryOwners, 'applying'>,
): MemoryLimits {
  const counters = new Map<string, { count: number; endsAt: number }>()
  const nameOf = ({ key, seconds }: { key: string; seconds: number }) => `${key} ${seconds}`
  const open = (limit: { key: string; seconds: number }) => {
    const counter = counters.get(nameOf(limit))
    return counter && counter.endsAt > now() && counter.count > 0
      ? counter
      : { count: 0, endsAt: now() + limit.seconds * 1000 }
  }
  function exhausted({ owner, consume, locks }: DeliveryAdmission): ExhaustedLimit | null {
    const [full] = owners
      .applying(consume, owner)
      .map((limit) => ({ ...limit, ...open(limit) }))
      .filter(({ count, max }) => count >= max)
      .sort((a, b) => b.endsAt - a.endsAt)
    const limit = full && {
      quota: { max: full.max, seconds: full.seconds },
      key: full.key,
      retryAfter: Math.max(1, Math.ceil((full.endsAt - now()) / 1000)),
    }
    const lock = failures.locked(locks, owner)
    return lock && (!limit || lock.retryAfter > limit.retryAfter) ? lock : (limit ?? null)
  }
  return {
    exhausted,
    consume({ owner, consume }) {
      return owners.applying(consume, owner).flatMap((limit) => {
        const { count, endsAt } = open(limit)
        counters.set(nameOf(limit), { count: count + (limit.units ?? 1), endsAt })
        if (limit.units === 0) return []
        return [[limit.key, limit.seconds, endsAt * 1000]]
      })
    },
    refund(charge) {
      for (const [key, seconds, endsAt] of charge) {
        const counter = counters.get(nameOf({ key, seconds }))
        if (counter && counter.endsAt > now() && counter.endsAt * 1000 === endsAt && counter.count > 0) counter.count--
      }
    },
    usesUpGates: ({ hashes }) => wrongGateLimits(hashes).some((gate) => open(gate).count + 1 >= gate.max),
    countGate({ isRight, hashes }) {
      for (const { key, seconds, max } of wrongGateLimits(hashes)) {
        const { count, endsAt } = open({ key, seconds })
        const isOver = count === 0 || count + 1 >= max
        counters.set(nameOf({ key, seconds }), {
          count: isRight ? 0 : count + 1,
          endsAt: isOver ? now() + seconds * 1000 : endsAt,
        })
      }
    },
    clearGates(hashes) {
      const gates = wrongGateLimits(hashes)
      const held = gates.filter((gate) => open(gate).count >= gate.max)
      for (const gate of gates) counters.delete(nameOf(gate))
      return held.length > 0
    },
    count: (key, seconds) => open({ key, seconds }).count,
    endOf: (key, seconds) => {
      const counter = counters.get(nameOf({ key, seconds }))
      return counter && counter.endsAt > now() ? counter.endsAt * 1000 : null
    },
    async sweep() {
      for (const [name, { endsAt }] of counters) if (endsAt < now()) counters.delete(name)
    },
  }
}
