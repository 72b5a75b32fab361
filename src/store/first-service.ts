// The service whose keys are set in API_KEY. It is one and the same whichever keys it has today, so a key can be replaced
// without losing a login, and one that is no longer set opens nothing.

import { keyHash } from '../domain/one-time-codes.ts'
import type { ServiceStore } from './services.ts'
import type { Service } from './types.ts'

/** Stands in the table where other services have the hash of their key; no key has this hash. */
const FIRST = 'set in API_KEY'

export async function withFirstService(
  store: ServiceStore,
  name: string,
  apiKeys: string[],
): Promise<Pick<ServiceStore, 'serviceByKey'>> {
  const first: Service = await store.ensureService(name, FIRST)
  const hashes = new Set(apiKeys.map(keyHash))
  return { serviceByKey: async (hash) => (hashes.has(hash) ? first : store.serviceByKey(hash)) }
}
