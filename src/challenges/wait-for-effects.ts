// The app's answer waits for what the carriers say, but not longer than it may take.

import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'

/** `arrivedAt`: of the request, by `clock`. Gives the record as the effects left it, or as it is meanwhile. */
export type WaitForEffects = (
  record: ChallengeRecord,
  effects: Promise<ChallengeRecord>,
  arrivedAt: number,
) => Promise<ChallengeRecord>

export function createWaitForEffects(challenges: Pick<Store['challenges'], 'find'>, clock: Clock): WaitForEffects {
  return async (record, effects, arrivedAt) => {
    const left = Math.max(0, arrivedAt + DEADLINES.effects - clock.now())
    const done = await withTimeout(clock, left, effects, null)
    if (done) return done
    const read = challenges.find(record.challenge.id).catch(() => null)
    return (await withTimeout(clock, DEADLINES.lastRead, read, null)) ?? record
  }
}
