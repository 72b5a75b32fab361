// Makes challenges, those that are asked for at once by one statement where nothing stands against them.

import { batched } from './batching.ts'
import { slotValues } from './carrier-rate-limit.ts'
import { startValues, valuesOf } from './challenge-parameters.ts'
import { newRecord, newTimePath, toRow } from './challenge-record.ts'
import { repeated } from './challenge-saves.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow, isLostRace, mayBeOfOneOfSeveral, violates } from './database-errors.ts'
import { type InsertItem, insertTogether, isInsertBatched, keysOfInsert } from './insert-batch.ts'
import type { StandingRule } from './number-rules.ts'
import { blockOf, type PrefixBlock } from './prefix-traffic.ts'
import type { ExhaustedLimit } from './rate-limits.ts'
import type { ChallengeRecord, Creation, DeliveryStart, InsertChallenge } from './types.ts'

/** `slotWait`: seconds until the reserved slot; 0 without one. `block`: stands against the prefix, and was only recorded. */
export type Inserted = { record: ChallengeRecord; slotWait: number; block?: PrefixBlock | null }

export type NotAdmitted = ExhaustedLimit | StandingRule | PrefixBlock

/**
 * One statement: all of it happens or nothing. `key_taken`: another request with the same idempotency key has made its
 * challenge. `no_slot`: the carrier's next slot is too far off.
 */
export type InsertOne = (
  created: InsertChallenge,
  change: Creation,
) => Promise<Inserted | 'number_busy' | 'key_taken' | 'no_slot' | NotAdmitted>

type Result = Awaited<ReturnType<InsertOne>>

export function challengeInsert(database: Database): InsertOne {
  const alone = (item: InsertItem) => insertAlone(database, item)
  const insert = batched<InsertItem, Result>({
    alone,
    async together(items) {
      const rows = new Map((await insertTogether(database, items)).map((row) => [row.id, row]))
      const inserted = items.map(({ created: { challenge, request } }) => {
        const row = rows.get(challenge.id)
        return row && { record: newRecord(challenge, request, row), slotWait: waitOf(row), block: null }
      })
      if (inserted.filter(Boolean).length !== rows.size) throw new ForeignRow()
      return inserted
    },
    mayBeOfOne: (error) => isLostRace(error) || mayBeOfOneOfSeveral(error),
    keysOf: keysOfInsert,
  })
  return (created, change) => {
    const item = { created, change }
    return isInsertBatched(item) ? insert(item) : alone(item)
  }
}

async function insertAlone(
  database: Database,
  { created: { challenge, request, expiresIn, idempotency, slot }, change: { begins, ...change } }: InsertItem,
): Promise<Result> {
  const values = {
    ...toRow(challenge, request),
    newTime: newTimePath(challenge),
    expiresIn,
    idempotencyKey: idempotency?.key ?? null,
    fingerprint: idempotency?.fingerprint ?? null,
    ...slotValues(slot),
    ...valuesOf(challenge, change),
  }
  const insert = (idempotency ? statements.insertUnderKey : statements.insert)({ outbox: change.outbox, rules: [] })
  const row = await begun(begins, (start) => insert(database, { ...values, ...start }))
  if (typeof row === 'string') return row
  const block = blockOf(row, begins.prefix)
  if (row.id === null) {
    if (row.rule !== null) return { rule: row.rule, shown: row.shown, until: row.until }
    if (row.exhaustedKey !== null) return { key: row.exhaustedKey, retryAfter: row.retryAfter, quota: row.quota }
    if (row.keyTaken) return 'key_taken'
    return block !== null && row.prefixRefused ? block : 'no_slot'
  }
  if (row.id !== challenge.id) throw new ForeignRow()
  return { record: newRecord(challenge, request, row), slotWait: waitOf(row), block }
}

const waitOf = ({ slotWait }: { slotWait: number | null }) => Math.max(0, slotWait ?? 0)

/** The delivery is counted and its number held in the statement that saves it, or none of it happens. */
export async function begun<Row>(
  begins: DeliveryStart,
  statement: (start: ReturnType<typeof startValues>) => Promise<Row[]>,
): Promise<Row | 'number_busy' | 'key_taken'> {
  const start = startValues(begins)
  try {
    return await repeated(() => statement(start))
  } catch (error) {
    if (violates(error, 'active_calls_pkey')) return 'number_busy'
    if (violates(error, 'idempotency_service_id_key_pk')) return 'key_taken'
    throw error
  }
}
