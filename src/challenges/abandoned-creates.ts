// Deliveries that were saved, or may have been, while the app was told that nothing was dialled: the database failed
// before any carrier was asked. Each keeps its number busy without a call, so it is ended once the database answers.
// One whose save has an unknown result counts in the traffic once it is found, since what ends it is taken off again.

import type { ChallengeId, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import type { Logger } from '../log/logger.ts'
import { DatabaseUnavailable, mayHaveHappened } from '../store/database-errors.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import { lookUntilNone } from './last-looks.ts'
import type { Transition } from './transition.ts'

export type AbandonedCreates = {
  /** No carrier is asked for it. `placed`: its save is still under way, and its placement would follow. */
  add(challenge: ChallengeId, delivery: DeliveryId, placed?: Promise<unknown>): void
  /** `saved`: if the database does not say whether that has happened, nobody has counted the delivery. */
  countWhenFound<T>(challenge: ChallengeId, delivery: DeliveryId, saved: Promise<T>): Promise<T>
  /** Saved too late, as it turns out: no carrier may be asked for it. */
  has(delivery: DeliveryId): boolean
  /** Looks for them in one statement and ends those that are there. A look that is under way is not begun again. */
  endAll(transition: Transition): Promise<void>
  /** In a stop: until none is left, as long as it may take. */
  drain(transition: Transition): Promise<void>
}

type Deps = {
  challenges: Pick<Store['challenges'], 'findMany'>
  traffic: Pick<TrafficGuard, 'begun'>
  clock: Clock
  log: Logger
}
type Abandoned = { challenge: ChallengeId; delivery: DeliveryId; looks: number } & Marks
type Marks = { isUnplaced: boolean; isUncounted: boolean }

/** A statement that was given up may still be carried out, a little after the database is back. */
const LOOKS = 5
/** An outage of a minute at a hundred creations a second leaves some thousands. */
const MOST_PER_LOOK = 2_000
/** Less than half of the connections: after an outage the requests need them too. */
const ENDED_AT_ONCE = 4

export function createAbandonedCreates({ challenges, traffic, clock, log }: Deps): AbandonedCreates {
  /** The one whose look lies furthest back is the first. */
  const waiting = new Map<DeliveryId, Abandoned>()
  /** Of these the save may be answered when they have been looked for and ended. */
  const late = new Set<DeliveryId>()
  let looking: Promise<void> | null = null

  function endAll(transition: Transition): Promise<void> {
    looking ??= look(transition).finally(() => {
      looking = null
    })
    return looking
  }

  async function look(transition: Transition): Promise<void> {
    const asked = [...waiting.values()].slice(0, MOST_PER_LOOK)
    if (asked.length === 0) return
    const found = await recordsOf(asked)
    if (found === null) return
    const queue = asked.values()
    const endSome = async () => {
      for (const one of queue) await end(transition, one, found.get(one.challenge))
    }
    await Promise.all(Array.from({ length: ENDED_AT_ONCE }, endSome))
  }

  /** `null`: the database does not answer. */
  async function recordsOf(asked: readonly Abandoned[]): Promise<Map<ChallengeId, ChallengeRecord> | null> {
    try {
      const records = await challenges.findMany([...new Set(asked.map(({ challenge }) => challenge))])
      return new Map(records.map((record) => [record.challenge.id, record]))
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return null
      log.error({ err: error as Error }, 'abandoned creates not read')
      return new Map()
    }
  }

  function mark(challenge: ChallengeId, delivery: DeliveryId, marks: Partial<Marks>): void {
    const { isUnplaced = false, isUncounted = false } = waiting.get(delivery) ?? {}
    waiting.set(delivery, { challenge, delivery, looks: 0, isUnplaced, isUncounted, ...marks })
  }

  async function end(transition: Transition, one: Abandoned, record: ChallengeRecord | undefined): Promise<void> {
    const { challenge, delivery } = one
    try {
      const found = record?.challenge.deliveries.find(({ id }) => id === delivery)
      if (record && found) {
        if (one.isUncounted) traffic.begun(record.request, found, challenge, null, [])
        one.isUncounted = false
        if (one.isUnplaced) await transition(challenge, (now) => asNeverPlaced(now, delivery), record)
        return forget(one)
      }
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return
      log.error({ err: error as Error, challenge, delivery }, 'abandoned create not ended')
    }
    if (waiting.get(delivery) !== one) return
    waiting.delete(delivery)
    if (one.looks + 1 < LOOKS) waiting.set(delivery, { ...one, looks: one.looks + 1 })
  }

  /** Unless more has become known of it meanwhile. */
  function forget(one: Abandoned): void {
    if (waiting.get(one.delivery) === one) waiting.delete(one.delivery)
  }

  return {
    add(challenge, delivery, placed) {
      mark(challenge, delivery, { isUnplaced: true })
      if (!placed) return
      late.add(delivery)
      void placed.finally(() => late.delete(delivery))
    },
    countWhenFound: (challenge, delivery, saved) =>
      saved.catch((error) => {
        if (mayHaveHappened(error)) mark(challenge, delivery, { isUncounted: true })
        throw error
      }),
    has: (delivery) => late.has(delivery) || waiting.get(delivery)?.isUnplaced === true,
    endAll,
    drain: (transition) =>
      lookUntilNone(
        clock,
        () => waiting.size > 0,
        () => endAll(transition),
      ),
  }
}

function asNeverPlaced({ challenge }: ChallengeRecord, id: DeliveryId): ChallengeEvent | null {
  const last = challenge.deliveries.at(-1)!
  if (last.id !== id || last.progress.state !== 'placing' || last.progress.unknown || last.ref !== null) return null
  return { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null, alone: true, why: 'database' }
}
