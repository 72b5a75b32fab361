// Which challenges began though a rule that only records would have refused them: they are counted as if they had been refused,
// also where another instance than the one that began them sees their end.

import type { ChallengeId } from '../domain/challenge.ts'
import { prefixOf } from '../domain/phone-number.ts'
import { type Begun, regionKey, serviceKey, type Target } from './traffic-keys.ts'
import { prefixKeyOf, type TrafficSettings } from './traffic-rules.ts'
import type { Trips } from './trips.ts'

export type RecordedChallenges = {
  /** A delivery has begun here. `isInRegion`: its region has it among what was started there. */
  note(challenge: ChallengeId, isRecorded: boolean, isInRegion: boolean): void
  /** `null`: it is counted in all. */
  of(target: Target, delivery: Begun, challenge: ChallengeId): { isInRegion: boolean } | null
}

type Deps = { modes: TrafficSettings['modes']; trips: Pick<Trips, 'hasRecorded'> }

const REMEMBERED = 10_000

export function recordedChallenges({ modes, trips }: Deps): RecordedChallenges {
  /** Those that began here. */
  const known = new Map<ChallengeId, { isInRegion: boolean } | null>()

  return {
    note(challenge, isRecorded, isInRegion) {
      const before = known.get(challenge)
      const now = isRecorded ? { isInRegion: isInRegion || before?.isInRegion === true } : (before ?? null)
      known.delete(challenge)
      known.set(challenge, now)
      const [oldest] = known.keys()
      if (known.size > REMEMBERED && oldest) known.delete(oldest)
    },
    of(target, { createdAt }, challenge) {
      const here = known.get(challenge)
      if (here !== undefined) return here
      const prefix = target.to === null ? [] : [prefixKeyOf(prefixOf(target.to))]
      const keys = [...prefix, regionKey(target), serviceKey(target), 'all']
      return trips.hasRecorded(keys, createdAt) ? { isInRegion: modes.unverified === 'enforce' } : null
    },
  }
}
