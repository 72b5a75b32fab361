// Records of calls under way, as this instance last read or saved them, so that the next event of a call needs no read
// before it is saved. One that another instance has changed since is stale. That shows when it is saved, since a save is
// guarded by the version, and when it is asked about, since the version is: nothing is answered on a known record alone
// (transition.ts).
//
// It holds numbers in clear, so an entry goes with its challenge's end, or when nothing has happened to it for minutes.

import type { ChallengeId } from '../domain/challenge.ts'
import { hasActiveCall } from '../domain/state-machine.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'

/** A hundred calls a second that last a hundred seconds each; about 2 KB a record. */
const MOST = 10_000
/** Between two events of one call lies a minute at the most; later the record is read again, and nothing is lost. */
const KEPT_MS = 5 * 60_000

export type KnownRecords = {
  /**
   * Once the save that is under way has ended: events of one call come together, and would only lose the race. Its ages
   * are never longer than by the database's clock.
   */
  get(id: ChallengeId): Promise<ChallengeRecord | undefined>
  /** As it was last read or saved, unless a save is under way. */
  latest(id: ChallengeId): ChallengeRecord | undefined
  /** As it was just read. */
  put(record: ChallengeRecord): void
  /** What `save` gives is known from then on. Until then, and when it is unknown whether it was saved, nothing is. */
  save<NotSaved>(id: ChallengeId, save: () => Promise<ChallengeRecord | NotSaved>): Promise<ChallengeRecord | NotSaved>
  /** Drops those to which nothing has happened for long. */
  sweep(): void
}

export function createKnownRecords(clock: Clock): KnownRecords {
  /** The one put longest ago is the first. */
  const entries = new Map<ChallengeId, { record: ChallengeRecord; putAt: number }>()
  const saves = new Map<ChallengeId, Promise<void>>()

  function put(record: ChallengeRecord): void {
    const { id, outcome, version } = record.challenge
    // Of two statements the answer of the earlier may come last.
    if ((entries.get(id)?.record.challenge.version ?? 0) > version) return
    entries.delete(id)
    if (outcome && !hasActiveCall(record.challenge)) return
    entries.set(id, { record, putAt: clock.now() })
    if (entries.size > MOST) entries.delete(entries.keys().next().value!)
  }

  return {
    async get(id) {
      await saves.get(id)
      const entry = entries.get(id)
      return entry && later(entry.record, (clock.now() - entry.putAt) / 1000)
    },
    latest: (id) => entries.get(id)?.record,
    put,
    async save(id, save) {
      entries.delete(id)
      const { promise, resolve } = Promise.withResolvers<void>()
      saves.set(id, promise)
      try {
        const saved = await save()
        if (isRecord(saved)) put(saved)
        return saved
      } finally {
        if (saves.get(id) === promise) saves.delete(id)
        resolve()
      }
    },
    sweep() {
      for (const [id, { putAt }] of entries) {
        if (clock.now() - putAt < KEPT_MS) return
        entries.delete(id)
      }
    },
  }
}

function later(record: ChallengeRecord, seconds: number): ChallengeRecord {
  const progress = record.challenge.deliveries.at(-1)?.progress
  const inTurn = progress?.state === 'answered' || (progress?.state === 'ended' && progress.openTurn?.turnStartedAt)
  return {
    ...record,
    deliveryAge: record.deliveryAge + seconds,
    turnAge: inTurn ? record.turnAge + seconds : record.turnAge,
  }
}

function isRecord<NotSaved>(saved: ChallengeRecord | NotSaved): saved is ChallengeRecord {
  return typeof saved === 'object' && saved !== null && 'challenge' in saved
}
