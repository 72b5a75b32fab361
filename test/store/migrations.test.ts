// The version that runs and the one that starts share the tables for a while. The statements of every version are
// recorded; here they are sent again under the migration that came after that version.

import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import postgres from 'postgres'
import type { Database, Query } from '../../src/store/database.ts'
import { checkTables, migrate, migrations } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { consoleLogger } from '../support/test-loggers.ts'
import { faultsOf } from './migration-lint.ts'
import { loadRecording, record, replay } from './sql-recording.ts'
import { onPostgres } from './test-databases.ts'

/** By the end of the file's name: why a statement there may do what the rules forbid. */
const ALLOWED: Record<string, string> = {}

const all = migrations()
let invented = 0
const later = (...statements: string[]) => [
  ...all,
  { sql: statements, bps: true, hash: 'invented', folderMillis: all.at(-1)!.folderMillis + ++invented },
]

describe('migrations', { skip: withoutPostgres }, () => {
  const { url, database: opened } = onPostgres({ migrated: false })
  let database: Database
  let sql: postgres.Sql
  before(() => {
    database = opened()
    sql = connect(url())
  })
  after(() => sql.end())

  test('leave the version before each of them at work', async () => {
    for (let known = 1; known <= all.length; known++) {
      await migrate(database, all.slice(0, known))
      for (const version of [known - 1, known].filter((one) => one > 0))
        assert.equal(await replay(sql, loadRecording(version)), null, `version ${version} under ${known} migrations`)
    }
  })

  test('leave it at work when they only add: a second one, thrown away', async (t) => {
    const { there, client } = await anotherDatabase(t)
    await migrate(
      there,
      later('alter table challenges add column note text', 'create table notes (id text primary key)'),
    )
    assert.equal(await replay(client, loadRecording(all.length)), null)
    assert.equal((await client`select from pg_tables where tablename = 'notes'`).length, 1)
  })

  test('may come from another instance at any moment of a start', async (t) => {
    for (let moment = 1; moment <= 8; moment++) {
      const { there } = await anotherDatabase(t)
      let asked = 0
      await there.session((query) =>
        checkTables(async <T>(text: string, params?: Parameters<Query>[1]) => {
          if (++asked === moment) await migrate(there)
          return query<T>(text, params)
        }),
      )
    }
  })

  test('are tried with every statement of this version', async () => {
    await migrate(database)
    const { statements, missed } = await record(database)
    assert.deepEqual(missed, [], 'test/store/all-queries.ts calls everything')
    const texts = (recorded: { text: string }[]) => [...new Set(recorded.map(({ text }) => text))].sort()
    assert.deepEqual(texts(statements), texts(loadRecording(all.length)), 'npm run record-sql keeps it up to date')
  })

  for (const [name, statement] of Object.entries({
    'renames a column': 'alter table challenges rename column code_disclosed to code_spoken',
    'needs a column that the version before does not insert': `alter table outbox add column shard int not null check (shard > 0)`,
    'refuses values that the version before inserts': `alter table outbox add constraint short check (length(type) < 3) not valid`,
    'makes a column unique that is not': 'create unique index concurrently one_each on outbox (challenge_id)',
  }))
    test(`are found out when one ${name}`, async (t) => {
      const { there, client } = await anotherDatabase(t)
      await migrate(there, later(statement))
      assert.notEqual(await replay(client, loadRecording(all.length)), null)
    })

  test('wait for a table that is in use without blocking others, and are applied in the end', async () => {
    await migrate(database)
    const changing = later('alter table carrier_rate_slots add column note text')
    const dump = connect(url())
    let done: Promise<void> | null = null
    await dump.begin(async (transaction) => {
      await transaction`select count(*) from carrier_rate_slots`
      done = migrate(database, changing)
      await until(async () => (await waitingFor('carrier_rate_slots')).length > 0)
      await until(async () => (await waitingFor('carrier_rate_slots')).length === 0)
      await database.query(`insert into carrier_rate_slots values ('plivo', 'call', 0, now())`)
    })
    await done
    await dump.end()
    assert.deepEqual(await database.query('select note from carrier_rate_slots limit 1'), [{ note: null }])
  })

  test('replace an index that was left invalid', async () => {
    await migrate(database)
    const [drop, create] = [
      'drop index concurrently if exists half',
      'create unique index concurrently half on carrier_rate_slots (carrier)',
    ]
    await sql`insert into carrier_rate_slots values ('plivo', 'call', 1, now()), ('plivo', 'call', 2, now())`
    await assert.rejects(migrate(database, later(drop, create)))
    assert.equal(await isValid('half'), false)
    await migrate(database, later(drop, 'create index concurrently half on carrier_rate_slots (carrier)'))
    assert.equal(await isValid('half'), true)
  })

  const isValid = async (index: string) =>
    (await sql`select indisvalid from pg_index where indexrelid = ${index}::regclass`)[0]?.indisvalid

  const waitingFor = (table: string) =>
    sql`select from pg_locks where relation = ${table}::regclass and not granted and mode = 'AccessExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())`
})

