// The database as a command opens it: the same settings as the server's, the same sentences when they are wrong.

import { prepareDataDirectory } from '../config/data-directory.ts'
import { databaseOptions } from '../config/database-options.ts'
import { loadEnvironment } from '../config/load-environment.ts'
import { readDatabaseConfig } from '../config/read-config.ts'
import { secretValues } from '../config/secret-values.ts'
import { createLogger } from '../log/logger.ts'
import type { Database } from '../store/database.ts'
import { openDatabase } from '../store/open-database.ts'
import { exitWith } from './command-line.ts'

/** Opens it for the work, closes it after, and ends the process with a sentence when either can't be done. */
export async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const { environment, faults } = loadEnvironment()
  const config = readDatabaseConfig(environment, faults)
  if ('faults' in config) exitWith(config.faults)
  try {
    if (!config.DATABASE_URL) prepareDataDirectory(config.DATA_DIR)
    const log = await createLogger({
      level: config.LOG_LEVEL,
      format: config.LOG_FORMAT,
      secrets: secretValues(config),
    })
    const database = await openDatabase({ ...databaseOptions(config), log })
    await work(database).finally(() => database.close())
  } catch (error) {
    exitWith([(error as Error).message])
  }
}
