// The app's answer waits for what the carriers say, but not longer than it may take.

import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'

/** Milliseconds of `clock` since when the app waits. Gives the record as the effects left it, or as it is meanwhile. */
export type WaitForEffects = (
  record: ChallengeRecord,
  effects: Promise<ChallengeRecord>,
  since: number,
) => Promise<ChallengeRecord>

export function createWaitForEffects(challenges: Pick<Store['challenges'], 'find'>, clock: Clock): WaitForEffects {
  return async (record, effects, since) => {
    const left = () => Math.max(DEADLINES.lastRead, DEADLINES.effects - (clock.now() - since))
    const done = await withTimeout(clock, left(), effects, null)
    if (done) return done
    const read = challenges.find(record.challenge.id).catch(() => null)
    return (await withTimeout(clock, left(), read, null)) ?? record
  }
}
