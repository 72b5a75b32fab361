// What the code said to the database, word by word, so that it can be said again when the code has moved on.

import { readFileSync, writeFileSync } from 'node:fs'
import type postgres from 'postgres'
import type { Database, Parameter } from '../../src/store/database.ts'
import { tour } from './all-queries.ts'

/** `rows`: how many came back. */
export type Said = { text: string; params: readonly Parameter[]; rows: number }

/** The tape of the code that knew so many migrations. */
export function fileOf(known: number): URL {
  return new URL(`sql-recordings/${String(known - 1).padStart(4, '0')}.jsonl`, import.meta.url)
}

export function load(known: number): Said[] {
  return readFileSync(fileOf(known), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
}

export function keep(known: number, tape: Said[]): void {
  writeFileSync(fileOf(known), tape.map((said) => `${JSON.stringify(said)}\n`).join(''))
}

/** The tour on tape, and the methods that it has missed. */
export async function record(database: Database): Promise<{ tape: Said[]; missed: string[] }> {
  const tape: Said[] = []
  const missed = await tour({
    ...database,
    async query<T>(text: string, params: readonly Parameter[] = []) {
      const rows = await database.query<T>(text, params)
      tape.push({ text: text.replace(/\s+/g, ' ').trim(), params, rows: rows.length })
      return rows
    },
  })
  return { tape, missed }
}

const UNDO = Symbol('undo')

/** Says it all again and leaves nothing behind. Returns the first thing that came out otherwise, `null` for none. */
export async function replay(sql: postgres.Sql, tape: Said[]): Promise<string | null> {
  let complaint: string | null = null
  await sql
    .begin(async (transaction) => {
      for (const { text, params, rows } of tape) {
        const answer = await transaction.unsafe(text, [...params]).catch((error: Error) => error.message)
        const fault = typeof answer === 'string' ? answer : answer.length === rows ? null : `${answer.length} rows`
        if (fault !== null) complaint = `${fault}: ${text}`
        if (complaint !== null) break
      }
      throw UNDO
    })
    .catch((thrown: unknown) => {
      if (thrown !== UNDO) throw thrown
    })
  return complaint
}
