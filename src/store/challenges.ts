// Challenges and their ledger. Every write is one statement: the challenge with its line in the ledger and what is to be
// pushed stand or fall together, and a writer that read an older version loses.

import type { CarrierName, ChallengeId, E164 } from '../domain/challenge.ts'
import { type SlotRequest, slotValues } from './carrier-rate-limit.ts'
import { begun, challengeInsert, type Inserted, type InsertOne, type NotAdmitted } from './challenge-inserts.ts'
import { savedValues } from './challenge-parameters.ts'
import * as queries from './challenge-queries.ts'
import { type ChallengeReads, challengeReads } from './challenge-reads.ts'
import { challengeSave, recordAfter, type SaveOne } from './challenge-saves.ts'
import * as statements from './challenge-statements.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { type Ledger, ledgerOf } from './ledger.ts'
import { blockOf } from './prefix-traffic.ts'
import type { DeliveryStart, DueCheck, SaveChallenge } from './types.ts'

export type ChallengeStore = ChallengeReads & {
  insert: InsertOne
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
  return {
    insert: challengeInsert(database),

    ...challengeReads(database),

    async saveDelivery(change, begins, slot) {
      const values = { ...savedValues(change), ...slotValues(slot) }
      const save = statements.saveDelivery(change)
      const saved = await begun(begins, (start) => save(database, { ...values, ...start }))
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
