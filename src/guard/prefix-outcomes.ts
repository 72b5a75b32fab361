// Adds up what became of challenges by prefix until it is written.

import type { PrefixOutcomes, PrefixTraffic } from '../store/prefix-traffic.ts'
import { type UnwrittenSums, unwrittenSums } from './unwritten-sums.ts'

export type PrefixOutcomeCount = UnwrittenSums<PrefixOutcomes>

export function prefixOutcomeCount(store: Pick<PrefixTraffic, 'note'>): PrefixOutcomeCount {
  return unwrittenSums<PrefixOutcomes>(
    ({ prefix }) => prefix,
    (before, { prefix, verified, failed, unrung }) => ({
      prefix,
      verified: before.verified + verified,
      failed: before.failed + failed,
      unrung: before.unrung + unrung,
    }),
    store.note,
  )
}
