// The statements that a version sends to the database, recorded so that they can be sent again when the code has changed.

import { readFileSync, writeFileSync } from 'node:fs'
import type postgres from 'postgres'
import type { Database, Parameter } from '../../src/store/database.ts'
import { runAllQueries } from './all-queries.ts'

/** `rows`: how many came back. */
export type RecordedStatement = { text: string; params: readonly Parameter[]; rows: number }

/** The recording of the version that knew so many migrations. */
export function fileOf(known: number): URL {
  return new URL(`sql-recordings/${String(known - 1).padStart(4, '0')}.jsonl`, import.meta.url)
}

export function loadRecording(known: number): RecordedStatement[] {
  return readFileSync(fileOf(known), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedStatement)
}

export function saveRecording(known: number, statements: RecordedStatement[]): void {
  writeFileSync(fileOf(known), statements.map((statement) => `${JSON.stringify(statement)}\n`).join(''))
}

/** The statements of `runAllQueries`, and the methods that it has missed. */
export async function record(database: Database): Promise<{ statements: RecordedStatement[]; missed: string[] }> {
  const statements: RecordedStatement[] = []
  const missed = await runAllQueries({
    ...database,
    async query<T>(text: string, params: readonly Parameter[] = []) {
      const rows = await database.query<T>(text, params)
      statements.push({ text: text.replace(/\s+/g, ' ').trim(), params, rows: rows.length })
      return rows
    },
  })
  return { statements, missed }
}

const UNDO = Symbol('undo')

/** Sends them again and rolls back. Returns the first difference, `null` for none. */
export async function replay(sql: postgres.Sql, statements: RecordedStatement[]): Promise<string | null> {
  let difference: string | null = null
  await sql
    .begin(async (transaction) => {
      for (const { text, params, rows } of statements) {
        const answer = await transaction.unsafe(text, [...params]).catch((error: Error) => error.message)
        const fault = typeof answer === 'string' ? answer : answer.length === rows ? null : `${answer.length} rows`
        if (fault !== null) difference = `${fault}: ${text}`
        if (difference !== null) break
      }
      throw UNDO
    })
    .catch((thrown: unknown) => {
      if (thrown !== UNDO) throw thrown
    })
  return difference
}
