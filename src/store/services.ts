import { eq, sql } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { execute, openOrm } from './orm.ts'
import { services } from './schema.ts'
import type { Service } from './types.ts'

export type ServiceStore = {
  /** The service with this key, made if there is none. Its name follows the settings. */
  ensureService(name: string, keyHash: string): Promise<Service>
  serviceByKey(keyHash: string): Promise<Service | null>
}

export function serviceStore(database: Database): ServiceStore {
  const orm = openOrm(database)
  const columns = { id: services.id, name: services.name }
  const ensure = orm
    .insert(services)
    .values({ id: sql.placeholder('id'), name: sql.placeholder('name'), keyHash: sql.placeholder('keyHash') })
    .onConflictDoUpdate({ target: services.keyHash, set: { name: sql`excluded.name` } })
    .returning(columns)
    .prepare('ensure_service')
  const byKey = orm
    .select({ ...columns, keyHash: services.keyHash })
    .from(services)
    .where(eq(services.keyHash, sql.placeholder('keyHash')))
    .prepare('service_by_key')

  return {
    async ensureService(name, keyHash) {
      const [service] = await execute(ensure, { id: `svc_${nanoid(16)}`, name, keyHash })
      return service!
    },
    async serviceByKey(keyHash) {
      const [found] = await execute(byKey, { keyHash })
      // The wrong row here would let one tenant in as another.
      if (!found) return null
      if (found.keyHash !== keyHash) throw new ForeignRow()
      return { id: found.id, name: found.name }
    },
  }
}
