// The leases of pages in memory, by the same rules as the statements of src/store/page-leases.ts.

import type { ChallengeId } from '../../src/domain/challenge.ts'
import { PAGE_LEASE_SECONDS, type PageLeases } from '../../src/store/page-leases.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'

const LIVE: ReadonlySet<string | undefined> = new Set(['placing', 'ringing', 'answered'])

export function memoryPageLeases(now: () => number, rows: () => ChallengeRecord[]) {
  const endsAt = new Map<ChallengeId, number>()
  const isOver = (id: ChallengeId) => (endsAt.get(id) ?? Number.POSITIVE_INFINITY) <= now()
  const pending = () => rows().filter(({ challenge }) => challenge.outcome === null)
  return {
    /** Within a statement. */
    isHeld: (challenge: ChallengeId) => (endsAt.get(challenge) ?? 0) > now(),
    async renew(challenges) {
      for (const id of challenges) endsAt.set(id, now() + PAGE_LEASE_SECONDS * 1000)
    },
    holds: async (challenge) => (endsAt.get(challenge) ?? 0) > now(),
    over: async (limit, except) =>
      pending()
        .filter(({ challenge }) => !except.includes(challenge.id))
        .filter(({ challenge }) => isOver(challenge.id) && LIVE.has(challenge.deliveries.at(-1)?.progress.state))
        .map(({ challenge }) => challenge.id)
        .sort((one, other) => endsAt.get(one)! - endsAt.get(other)!)
        .slice(0, limit),
    async sweep() {
      const open = new Set(pending().map(({ challenge }) => challenge.id))
      for (const id of endsAt.keys()) if (isOver(id) && !open.has(id)) endsAt.delete(id)
    },
  } satisfies PageLeases & { isHeld(challenge: ChallengeId): boolean }
}
