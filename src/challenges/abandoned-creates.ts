// Deliveries that were saved, or may have been, while the app was told that nothing was dialled: the database failed
// before any carrier was asked. Each keeps its number busy without a call, so it is ended once the database answers.

import type { ChallengeId, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Logger } from '../log/logger.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Transition } from './transition.ts'

export type AbandonedCreates = {
  add(challenge: ChallengeId, delivery: DeliveryId): void
  /** Saved too late, as it turns out: no carrier may be asked for it. */
  has(delivery: DeliveryId): boolean
  /** Ends all of them that are there. */
  endAll(transition: Transition): Promise<void>
}

/** A statement that was given up may still be carried out, a little after the database is back. */
const LOOKS = 5

export function createAbandonedCreates(log: Logger): AbandonedCreates {
  const waiting = new Map<DeliveryId, { challenge: ChallengeId; looks: number }>()
  return {
    add: (challenge, delivery) => void waiting.set(delivery, { challenge, looks: 0 }),
    has: (delivery) => waiting.has(delivery),
    async endAll(transition) {
      await Promise.all([...waiting].map(([delivery, { challenge, looks }]) => end(delivery, challenge, looks)))

      async function end(delivery: DeliveryId, challenge: ChallengeId, looks: number): Promise<void> {
        try {
          const result = await transition(challenge, (record) => asNeverPlaced(record, delivery))
          if ('record' in result && hasDelivery(result.record, delivery)) return void waiting.delete(delivery)
        } catch (error) {
          if (error instanceof DatabaseUnavailable) return
          log.error({ err: error as Error, challenge, delivery }, 'abandoned create not ended')
        }
        if (looks + 1 === LOOKS) waiting.delete(delivery)
        else waiting.set(delivery, { challenge, looks: looks + 1 })
      }
    },
  }
}

function hasDelivery({ challenge }: ChallengeRecord, id: DeliveryId): boolean {
  return challenge.deliveries.some((delivery) => delivery.id === id)
}

function asNeverPlaced({ challenge }: ChallengeRecord, id: DeliveryId): ChallengeEvent | null {
  const last = challenge.deliveries.at(-1)!
  if (last.id !== id || last.progress.state !== 'placing' || last.progress.unknown || last.ref !== null) return null
  return { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null, alone: true, why: 'database' }
}
