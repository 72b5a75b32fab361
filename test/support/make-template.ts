// Makes the tables in the database that it is given, to be copied by tests: in a process of its own, for its memory.
// Arguments: the URL of a Postgres server's database, or nothing and the directory of an embedded one.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { consoleLogger } from './test-loggers.ts'

const [url, dataDir = ''] = process.argv.slice(2)
const database = await openDatabase({ url: url || null, dataDir, log: consoleLogger })
await migrate(database)
await database.close()
if (!url) for (const file of ['lock', 'lock.pid']) await rm(join(dataDir, file), { force: true })
