// Brings the tables up to date while other instances, of this version and of the one before, go on working on them.

import { fileURLToPath } from 'node:url'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { realClock, sleep } from '../time/clock.ts'
import type { Database, Query } from './database.ts'

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))
const LOCK = 0x616e7377
const TRIES = 60

/** Oldest first. */
export const migrations = (): MigrationMeta[] => readMigrationFiles({ migrationsFolder: FOLDER })

export async function migrate(database: Database, all = migrations()): Promise<void> {
  await database.session(async (query) => {
    await checkTables(query)
    // A role that may only read and write rows starts once the owner has migrated, and needs no lock.
    if ((await missing(query, all)).length === 0) return
    // Instances that start together take turns. To wait inside a statement would hold up an index that is being made
    // concurrently, which waits for every statement begun before it.
    while (!(await locked(query))) await sleep(realClock, 100)
    try {
      await createHistory(query)
      for (const migration of await missing(query, all)) await withRetries(() => apply(query, migration))
    } finally {
      await query(`select pg_advisory_unlock(${LOCK})`)
    }
  })
}

/** The `schema` or `search_path` of the database's URL decides where tables are made, and where they are looked for. */
export async function checkTables(query: Query): Promise<void> {
  // Before the tables are looked for: another instance may migrate meanwhile, and has made them before it writes that down.
  const isMigrated = (await historyExists(query)) && (await hasRows(query))
  const [row] = await query<{ path: string; schema: string | null; user: string; found: boolean }>(
    `select current_setting('search_path') as path, current_schema() as schema, current_user as user,
       to_regclass('challenges') is not null as found`,
  )
  const { path, schema, user, found } = row!
  // A schema that the user may not use is passed over, as one that is not there.
  const [closed] = !found && (schema === null || isMigrated) ? await schemasClosed(query) : []
  if (closed)
    throw new Error(`The database's user "${user}" may not use the schema "${closed.name}": its owner grants it.`)
  if (schema === null)
    throw new Error(
      `The database has no schema "${path}", which its URL or its user names: create it, or name another.`,
    )
  if (isMigrated && (await isHistoryOfAnother(query)))
    throw new Error(
      'The database has the migrations of another program in drizzle.__drizzle_migrations: give Answerback a database of its own.',
    )
  if (isMigrated && !found)
    throw new Error(`The database's tables are not in the schema "${schema}", which its URL or its user names.`)
}

/** Those of the search path that are there, and that the user has no right to. */
async function schemasClosed(query: Query): Promise<{ name: string }[]> {
  return query<{ name: string }>(
    `select nspname as name from pg_catalog.pg_namespace
     where not has_schema_privilege(oid, 'usage') and nspname in (
       select case when name = '$user' then current_user else name end
       from unnest(string_to_array(current_setting('search_path'), ',')) as entry, trim(both ' "' from entry) as name)`,
  )
}

async function locked(query: Query): Promise<boolean> {
  const [row] = await query<{ locked: boolean }>(`select pg_try_advisory_lock(${LOCK}) as locked`)
  return row!.locked
}

// The history is kept where drizzle's own migrator keeps it. That one can't make an index concurrently, since it does
// everything in one transaction. Any role may read it: there is nothing in it but hashes of public files.
async function createHistory(query: Query): Promise<void> {
  if (await historyExists(query)) return
  await query('create schema if not exists drizzle')
  await query(
    'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  )
  await query('grant usage on schema drizzle to public')
  await query('grant select on drizzle.__drizzle_migrations to public')
}

async function historyExists(query: Query): Promise<boolean> {
  const tables = await query(
    `select from pg_catalog.pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations'`,
  )
  return tables.length > 0
}

/** `true` also of one that may not be read, which can't be ours: every role may read that. */
async function hasRows(query: Query): Promise<boolean> {
  return !(await mayReadHistory(query)) || (await query('select from drizzle.__drizzle_migrations limit 1')).length > 0
}

/** Of a newer version of ours it begins as ours does. */
async function isHistoryOfAnother(query: Query): Promise<boolean> {
  if (!(await mayReadHistory(query))) return true
  const [first] = migrations()
  const ours = await query('select from drizzle.__drizzle_migrations where hash = $1', [first!.hash])
  return ours.length === 0
}

async function mayReadHistory(query: Query): Promise<boolean> {
  const [row] = await query<{ may: boolean }>(
    `select has_schema_privilege('drizzle', 'usage') and
       has_table_privilege('drizzle.__drizzle_migrations', 'select') as may`,
  )
  return row!.may
}

async function missing(query: Query, all: MigrationMeta[]): Promise<MigrationMeta[]> {
  if (!(await historyExists(query))) return all
  const [row] = await query<{ last: number | null }>(
    'select max(created_at)::float8 as last from drizzle.__drizzle_migrations',
  )
  return all.filter(({ folderMillis }) => folderMillis > (row?.last ?? 0))
}

/** All of it or nothing; with an index made concurrently, statement by statement, each of which may be repeated. */
async function apply(query: Query, { sql: statements, hash, folderMillis }: MigrationMeta): Promise<void> {
  const done = () =>
    query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2::bigint)', [
      hash,
      String(folderMillis),
    ])
  if (statements.some((statement) => /\bconcurrently\b/i.test(statement))) {
    for (const statement of statements) await query(statement)
    await done()
    return
  }
  await query('begin')
  try {
    // A statement that waits for a table's lock makes all that come after it wait as well.
    await query(`set local lock_timeout = '1s'`)
    for (const statement of statements) await query(statement)
    await done()
    await query('commit')
  } catch (error) {
    await query('rollback')
    throw error
  }
}

/** A table that is locked for longer than a second, by a dump for instance, is tried again a second later. */
async function withRetries(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !isLockTimeout(error)) throw error
      await sleep(realClock, 1_000)
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}
