// The shape of one transition: from a challenge and an event to the challenge after it and the effects.

import type { Challenge } from '../challenge.ts'
import type { ChallengeEvent, Effect, Policy } from '../events.ts'

export type Step = { challenge: Challenge; effects: Effect[] }
export type EventOf<T extends ChallengeEvent['type']> = Extract<ChallengeEvent, { type: T }>
export type Handler<T extends ChallengeEvent['type']> = (
  challenge: Challenge,
  event: EventOf<T>,
  policy: Policy,
) => Step