describe('the rules for migrations', () => {
  test('are kept by every one after the first', () => {
    const broken = all.slice(1).flatMap(({ sql }) => faultsOf(sql))
    assert.deepEqual(
      broken.filter((fault) => !Object.keys(ALLOWED).some((allowed) => fault.endsWith(allowed))),
      [],
    )
  })

  test('know what stops or breaks the version before', () => {
    for (const bad of [
      'DROP TABLE "outbox"',
      'ALTER TABLE "challenges" DROP COLUMN "code_disclosed"',
      'ALTER TABLE "challenges" RENAME COLUMN "code_disclosed" TO "code_spoken"',
      'ALTER TABLE "challenges" ALTER COLUMN "to" SET NOT NULL',
      'ALTER TABLE "challenges" ADD COLUMN "shard" integer NOT NULL',
      'ALTER TABLE "challenges" ADD COLUMN "shard" text DEFAULT gen_random_uuid() NOT NULL',
      'ALTER TABLE "challenges" ALTER COLUMN "version" SET DATA TYPE bigint',
      'ALTER TABLE "challenges" ADD CONSTRAINT "c" CHECK ("version" > 0)',
      '-- why\nCREATE INDEX "i" ON "challenges" ("scope")',
      'CREATE UNIQUE INDEX "i" ON "challenges" ("scope")',
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "challenges" ("scope")',
      'DROP INDEX "i"',
      `UPDATE "challenges" SET "code_disclosed" = false`,
    ])
      assert.equal(faultsOf([bad]).length, 1, bad)
  })

  test('let pass what does neither', () => {
    const good = [
      'CREATE TABLE "new" ("id" text PRIMARY KEY NOT NULL)',
      'CREATE INDEX "i" ON "new" ("id")',
      'ALTER TABLE "new" ADD CONSTRAINT "c" CHECK ("id" <> \'\')',
      'DROP INDEX CONCURRENTLY IF EXISTS "j"',
      'CREATE INDEX CONCURRENTLY "j" ON "challenges" ("scope")',
      'ALTER TABLE "challenges" ADD COLUMN "note" text',
      'ALTER TABLE "challenges" ADD COLUMN "shard" integer DEFAULT 0 NOT NULL',
      'ALTER TABLE "challenges" ADD CONSTRAINT "c" CHECK ("version" > 0) NOT VALID',
      'ALTER TABLE "challenges" VALIDATE CONSTRAINT "c"',
    ]
    assert.deepEqual(faultsOf(good), [])
  })
})

/** What another process does is seen by asking again. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} })
}

/** Until the end of the test. */
async function anotherDatabase(t: TestContext): Promise<{ there: Database; client: postgres.Sql }> {
  const { url, drop } = await freshDatabase()
  t.after(drop)
  const there = await openDatabase({ url, dataDir: '', log: consoleLogger })
  t.after(there.close)
  const client = connect(url)
  t.after(() => client.end())
  return { there, client }
}
