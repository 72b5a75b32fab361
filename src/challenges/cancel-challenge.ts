import type { ChallengeId } from '../domain/challenge.ts'
import type { AskedBy } from '../domain/events.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import { hasEnded, NOT_FOUND } from './refusals.ts'
import { beforeSaveDeadline } from './save-deadline.ts'
import type { Transition } from './transition.ts'
import type { WaitForEffects } from './wait-for-effects.ts'

export type CancelChallenge = (id: ChallengeId, by: AskedBy, arrivedAt: number) => Promise<ChallengeRecord | Refusal>

/** Ends a challenge and hangs up its phone before the app is answered. */
export function createCancelChallenge(
  transition: Transition,
  waitForEffects: WaitForEffects,
  clock: Clock,
): CancelChallenge {
  return async (id, by, arrivedAt) => {
    const result = await beforeSaveDeadline(clock, arrivedAt, (isOver) =>
      transition(id, ({ challenge }) => (challenge.outcome || isOver() ? null : { type: 'canceled', by })),
    )
    if (!('record' in result)) return NOT_FOUND
    const { status } = result.record.challenge.outcome!
    if (status !== 'canceled') return hasEnded(status)
    await waitForEffects(result.record, result.effects, arrivedAt)
    return result.record
  }
}
