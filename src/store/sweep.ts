// Old rows are deleted in short statements: a long one would hold its locks, and reach its deadline, before it is done.

import { sql } from 'drizzle-orm'
import { DEADLINES } from '../time/deadlines.ts'
import { DatabaseUnavailable } from './database-errors.ts'

const BATCH = 2_000

/** `skip`: so many of the first rows, which failed. */
export type Batch = { limit: number; skip: number }

/** Behind an `order by`. */
export const OF_BATCH = sql`limit ${sql.placeholder('limit')} offset ${sql.placeholder('skip')}`

/**
 * Repeats until a batch comes back short. Several instances share the work by skipping what another has locked. A batch that fails is halved until the row that fails stands alone; it is then
 * left out, and told once the others are done.
 */
export async function untilNoneLeft(sweep: (batch: Batch) => Promise<unknown[]>): Promise<void> {
  const end = performance.now() + DEADLINES.sweepRound
  const failures: unknown[] = []
  for (let limit = BATCH, skip = 0; ; ) {
    const count = await sweep({ limit, skip }).then(
      ({ length }) => length,
      (error: unknown) => {
        if (error instanceof DatabaseUnavailable) throw error
        if (limit === 1) failures.push(error)
        return null
      },
    )
    if (count !== null && count < limit) break
    if (count === null && limit === 1) skip++
    limit = limit === 1 || (limit === BATCH && count !== null) ? BATCH : Math.ceil(limit / 2)
    if (performance.now() >= end) break
  }
  if (failures.length > 0) throw failures[0]
}
