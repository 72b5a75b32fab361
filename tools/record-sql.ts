// Records what this version says to the database, for the test that every migration leaves the version before it at
// work: npm run tape, after a statement has changed.

import '../src/config/node-version.ts'
import { openDatabase } from '../src/store/database.ts'
import { migrate, migrations } from '../src/store/migrations.ts'
import { keep, record } from '../test/store/sql-recording.ts'
import { consoleLogger } from '../test/support/logger.ts'
import { freshDatabase } from '../test/support/postgres.ts'

const fresh = await freshDatabase()
const database = await openDatabase({ url: fresh.url, dataDir: '', log: consoleLogger })
try {
  await migrate(database)
  const { tape } = await record(database)
  keep(migrations().length, tape)
  console.log(`${tape.length} statements are on tape.`)
} finally {
  await database.close()
  await fresh.drop()
}
