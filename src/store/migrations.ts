import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Database } from './database.ts'
import type * as schema from './schema.ts'

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url))
const LOCK = 0x616e7377

/** Brings the tables up to date. Instances that start together take turns: the migrator itself takes no lock. */
export async function migrate({ orm }: Database): Promise<void> {
  await orm.execute(sql`select pg_advisory_lock(${LOCK})`)
  try {
    await migratePostgres(orm as unknown as PostgresJsDatabase<typeof schema>, { migrationsFolder: FOLDER })
  } finally {
    await orm.execute(sql`select pg_advisory_unlock(${LOCK})`)
  }
}
