// Reads challenges one at a time: those that several requests ask for at once are read by one statement.

import { batched } from './batching.ts'
import * as queries from './challenge-queries.ts'
import { type ChallengeRow, recordAsOfNow, recordOf } from './challenge-record.ts'
import type { Database } from './database.ts'
import { DatabaseUnavailable, ForeignRow, mayBeOfOneOfSeveral } from './database-errors.ts'
import type { ChallengeRecord } from './types.ts'

export type ChallengeReads = {
  find(id: string): Promise<ChallengeRecord | null>
  /** As it stands now, when it has not changed since; `null`: it has, and is to be read. Reads a tenth of what `find` does. */
  refresh(record: ChallengeRecord): Promise<ChallengeRecord | null>
  findMany(ids: readonly string[]): Promise<ChallengeRecord[]>
}

type Asked = { asked: string }

export function challengeReads(database: Database): ChallengeReads {
  const row = batchedRead(
    (id) => queries.find(database, { id }),
    (ids) => queries.findEach(database, { ids }),
  )
  const version = batchedRead(
    (id) => queries.findVersion(database, { id }),
    (ids) => queries.findVersions(database, { ids }),
  )
  return {
    async find(id) {
      const found = await row(id)
      return found.id === null ? null : recordFor([id], found)
    },
    async refresh(record) {
      const found = await version(record.challenge.id)
      return found.version === record.challenge.version ? recordAsOfNow(record, found) : null
    },
    async findMany(ids) {
      const rows = await queries.findMany(database, { ids: JSON.stringify(ids) })
      return rows.map((row) => recordFor(ids, row))
    },
  }
}

/** Each statement has a row for each id that is asked for: without it, or with another's, it has another query's answer. */
function batchedRead<Row extends Asked>(one: (id: string) => Promise<Row[]>, each: (ids: string) => Promise<Row[]>) {
  return batched<string, Row>({
    async alone(id) {
      const [row] = await one(id)
      if (row?.asked !== id) throw new ForeignRow()
      return row
    },
    async together(ids) {
      const distinct = [...new Set(ids)]
      const rows = await each(JSON.stringify(distinct))
      const byId = new Map(rows.map((row) => [row.asked, row]))
      if (rows.length !== distinct.length || distinct.some((id) => !byId.has(id))) throw new ForeignRow()
      return ids.map((id) => byId.get(id))
    },
    // What is no error of the database is one of a row that could not be read.
    mayBeOfOne: (error) => mayBeOfOneOfSeveral(error) || !(error instanceof DatabaseUnavailable),
  })
}

function recordFor(ids: readonly string[], row: ChallengeRow): ChallengeRecord {
  if (!ids.includes(row.id)) throw new ForeignRow()
  return recordOf(row)
}
