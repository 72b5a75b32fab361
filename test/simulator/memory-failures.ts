// Failure counters in memory, by the same rules as the statements of src/store/failure-counters.ts.

import type { FailureChange, FailureCounters } from '../../src/store/failure-counters.ts'
import type { ExhaustedLimit, Lock } from '../../src/store/rate-limits.ts'
import type { MemoryOwners } from './memory-owners.ts'

type Counter = { count: number; lockedUntil: number | null; endsAt: number }

export type MemoryFailures = FailureCounters & {
  /** Within a statement: the key that is locked for longest. */
  locked(locks: readonly Lock[], owner: readonly string[]): ExhaustedLimit | null
  /** Within the statement that ends what they led to, those behind these keys too: whether any was counted. */
  clear(keys: readonly string[]): boolean
  /** How many are counted in a row. */
  of(key: string): number
  /** Within the statement that saves the change; the keys of those that disable their number, and of those cleared. */
  count(changes: readonly FailureChange[], owner: readonly string[]): { disabled: string[]; cleared: string[] }
}

export function isOrBehind(key: string, keys: readonly string[]): boolean {
  return keys.some((one) => key === one || key.startsWith(`${one};`))
}

export function memoryFailures(now: () => number, owners: Pick<MemoryOwners, 'applying'>): MemoryFailures {
  const counters = new Map<string, Counter>()
  return {
    locked(locks, owner) {
      const [longest] = owners
        .applying(locks, owner)
        .map(({ key }) => ({ key, until: counters.get(key)?.lockedUntil ?? 0 }))
        .filter(({ until }) => until > now())
        .sort((one, other) => other.until - one.until)
      return longest
        ? { quota: null, key: longest.key, retryAfter: Math.max(1, Math.ceil((longest.until - now()) / 1000)) }
        : null
    },
    count(changes, owner) {
      const disabled: string[] = []
      const cleared: string[] = []
      for (const { keys, failed, first, every, seconds, longest, jitter, forgottenAfter, disablesAt } of changes)
        for (const { key } of owners.applying(keys, owner)) {
          const known = counters.get(key)
          if (!failed) {
            cleared.push(key)
            if (known) counters.set(key, { count: 0, lockedUntil: null, endsAt: now() })
            continue
          }
          const count = (known && known.endsAt > now() ? known.count : 0) + 1
          const locks = count >= first && (count - first) % every === 0
          const lock =
            Math.min(longest, seconds * 2 ** Math.min(30, (count - first) / every)) * (1 + jitter * Math.random())
          counters.set(key, {
            count,
            lockedUntil: locks ? now() + lock * 1000 : null,
            endsAt: now() + forgottenAfter * 1000,
          })
          if (disablesAt !== null && count >= disablesAt) disabled.push(key)
        }
      return { disabled, cleared }
    },
    of: (key) => counters.get(key)?.count ?? 0,
    clear(keys) {
      const found = [...counters].filter(([key]) => isOrBehind(key, keys))
      for (const [key] of found) counters.delete(key)
      return found.some(([, { endsAt }]) => endsAt > now())
    },
    async sweep() {
      for (const [key, { endsAt }] of counters) if (endsAt < now()) counters.delete(key)
    },
  }
}
