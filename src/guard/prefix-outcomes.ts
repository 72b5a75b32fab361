// Adds up what became of challenges by prefix until it is written, about once a second.

import type { PrefixOutcomes, PrefixTraffic } from '../store/prefix-traffic.ts'

export type PrefixOutcomeCount = {
  add(outcome: PrefixOutcomes): void
  /** What can't be written is lost. */
  write(): Promise<void>
}

export function prefixOutcomeCount(store: Pick<PrefixTraffic, 'note'>): PrefixOutcomeCount {
  let own = new Map<string, PrefixOutcomes>()
  return {
    add({ prefix, verified, failed, unrung }) {
      const before = own.get(prefix) ?? { verified: 0, failed: 0, unrung: 0 }
      own.set(prefix, {
        prefix,
        verified: before.verified + verified,
        failed: before.failed + failed,
        unrung: before.unrung + unrung,
      })
    },
    async write() {
      const mine = [...own.values()]
      own = new Map()
      await store.note(mine)
    },
  }
}
