// Rate limit counters in memory, by the same rules as the statements of src/store/rate-limits.ts.

import type { ExhaustedLimit, Limit, RateLimits } from '../../src/store/rate-limits.ts'
import type { ChargedCounter } from '../../src/store/schema.ts'

export type MemoryLimits = RateLimits & {
  /** The answer of `check`, within a statement. */
  exhausted(limits: readonly Limit[]): ExhaustedLimit | null
  /** Counts against every limit, of which none is exhausted. */
  consume(limits: readonly Limit[]): ChargedCounter[]
  refund(charge: readonly ChargedCounter[]): void
  /** How many are counted in the window that is open now. */
  count(key: string, seconds: number): number
  /** When that window ends, if one is open. */
  endOf(key: string, seconds: number): string | null
}

export function memoryLimits(now: () => number): MemoryLimits {
  const counters = new Map<string, { count: number; endsAt: number }>()
  const nameOf = ({ key, seconds }: { key: string; seconds: number }) => `${key} ${seconds}`
  const open = (limit: { key: string; seconds: number }) => {
    const counter = counters.get(nameOf(limit))
    return counter && counter.endsAt > now() && counter.count > 0
      ? counter
      : { count: 0, endsAt: now() + limit.seconds * 1000 }
  }
  function exhausted(limits: readonly Limit[]): ExhaustedLimit | null {
    const [full] = limits
      .map((limit) => ({ ...limit, ...open(limit) }))
      .filter(({ count, max }) => count >= max)
      .sort((a, b) => b.endsAt - a.endsAt)
    return full ? { key: full.key, retryAfter: Math.max(1, Math.ceil((full.endsAt - now()) / 1000)) } : null
  }
  return {
    exhausted,
    check: async (limits) => exhausted(limits),
    consume(limits) {
      return limits.map((limit) => {
        const { count, endsAt } = open(limit)
        counters.set(nameOf(limit), { count: count + 1, endsAt })
        return { key: limit.key, seconds: limit.seconds, endsAt: new Date(endsAt).toISOString() }
      })
    },
    refund(charge) {
      for (const { key, seconds, endsAt } of charge) {
        const counter = counters.get(nameOf({ key, seconds }))
        if (counter && counter.endsAt > now() && counter.endsAt === Date.parse(endsAt) && counter.count > 0)
          counter.count--
      }
    },
    count: (key, seconds) => open({ key, seconds }).count,
    endOf: (key, seconds) => {
      const counter = counters.get(nameOf({ key, seconds }))
      return counter && counter.endsAt > now() ? new Date(counter.endsAt).toISOString() : null
    },
    async sweep() {
      for (const [name, { endsAt }] of counters) if (endsAt < now()) counters.delete(name)
    },
  }
}
