// One door to two databases: a Postgres server, or one embedded in a directory.

import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type { Logger } from '../log/logger.ts'
import { openPostgres } from './postgres.ts'
import type * as schema from './schema.ts'

export { DatabaseUnavailable } from './database-errors.ts'

export type Database = {
  kind: 'postgres' | 'embedded'
  /**
   * One statement, prepared. Times come back as ISO 8601, JSON parsed; JSON goes in as text, cast in the statement
   * (`$1::text::jsonb`). Fails with `DatabaseUnavailable` when no answer comes within `DEADLINE`.
   */
  query<T>(text: string, params?: readonly Parameter[]): Promise<T[]>
  /** Hears every payload notified on the channel. `onReconnect`: the line was lost for a while, anything may be missed. */
  listen(channel: string, onPayload: (payload: string) => void, onReconnect: () => void): Promise<() => Promise<void>>
  notify(channel: string, payload: string): Promise<void>
  /** One connection, without a deadline: for migrations. */
  orm: Orm
  close(): Promise<void>
}

export type Parameter = string | number | boolean | null
export type Orm = PgDatabase<PgQueryResultHKT, typeof schema>

export async function openDatabase(options: { url: string | null; dataDir: string; log: Logger }): Promise<Database> {
  if (options.url !== null) return openPostgres(options.url, options.log)
  // Loading it takes longer than all the rest of a start.
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(options.dataDir)
}
