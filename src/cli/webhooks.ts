// The operator's command: npm run webhooks -- failed, npm run webhooks -- send-again <id> ...

import '../config/node-version.ts'
import { loadEnvironment, readConfig } from '../config/read-config.ts'
import { secretValues } from '../config/secret-values.ts'
import { createLogger } from '../log/logger.ts'
import { openDatabase } from '../store/database.ts'
import { outboxStore } from '../store/outbox.ts'
import { HELP, runCommand } from '../webhooks/commands.ts'

try {
  const answer = await run(process.argv.slice(2))
  if (answer === null) throw new Error(HELP)
  console.log(answer)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

async function run(wanted: string[]): Promise<string | null> {
  if (wanted.length === 0) return HELP
  const config = readConfig({ ...loadEnvironment(), NODE_ENV: 'development' })
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  const log = await createLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT, secrets: secretValues(config) })
  const database = await openDatabase({ url: config.DATABASE_URL ?? null, dataDir: config.DATA_DIR, log })
  try {
    return await runCommand(wanted, outboxStore(database))
  } finally {
    await database.close()
  }
}
