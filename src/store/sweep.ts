// Old rows are deleted in short statements: a long one would hold its locks, and reach its deadline, before it is done.

import { type SQL, sql, type Table } from 'drizzle-orm'
import { DEADLINES } from '../time/deadlines.ts'
import { DatabaseUnavailable, mayBeOfOneRow } from './database-errors.ts'
import { statement } from './orm.ts'

const BATCH = 2_000

/** `skip`: so many of the first rows, which failed. */
export type Batch = { limit: number; skip: number }

/** Behind an `order by` in which no two rows are equal: `skip` would pass over another row than the one that failed. */
export const OF_BATCH = sql`limit ${sql.placeholder('limit')} offset ${sql.placeholder('skip')}`

/** Deletes a batch of the rows that are `over`, but those that another statement has locked. `order`: as for `OF_BATCH`. */
export function deletionOf(table: Table, over: SQL, order: SQL) {
  return statement(sql`
    delete from ${table} where ctid = any (array(
      select ctid from ${table} where ${over} order by ${order} ${OF_BATCH} for update skip locked))
    returning true as deleted`)
}

/**
 * A sweep that repeats until a batch comes back short. Several instances share the work by skipping what another has
 * locked. A batch that fails for one of its rows is halved until that row stands alone; it is then left out, and told
 * once the others are done. A round that runs out of time is continued by the next one where it stood, so that rows
 * that fail, however many, keep none behind them waiting for ever; a round that reached the end begins anew.
 */
export function batchSweep<Values extends unknown[]>(
  sweep: (batch: Batch, ...values: Values) => Promise<unknown[]>,
): (...values: Values) => Promise<void> {
  let skip = 0
  let limit = BATCH
  let searching = false
  return async (...values) => {
    const end = performance.now() + DEADLINES.sweepRound
    const failures: unknown[] = []
    /** Of a batch that failed, until the row that fails in it is found. */
    let open: unknown = null
    do {
      let count: number
      try {
        count = (await sweep({ limit, skip }, ...values)).length
      } catch (error) {
        // Fewer rows may be done before the statement's deadline.
        if (error instanceof DatabaseUnavailable) limit = half(limit)
        if (!mayBeOfOneRow(error)) {
          open = error
          break
        }
        searching = limit > 1
        open = searching ? error : null
        if (!searching) {
          failures.push(error)
          skip++
        }
        limit = half(limit)
        continue
      }
      if (count < limit) {
        skip = 0
        limit = BATCH
        searching = false
        open = null
        break
      }
      if (limit === 1) searching = false
      // The row that fails is in the other half.
      limit = searching ? half(limit) : Math.min(2 * limit, BATCH)
    } while (performance.now() < end)
    throwAll(open === null ? failures : [...failures, open])
  }
}

const half = (limit: number) => Math.ceil(limit / 2)

/** One as it is; of several, each that says something else. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length === 1) throw failures[0]
  const different = new Map(failures.map((failure) => [String(failure), failure]))
  if (different.size > 0) throw new AggregateError(different.values(), `${failures.length} rows or statements failed.`)
}
