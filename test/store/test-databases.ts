// The databases of one describe, opened before its tests and closed after them.

import { after, before } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { embeddedDirectory } from '../support/embedded-directory.ts'
import { type FreshDatabase, freshDatabase, migratedDatabase } from '../support/fresh-database.ts'
import { consoleLogger } from '../support/test-loggers.ts'

/** For what may take longer than the deadline of a statement where a machine is busy. */
export function withoutDeadline(database: Database): Database {
  return { ...database, query: (text, params) => database.session((query) => query(text, params)) }
}

type Options = { migrated?: boolean; instances?: number }

/** One fresh database of a Postgres server, opened by so many instances. */
export function onPostgres({ migrated = true, instances = 1 }: Options = {}) {
  let fresh: FreshDatabase
  let opened: Database[] = []
  before(async () => {
    fresh = await (migrated ? migratedDatabase() : freshDatabase())
    const options = { url: fresh.url, dataDir: '', log: consoleLogger }
    opened = await Promise.all(Array.from({ length: instances }, () => openDatabase(options)))
    if (migrated) await migrate(opened[0]!)
  })
  after(async () => {
    await Promise.all(opened.map((database) => database.close()))
    await fresh.drop()
  })
  return { url: () => fresh.url, database: (instance = 0) => opened[instance]! }
}

export function onEmbedded() {
  let directory: Awaited<ReturnType<typeof embeddedDirectory>>
  let database: Database
  before(async () => {
    directory = await embeddedDirectory()
    database = await openDatabase({ url: null, dataDir: directory.dataDir, log: consoleLogger })
    await migrate(database)
  })
  after(async () => {
    await database.close()
    await directory.remove()
  })
  return { database: () => database }
}
