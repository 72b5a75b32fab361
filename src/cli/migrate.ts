// Brings the database up to date without starting the server: npm run migrate.

import '../config/node-version.ts'
import { loadEnvironment, readConfig } from '../config/read-config.ts'
import { secretValues } from '../config/secret-values.ts'
import { createLogger } from '../log/logger.ts'
import { openDatabase } from '../store/database.ts'
import { migrate } from '../store/migrations.ts'

const config = readConfig({ ...loadEnvironment(), NODE_ENV: 'development' })
if ('faults' in config) {
  for (const fault of config.faults) console.error(fault)
  process.exit(1)
}
try {
  const log = await createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, secrets: secretValues(config) })
  const database = await openDatabase({ url: config.DATABASE_URL ?? null, dataDir: config.DATA_DIR, log })
  await migrate(database).finally(() => database.close())
  console.log('The database is up to date.')
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
