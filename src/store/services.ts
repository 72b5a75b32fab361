import { nanoid } from 'nanoid'
import type { Database } from './database.ts'
import type { Service } from './types.ts'

export type ServiceStore = {
  /** The service with this key, made if there is none. Its name follows the settings. */
  ensureService(name: string, keyHash: string): Promise<Service>
  serviceByKey(keyHash: string): Promise<Service | null>
}

export function serviceStore({ query }: Database): ServiceStore {
  return {
    async ensureService(name, keyHash) {
      const [service] = await query<Service>(ENSURE, [`svc_${nanoid(16)}`, name, keyHash])
      return service!
    },
    async serviceByKey(keyHash) {
      const [service] = await query<Service>('select id, name from services where key_hash = $1', [keyHash])
      return service ?? null
    },
  }
}

const ENSURE = `
  insert into services (id, name, key_hash) values ($1, $2, $3)
  on conflict (key_hash) do update set name = excluded.name
  returning id, name`
