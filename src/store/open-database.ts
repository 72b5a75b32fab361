import type { Database, DatabaseOptions } from './database.ts'
import { openPostgres } from './postgres.ts'

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const database = await open(options)
  return options.measured ? { ...database, query: options.measured(database.query) } : database
}

async function open(options: DatabaseOptions): Promise<Database> {
  if (options.url !== null) return openPostgres(options.url, options)
  // Loading it takes longer than all the rest of a start.
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(options.dataDir)
}
