// npm run migrate: brings the database up to date without starting the server.

import '../config/node-version.js'
import { migrate } from '../store/migrations.ts'
import { readArguments } from './command-line.ts'
import { withDatabase } from './with-database.ts'

readArguments({
  help: `npm run migrate

Brings the tables of the database up to date and ends. A start does the same; run this before it where the server's own
role may not change tables. Of the settings it reads DATABASE_URL, or DATA_DIR for the embedded database.`,
})
await withDatabase(async (database) => {
  await migrate(database)
  console.log('The database is up to date.')
})
