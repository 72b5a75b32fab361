// Creations that were answered with a failure before any carrier was asked. The database may have kept one all the same,
// and then it holds a number that nobody calls, for an app that knows nothing of it. It is ended once the database answers.

import type { ChallengeId } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Act } from './transition.ts'

export type Regrets = {
  add(id: ChallengeId): void
  /** Looks at all of them. */
  round(): Promise<void>
}

/** A statement that was given up may still be carried out, a little after the database is back. */
const LOOKS = 5

export function regrets(act: Act): Regrets {
  const looks = new Map<ChallengeId, number>()
  return {
    add: (id) => void looks.set(id, 0),
    async round() {
      for (const [id, before] of looks) {
        const acted = await act(id, asNeverBegun)
        if (acted || before + 1 === LOOKS) looks.delete(id)
        else looks.set(id, before + 1)
      }
    },
  }
}

function asNeverBegun({ challenge }: ChallengeRecord): ChallengeEvent | null {
  const last = challenge.deliveries.at(-1)!
  if (last.progress.state !== 'placing' || last.progress.unknown || last.ref !== null) return null
  return { type: 'placement_failed', delivery: last.id, result: 'carrier_failed', next: null, alone: true }
}
