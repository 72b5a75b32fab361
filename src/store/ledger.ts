// The ledger of a challenge: one line for each of its versions, in a column of its row, which a trigger keeps from being
// anything but added to. A line is an array in JSON: microseconds since 1970, type, place of the delivery among the challenge's,
// facts. As rows of a table of their own, with ids and a key, six lines took four times as much of the disk.
// The view `challenge_events` reads them.

import { asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Challenge } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { execute, openOrm } from './orm.ts'
import { challengeEvents } from './schema.ts'
import type { LedgerEntry, LedgerLine } from './types.ts'

/** Without its time, which the database adds. */
export function lineOf({ deliveries }: Pick<Challenge, 'deliveries'>, { type, delivery, facts }: LedgerEntry): string {
  const place = deliveries.findIndex(({ id }) => id === delivery)
  return JSON.stringify([type, place === -1 ? null : place, facts])
}

/** As it is written: with the time by the database's clock. */
export const timed = (line: SQL) => sql`
  overlay(${line}::text placing '[' || (extract(epoch from now()) * 1000000)::bigint || ',' from 1 for 1)`

/** The ledger of a row of `challenges` with one line more. */
export const ledgerWith = (line: SQL) => sql`challenges.ledger || chr(10) || ${timed(line)}`

export type Ledger = (id: string) => Promise<LedgerLine[]>

export function ledgerOf(database: Database): Ledger {
  const lines = openOrm(database)
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
  return async (id) => {
    const found = await execute(lines, { id })
    if (found.some(({ challenge }) => challenge !== id)) throw new ForeignRow()
    return found
  }
}
