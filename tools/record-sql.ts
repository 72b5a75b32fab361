// Records the statements of this version, for the test that every migration leaves the version before it at work:
// npm run record-sql, after a statement has changed.

import '../src/config/node-version.js'
import { migrate, migrations } from '../src/store/migrations.ts'
import { openDatabase } from '../src/store/open-database.ts'
import { record, saveRecording } from '../test/store/sql-recording.ts'
import { freshDatabase } from '../test/support/fresh-database.ts'
import { consoleLogger } from '../test/support/test-loggers.ts'

const fresh = await freshDatabase()
const database = await openDatabase({ url: fresh.url, dataDir: '', log: consoleLogger })
try {
  await migrate(database)
  const { statements } = await record(database)
  saveRecording(migrations().length, statements)
  console.log(`${statements.length} statements are recorded.`)
} finally {
  await database.close()
  await fresh.drop()
}
