// Makes an embedded database with its tables in the directory it is given, in a process of its own for its memory.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { consoleLogger } from './test-loggers.ts'

const directory = process.argv[2]!
const database = await openDatabase({ url: null, dataDir: directory, log: consoleLogger })
await migrate(database)
await database.close()
for (const file of ['lock', 'lock.pid']) await rm(join(directory, file), { force: true })
