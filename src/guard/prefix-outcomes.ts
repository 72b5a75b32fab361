// Adds up what became of challenges by prefix until it is written, about once a second.

import { hasNotHappened } from '../store/database-errors.ts'
import type { PrefixOutcomes, PrefixTraffic } from '../store/prefix-traffic.ts'

export type PrefixOutcomeCount = {
  add(outcome: PrefixOutcomes): void
  /** What was certainly not written is written the next time. */
  write(): Promise<void>
}

export function prefixOutcomeCount(store: Pick<PrefixTraffic, 'note'>): PrefixOutcomeCount {
  let own = new Map<string, PrefixOutcomes>()

  function add({ prefix, verified, failed, unrung }: PrefixOutcomes): void {
    const before = own.get(prefix) ?? { verified: 0, failed: 0, unrung: 0 }
    own.set(prefix, {
      prefix,
      verified: before.verified + verified,
      failed: before.failed + failed,
      unrung: before.unrung + unrung,
    })
  }

  return {
    add,
    async write() {
      const mine = [...own.values()]
      own = new Map()
      try {
        await store.note(mine)
      } catch (error) {
        if (hasNotHappened(error)) for (const one of mine) add(one)
        throw error
      }
    },
  }
}
