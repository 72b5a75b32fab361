// Rate limit counters in memory, by the same rules as the statements of src/store/rate-limits.ts.

import type { DeliveryAdmission, ExhaustedLimit, Limit, RateLimits } from '../../src/store/rate-limits.ts'
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
  /** When that window began, in microseconds, if one is open. */
  startOf(key: string, seconds: number): number | null
}

export function memoryLimits(
  now: () => number,
  failures: Pick<MemoryFailures, 'locked'>,
  owners: Pick<MemoryOwners, 'applying'>,
): MemoryLimits {
  const counters = new Map<string, { count: number; endsAt: number }>()
  /** One for each window. */
  const eachRate = <L extends Limit>(limits: readonly L[]) =>
    limits.flatMap(({ rates, ...limit }) => rates.map((rate) => ({ ...limit, ...rate })))
  const nameOf = ({ key, seconds }: { key: string; seconds: number }) => `${key} ${seconds}`
  const open = (limit: { key: string; seconds: number }) => {
    const counter = counters.get(nameOf(limit))
    return counter && counter.endsAt > now() && counter.count > 0
      ? counter
      : { count: 0, endsAt: now() + limit.seconds * 1000 }
  }
  function exhausted({ owner, consume, locks }: DeliveryAdmission): ExhaustedLimit | null {
    const [full] = eachRate(owners.applying(consume, owner))
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
        const starts = eachRate([limit]).map((rate) => {
          const { count, endsAt } = open(rate)
          counters.set(nameOf(rate), { count: count + (limit.units ?? 1), endsAt })
          return endsAt * 1000 - rate.seconds * 1_000_000
        })
        return limit.units === 0 ? [] : [[limit.key, limit.rates.map(({ seconds }) => seconds), starts]]
      })
    },
    refund(charge) {
      for (const { key, seconds, start } of charge.flatMap(windowsOf)) {
        const counter = counters.get(nameOf({ key, seconds }))
        if (counter && counter.endsAt > now() && startOf(counter, seconds) === start && counter.count > 0)
          counter.count--
      }
    },
    usesUpGates: ({ hashes }) => eachRate(wrongGateLimits(hashes)).some((gate) => open(gate).count + 1 >= gate.max),
    countGate({ isRight, hashes }) {
      for (const { key, seconds, max } of eachRate(wrongGateLimits(hashes))) {
        const { count, endsAt } = open({ key, seconds })
        const isOver = count === 0 || count + 1 >= max
        counters.set(nameOf({ key, seconds }), {
          count: isRight ? 0 : count + 1,
          endsAt: isOver ? now() + seconds * 1000 : endsAt,
        })
      }
    },
    clearGates(hashes) {
      const gates = eachRate(wrongGateLimits(hashes))
      const held = gates.filter((gate) => open(gate).count >= gate.max)
      for (const gate of gates) counters.delete(nameOf(gate))
      return held.length > 0
    },
    count: (key, seconds) => open({ key, seconds }).count,
    startOf: (key, seconds) => {
      const counter = counters.get(nameOf({ key, seconds }))
      return counter && counter.endsAt > now() ? startOf(counter, seconds) : null
    },
    async sweep() {
      for (const [name, { endsAt }] of counters) if (endsAt < now()) counters.delete(name)
    },
  }
}

function startOf({ endsAt }: { endsAt: number }, seconds: number): number {
  return endsAt * 1000 - seconds * 1_000_000
}

export function windowsOf([key, seconds, starts]: ChargedCounter) {
  return seconds.map((length, place) => ({ key, seconds: length, start: starts[place]! }))
}
