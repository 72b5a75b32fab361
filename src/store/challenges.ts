// Challenges and their ledger. Every write is one statement: the challenge with its line in the ledger and what is to be
// pushed stand or fall together, and a writer that read an older version loses.

import type { CarrierName, Challenge, ChallengeId, E164 } from '../domain/challenge.ts'
import { type SlotRequest, slotValues } from './carrier-rate-limit.ts'
import { savedValues, startValues, valuesOf } from './challenge-parameters.ts'
import * as queries from './challenge-queries.ts'
import { type ChallengeReads, challengeReads } from './challenge-reads.ts'
import { newRecord, newTimePath, toRow } from './challenge-record.ts'
import { challengeSave, recordAfter, repeated, type SaveOne } from './challenge-saves.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow, violates } from './database-errors.ts'
import type { IdempotencyClaim } from './idempotency.ts'
import { type Ledger, ledgerOf } from './ledger.ts'
import type { StandingRule } from './number-rules.ts'
import { blockOf, type PrefixBlock } from './prefix-traffic.ts'
import type { ExhaustedLimit } from './rate-limits.ts'
import type { ChallengeRecord, ChallengeRequest, DeliveryStart, DueCheck, SaveChallenge } from './types.ts'

export type InsertChallenge = {
  challenge: Challenge
  request: ChallengeRequest
  /** Seconds. */
  expiresIn: number
  /** The challenge takes the key in the statement that makes it, so that a request sent twice makes one challenge. */
  idempotency: IdempotencyClaim | null
  /** A slot in the rate of the first delivery's carrier, reserved in the same statement; `null`: it needs none. */
  slot: SlotRequest | null
}

/** `slotWait`: seconds until the reserved slot; 0 without one. `block`: stands against the prefix, and was only recorded. */
export type Inserted = { record: ChallengeRecord; slotWait: number; block?: PrefixBlock | null }

export type NotAdmitted = ExhaustedLimit | StandingRule | PrefixBlock

/** What is saved beside a new challenge, whose first delivery begins. */
export type Creation = Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'> & { begins: DeliveryStart }

export type ChallengeStore = ChallengeReads & {
  /**
   * One statement: all of it happens or nothing. `key_taken`: another request with the same idempotency key has made its
   * challenge. `no_slot`: the carrier's next slot is too far off.
   */
  insert(
    created: InsertChallenge,
    change: Creation,
  ): Promise<Inserted | 'number_busy' | 'key_taken' | 'no_slot' | NotAdmitted>
  /** `next.version` is the version that was read. */
  save: SaveOne
  /** Another delivery begins with the change. `slot`, as of a new challenge's first. */
  saveDelivery(
    change: SaveChallenge,
    begins: DeliveryStart,
    slot: SlotRequest | null,
  ): Promise<Inserted | 'stale' | 'number_busy' | 'no_slot' | NotAdmitted>
  /** Challenges whose next check is due. Another instance gets others; after five seconds they are due again. */
  claimDue(limit: number): Promise<DueCheck[]>
  /** Those of a carrier's names for calls that deliveries to the same number bear, which was hashed as one of these. */
  refsInUse(numberHashes: readonly string[], carrier: CarrierName, refs: readonly string[]): Promise<string[]>
  ledger: Ledger
  /** Uses an approval up, once. `key`: of the request. `false`: it is used up, there is none, or its number is not kept. */
  consume(id: ChallengeId, key: string | null): Promise<boolean>
  /** The pending challenges of a service to a number; `null`: to every one. */
  pendingTo(serviceId: string, number: E164 | null): Promise<ChallengeId[]>
}

export function challengeStore(database: Database): ChallengeStore {
  /** The delivery is counted and its number held in the statement that saves it, or none of it happens. */
  async function begin<Row>(
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

  return {
    async insert({ challenge, request, expiresIn, idempotency, slot }, { begins, ...change }) {
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
      const row = await begin(begins, (start) => insert(database, { ...values, ...start }))
      if (typeof row === 'string') return row
      const block = blockOf(row, begins.prefix)
      if (row.id === null) {
        if (row.rule !== null) return { rule: row.rule, shown: row.shown, until: row.until }
        if (row.exhaustedKey !== null) return { key: row.exhaustedKey, retryAfter: row.retryAfter, quota: row.quota }
        if (row.keyTaken) return 'key_taken'
        return block !== null && row.prefixRefused ? block : 'no_slot'
      }
      if (row.id !== challenge.id) throw new ForeignRow()
      return { record: newRecord(challenge, request, row), slotWait: Math.max(0, row.slotWait ?? 0), block }
    },

    ...challengeReads(database),

    async saveDelivery(change, begins, slot) {
      const values = { ...savedValues(change), ...slotValues(slot) }
      const save = statements.saveDelivery(change)
      const saved = await begin(begins, (start) => save(database, { ...values, ...start }))
      if (saved === 'number_busy' || saved === 'key_taken') return 'number_busy'
      const { rule, shown, until, exhaustedKey, retryAfter, quota, isAsRead, slotWait, prefixRefused } = saved
      const block = blockOf(saved, begins.prefix)
      if (rule !== null) return { rule, shown, until }
      if (exhaustedKey !== null) return { key: exhaustedKey, retryAfter, quota }
      if (saved.id === null && block !== null && prefixRefused) return block
      if (saved.id === null) return isAsRead ? 'no_slot' : 'stale'
      return { record: recordAfter(change, saved, saved.charge), slotWait: Math.max(0, slotWait ?? 0), block }
    },

    save: challengeSave(database),

    claimDue: (limit) => queries.claimDue(database, { limit }),

    async refsInUse(numberHashes, carrier, refs) {
      const lists = { numberHashes: JSON.stringify(numberHashes), refs: JSON.stringify(refs) }
      const rows = await queries.refsInUse(database, { carrier, ...lists })
      return rows.map(({ ref }) => ref)
    },

    async consume(id, key) {
      const [row] = await queries.consume(database, { id, key })
      if (row?.asked !== id) throw new ForeignRow()
      return row.id !== null
    },

    async pendingTo(serviceId, number) {
      return (await queries.pendingTo(database, { serviceId, number })).map(({ id }) => id)
    },

    ledger: ledgerOf(database),
  }
}
