// Challenges and their ledger. Every write is one statement: the challenge, its line in the ledger and what is to be
// pushed stand or fall together, and a writer that read an older version loses.

import { asc, eq, sql } from 'drizzle-orm'
import type { Challenge, ChallengeId } from '../domain/challenge.ts'
import { type ChallengeRow, recordOf, toRow } from './challenge-record.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow, violates } from './database-errors.ts'
import { execute, openOrm } from './orm.ts'
import { challengeEvents } from './schema.ts'
import type { ChallengeRecord, ChallengeRequest, LedgerLine, SaveChallenge } from './types.ts'

export type InsertChallenge = {
  challenge: Challenge
  request: ChallengeRequest
  /** Seconds. */
  expiresIn: number
  /** Taken by `begin`: the challenge is tied to it, so that a request sent twice makes one challenge. */
  idempotencyKey: string | null
}

export type ChallengeStore = {
  /** `key_taken`: another request with the same idempotency key has made its challenge. */
  insert(
    created: InsertChallenge,
    change: Omit<SaveChallenge, 'next' | 'inTime'>,
  ): Promise<ChallengeRecord | 'number_busy' | 'key_taken'>
  find(id: string): Promise<ChallengeRecord | null>
  findMany(ids: readonly string[]): Promise<ChallengeRecord[]>
  /** `next.version` is the version that was read. `stale`: read again and decide again. */
  save(change: SaveChallenge): Promise<ChallengeRecord | 'stale' | 'number_busy'>
  /** Challenges whose next check is due. Another instance gets others; after five seconds they are due again. */
  claimDue(limit: number): Promise<ChallengeId[]>
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

  return {
    async insert({ challenge, request, expiresIn, idempotencyKey }, change) {
      const values = { row: toRow(challenge, request), expiresIn, idempotencyKey, ...valuesOf(change) }
      return (await written(challenge.id, statements.insert(database, values))) ?? 'key_taken'
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

    async save({ next, inTime, ...change }) {
      const values = { row: toRow(next, null), inTime, ...valuesOf(change) }
      return (await written(next.id, statements.save(database, values))) ?? 'stale'
    },

    async claimDue(limit) {
      return (await statements.claimDue(database, { limit })).map(({ id }) => id)
    },

    async ledger(id) {
      const lines = await execute(ledger, { id })
      if (lines.some(({ challenge }) => challenge !== id)) throw new ForeignRow()
      return lines
    },
  }
}

function valuesOf({ entry, outbox, hasActiveCall, secondsUntilCheck }: Omit<SaveChallenge, 'next' | 'inTime'>) {
  return {
    hasActiveCall,
    secondsUntilCheck,
    type: entry.type,
    delivery: entry.delivery,
    facts: JSON.stringify(entry.facts),
    outbox: JSON.stringify(outbox),
  }
}

async function written(
  id: ChallengeId,
  rows: Promise<ChallengeRow[]>,
): Promise<ChallengeRecord | 'number_busy' | null> {
  try {
    const [row] = await rows
    return row ? recordFor([id], row) : null
  } catch (error) {
    if (violates(error, 'challenges_active_call_hash')) return 'number_busy'
    throw error
  }
}

function recordFor(ids: readonly string[], row: ChallengeRow): ChallengeRecord {
  if (!ids.includes(row.id)) throw new ForeignRow()
  return recordOf(row)
}
