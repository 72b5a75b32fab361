// What must hold on a Postgres server and on the embedded database alike.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { type FreshDatabase, freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { consoleLogger } from '../support/test-loggers.ts'

/** `database()` only inside a test: it is opened before the first. */
export function onEachDatabase(behave: (database: () => Database) => void): void {
  describe('on a Postgres server', { skip: withoutPostgres }, () => {
    let fresh: FreshDatabase
    let database: Database
    before(async () => {
      fresh = await freshDatabase()
      database = await openDatabase({ url: fresh.url, dataDir: '', log: consoleLogger })
      await migrate(database)
    })
    after(async () => {
      await database.close()
      await fresh.drop()
    })
    behave(() => database)
  })

  describe('embedded', () => {
    let directory: string
    let database: Database
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'answerback-embedded-'))
      database = await openDatabase({ url: null, dataDir: directory, log: consoleLogger })
      await migrate(database)
    })
    after(async () => {
      await database.close()
      await rm(directory, { recursive: true })
    })
    behave(() => database)
  })
}
