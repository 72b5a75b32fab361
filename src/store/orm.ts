// drizzle over the connections of database.ts, so that one schema and one set of queries serve both drivers, and every
// statement has the same deadline. Its own drivers can't: the one for postgres.js rewrites the parsers of the client
// that it is given, and their `execute` answers differently.

import { DrizzleQueryError, fillPlaceholders, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/pg-proxy'
import type { Database, Parameter } from './database.ts'

export function openOrm({ query }: Pick<Database, 'query'>) {
  return drizzle(async (text, params, method) => {
    const rows = await query<Record<string, unknown>>(text, params as Parameter[])
    return { rows: method === 'all' ? rows.map((row) => Object.values(row)) : rows }
  })
}

const dialect = new PgDialect()

/** A statement of drizzle's `sql`, compiled once. Its `sql.placeholder`s are bound by name at each call. */
export function statement<Row = never>(query: SQL) {
  const { sql: text, params } = dialect.sqlToQuery(query)
  return ({ query }: Pick<Database, 'query'>, values: Record<string, Parameter> = {}): Promise<Row[]> =>
    query<Row>(text, fillPlaceholders(params, values) as Parameter[])
}

/** The columns' names, unqualified, as they stand in a column list or behind `set`. */
export function columnNames<T extends Table>(table: T) {
  const names = Object.entries(getTableColumns(table)).map(([key, column]) => [key, sql.identifier(column.name)])
  return Object.fromEntries(names) as Record<keyof T['_']['columns'], ReturnType<typeof sql.identifier>>
}

type Prepared<Rows> = { execute(values?: Record<string, unknown>): Promise<Rows> }

/** Runs a prepared query. drizzle hides what failed in an error of its own, with the parameters in its text. */
export async function execute<Rows>(prepared: Prepared<Rows>, values: Record<string, Parameter>): Promise<Rows> {
  try {
    return await prepared.execute(values)
  } catch (error) {
    throw error instanceof DrizzleQueryError && error.cause ? error.cause : error
  }
}

/** Any of a list that is given as JSON. */
export const texts = (name: string) =>
  sql`any (array(select jsonb_array_elements_text(${sql.placeholder(name)}::text::jsonb)))`

/**
 * Whether a row has one of the keys of an array: true or null. Each is looked up by itself: of a condition on all at once
 * the planner makes a scan of the whole table, in which it hopes to find one soon.
 */
export const isKnown = (keys: SQL, table: Table, condition = sql`true`, column = sql.identifier('key')) => sql`
  select true from unnest(${keys}) as asked (key), lateral (
    select from ${table} as known where known.${column} = asked.key and ${condition} limit 1
  ) as known limit 1`
