// What must hold on a Postgres server and on the embedded database alike.

import { describe } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { onEmbedded, onPostgres } from './test-databases.ts'

/** `database()` only inside a test: it is opened before the first. */
export function onEachDatabase(behave: (database: () => Database) => void): void {
  describe('on a Postgres server', { skip: withoutPostgres }, () => {
    const { database } = onPostgres()
    behave(() => database())
  })

  describe('embedded', () => {
    behave(onEmbedded().database)
  })
}
