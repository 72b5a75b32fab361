// Brings the tables up to date while other instances, of this version and of the one before, go on working on them.

import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type SQL, sql } from 'drizzle-orm'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type { Database, Orm } from './database.ts'

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))
const LOCK = 0x616e7377
const TRIES = 60

/** Oldest first. */
export const migrations = (): MigrationMeta[] => readMigrationFiles({ migrationsFolder: FOLDER })

export async function migrate({ orm }: Database, all = migrations()): Promise<void> {
  // Instances that start together take turns. To wait inside a statement would hold up an index that is being made
  // concurrently, which waits for every statement begun before it.
  while (!(await one(orm, sql`select pg_try_advisory_lock(${LOCK}) as is`))) await delay(100)
  try {
    for (const migration of await missing(orm, all)) await patiently(() => apply(orm, migration))
  } finally {
    await orm.execute(sql`select pg_advisory_unlock(${LOCK})`)
  }
}

// The book is kept where drizzle's own migrator keeps it. That one can't make an index concurrently, since it does
// everything in one transaction.
async function missing(orm: Orm, all: MigrationMeta[]): Promise<MigrationMeta[]> {
  await orm.execute(sql`create schema if not exists drizzle`)
  await orm.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  )
  const last = await one(orm, sql`select max(created_at)::float8 as is from drizzle.__drizzle_migrations`)
  return all.filter(({ folderMillis }) => folderMillis > Number(last ?? 0))
}

/** All of it or nothing; with an index made concurrently, statement by statement, each of which may be repeated. */
async function apply(orm: Orm, { sql: statements, hash, folderMillis }: MigrationMeta): Promise<void> {
  const noted = sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`
  if (statements.some((statement) => /\bconcurrently\b/i.test(statement))) {
    for (const statement of statements) await orm.execute(sql.raw(statement))
    await orm.execute(noted)
    return
  }
  await orm.transaction(async (transaction) => {
    // Whoever needs a table waits behind whoever waits to change it.
    await transaction.execute(sql`set local lock_timeout = '1s'`)
    for (const statement of statements) await transaction.execute(sql.raw(statement))
    await transaction.execute(noted)
  })
}

/** A table that is not to be had within a second, since it is just being dumped, is asked for again a second later. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isLockTimeout(error)) throw error
      await delay(1_000)
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  const { cause } = error as { cause?: unknown }
  return [error, cause].some((fault) => fault instanceof Error && 'code' in fault && fault.code === '55P03')
}

/** One driver answers with rows, the other with an object that has them. */
async function one(orm: Orm, query: SQL): Promise<unknown> {
  const answer = (await orm.execute(query)) as Row[] | { rows: Row[] }
  return (Array.isArray(answer) ? answer : answer.rows)[0]?.is
}

type Row = { is: unknown }
