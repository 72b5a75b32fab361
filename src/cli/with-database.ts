// The database as a command opens it: the same settings as the server's, the same sentences when they are wrong.

import { prepareDataDirectory } from '../config/data-directory.ts'
import { databaseOptions } from '../config/database-options.ts'
import { loadEnvironment } from '../config/load-environment.ts'
import { readDatabaseConfig } from '../config/read-config.ts'
import { secretValues } from '../config/secret-values.ts'
import type { Values } from '../config/settings.ts'
import { createLogger } from '../log/logger.ts'
import type { Database } from '../store/database.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import { DirectoryInUse } from '../store/directory-lock.ts'
import { openDatabase } from '../store/open-database.ts'
import { exitWith } from './command-line.ts'

/** Opens it for the work, closes it after, and ends the process with a sentence when either can't be done. */
export async function withDatabase(work: (database: Database, config: Values) => Promise<void>): Promise<void> {
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
    await work(database, config)
      .catch((error: Error) => explained(error, database))
      .finally(() => database.close())
  } catch (error) {
    const { message } = error as Error
    if (isWithoutTables(error)) exitWith([WITHOUT_TABLES])
    exitWith(error instanceof DirectoryInUse ? [message, STOP_IT] : [message])
  }
}

/** Why the database does not answer is found out by a session of its own. */
async function explained(error: Error, { session }: Database): Promise<never> {
  if (error instanceof DatabaseUnavailable) await session((query) => query('select 1'))
  throw error
}

const STOP_IT = 'Stop it first: an embedded database is open to one process only.'

const WITHOUT_TABLES = 'The database has no tables of ours yet: start the server once, or run "npm run migrate".'

/** postgresql.org/docs/current/errcodes-appendix.html: undefined_table */
function isWithoutTables(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01'
}
