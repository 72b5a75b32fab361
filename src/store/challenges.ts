// Challenges and their ledger. Every write is one statement: the challenge, its line in the ledger and what is to be
// pushed stand or fall together, and a writer that read an older version loses.

import { asc, eq, sql } from 'drizzle-orm'
import type { CarrierName, Challenge, ChallengeId } from '../domain/challenge.ts'
import { type ChallengeRow, recordOf, toRow } from './challenge-record.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow, violates } from './database-errors.ts'
import { execute, openOrm } from './orm.ts'
import { createCounters, type ExhaustedLimit } from './rate-limits.ts'
import { challengeEvents } from './schema.ts'
import type { ChallengeRecord, ChallengeRequest, DeliveryStart, DueCheck, LedgerLine, SaveChallenge } from './types.ts'

export type InsertChallenge = {
  challenge: Challenge
  request: ChallengeRequest
  /** Seconds. */
  expiresIn: number
  /** Taken by `begin`: the challenge is tied to it, so that a request sent twice makes one challenge. */
  idempotencyKey: string | null
}

/** What is saved beside a new challenge, whose first delivery begins. */
export type Creation = Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'> & { begins: DeliveryStart }

/** So often a counter may be deleted between two statements. */
const TRIES = 10

export type ChallengeStore = {
  /** `key_taken`: another request with the same idempotency key has made its challenge. */
  insert(
    created: InsertChallenge,
    change: Creation,
  ): Promise<ChallengeRecord | 'number_busy' | 'key_taken' | ExhaustedLimit>
  find(id: string): Promise<ChallengeRecord | null>
  findMany(ids: readonly string[]): Promise<ChallengeRecord[]>
  /** `next.version` is the version that was read. `stale`: read again and decide again. */
  save(change: SaveChallenge): Promise<ChallengeRecord | 'stale' | 'number_busy' | ExhaustedLimit>
  /** Challenges whose next check is due. Another instance gets others; after five seconds they are due again. */
  claimDue(limit: number): Promise<DueCheck[]>
  /** Those of a carrier's names for calls that deliveries to the same number bear, which was hashed as one of these. */
  refsInUse(numberHashes: readonly string[], carrier: CarrierName, refs: readonly string[]): Promise<string[]>
  ledger(id: string): Promise<LedgerLine[]>
}

export function challengeStore(database: Database): ChallengeStore {
  const ledger = openOrm(database)
    .select({
      challenge: challengeEvents.challengeId,
      version: challengeEvents.version,
      type: challengeEvents.type,
      delivery: challengeEvents.deliveryId,
      facts: challengeEvents.data,
      at: challengeEvents.at,
    })
    .from(challengeEvents)
    .where(eq(challengeEvents.challengeId, sql.placeholder('id')))
    .orderBy(asc(challengeEvents.version))
    .prepare('ledger')

  /** The delivery is counted and its number held in the statement that saves it, or none of it happens. */
  async function begin(
    id: ChallengeId,
    { consume, hold }: DeliveryStart,
    statement: (start: { limits: string; hold: string }) => ReturnType<typeof statements.insert>,
  ): Promise<ChallengeRecord | 'number_busy' | ExhaustedLimit | null> {
    const start = { limits: JSON.stringify(consume), hold: JSON.stringify(hold) }
    for (let tries = 0; tries < TRIES; tries++) {
      const answer = await statement(start).catch((error) => {
        if (violates(error, 'active_calls_pkey')) return 'number_busy' as const
        throw error
      })
      if (answer === 'number_busy') return answer
      const [row] = answer
      if (!row) throw new ForeignRow()
      const { locked, exhaustedKey, retryAfter, ...saved } = row
      if (saved.id !== null) return recordFor([id], saved)
      if (exhaustedKey !== null) return { key: exhaustedKey, retryAfter }
      if (locked === consume.length) return null
      // A counter has not been used yet, or has been deleted by the sweep.
      await createCounters(database, consume)
    }
    throw new Error('rate limit counters are deleted as fast as they are made')
  }

  return {
    async insert({ challenge, request, expiresIn, idempotencyKey }, { begins, ...change }) {
      const values = { row: toRow(challenge, request), expiresIn, idempotencyKey, ...valuesOf(change) }
      return (
        (await begin(challenge.id, begins, (start) => statements.insert(database, { ...values, ...start }))) ??
        'key_taken'
      )
    },

    async find(id) {
      const [row] = await statements.find(database, { id })
      if (row?.asked !== id) throw new ForeignRow()
      if (row.id === null) return null
      const { asked: _, ...found } = row
      return recordFor([id], found)
    },

    async findMany(ids) {
      const rows = await statements.findMany(database, { ids: JSON.stringify(ids) })
      return rows.map((row) => recordFor(ids, row))
    },

    async save({ next, inTime, begins, callOver, refund, ...change }) {
      const values = { row: toRow(next, null), inTime, callOver, ...valuesOf(change) }
      if (begins)
        return (
          (await begin(next.id, begins, (start) => statements.saveDelivery(database, { ...values, ...start }))) ??
          'stale'
        )
      const plain = callOver ? statements.saveCallOver : statements.save
      const [row] =
        refund.length > 0
          ? await statements.saveWithRefund(database, { ...values, refund: JSON.stringify(refund) })
          : await plain(database, values)
      return row ? recordFor([next.id], row) : 'stale'
    },

    async claimDue(limit) {
      return statements.claimDue(database, { limit })
    },

    async refsInUse(numberHashes, carrier, refs) {
      const lists = { numberHashes: JSON.stringify(numberHashes), refs: JSON.stringify(refs) }
      const rows = await statements.refsInUse(database, { carrier, ...lists })
      return rows.map(({ ref }) => ref)
    },

    async ledger(id) {
      const lines = await execute(ledger, { id })
      if (lines.some(({ challenge }) => challenge !== id)) throw new ForeignRow()
      return lines
    },
  }
}

function valuesOf({ entry, outbox, secondsUntilCheck }: Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'>) {
  return {
    keepsCheck: secondsUntilCheck === 'as_planned',
    secondsUntilCheck: secondsUntilCheck === 'as_planned' ? null : secondsUntilCheck,
    type: entry.type,
    delivery: entry.delivery,
    facts: JSON.stringify(entry.facts),
    outbox: JSON.stringify(outbox),
  }
}

function recordFor(ids: readonly string[], row: ChallengeRow): ChallengeRecord {
  if (!ids.includes(row.id)) throw new ForeignRow()
  return recordOf(row)
}
