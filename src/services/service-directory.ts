// What this instance knows of the services and their keys: all of them, in memory, so that a request costs no round trip
// for its key and its settings. It is read again when the sum of their versions has grown, about every two seconds, and
// when a key comes that is not known.

import { keyHash } from '../domain/one-time-codes.ts'
import type { Encrypted } from '../store/encryption.ts'
import type { Scope, SettingTexts } from '../store/service-schema.ts'
import { encryptedSecrets, FIRST_SERVICE, type ServiceStore } from '../store/services.ts'
import type { Service } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'

/** `settings`: where they differ from the environment's. */
export type KnownService = Service & {
  settings: SettingTexts
  /** Encrypted; `null`: none was drawn. */
  webhookSecrets: Encrypted | null
  version: number
  deleted: boolean
}

/** Who sends a request. `service`: `null` for a key of the installation. */
export type KeyHolder = {
  /** As the audit log names them. */
  actor: string
  service: Service | null
  scopes: readonly Scope[]
}

export type ServiceDirectory = {
  holderOf(keyHash: string): Promise<KeyHolder | null>
  find(id: string): KnownService | undefined
  all(): KnownService[]
  /** Another one whenever any of them has changed. */
  revision(): number
  /** Reads what has changed, if anything has. */
  refresh(): Promise<void>
  /** Called once for each service that is found deleted after the start. */
  onDeleted(listener: (serviceId: string) => void): void
  /** Writes down which keys were used, to the hour. */
  noteUse(): Promise<void>
}

/** `endsAt`: by the clock of this instance. */
type KnownKey = KeyHolder & { id: string; endsAt: number }

type Deps = {
  store: ServiceStore
  /** Of the environment: the first service's. */
  name: string
  apiKeys: readonly string[]
  clock: Clock
}

export async function openServiceDirectory({ store, name, apiKeys, clock }: Deps): Promise<ServiceDirectory> {
  const environmentKeys = new Set(apiKeys.map(keyHash))
  const listeners: ((serviceId: string) => void)[] = []
  let services = new Map<string, KnownService>()
  let keys = new Map<string, KnownKey>()
  let revision = -1
  let used = new Set<string>()

  async function refresh(): Promise<void> {
    const found = await store.revision()
    if (found === revision) return
    const [known, deletedBefore] = [await store.load(), services]
    services = new Map(
      known.services.map((row) => [
        row.id,
        {
          id: row.id,
          name: row.name ?? name,
          settings: row.settings,
          webhookSecrets: encryptedSecrets(row),
          version: row.version,
          deleted: row.deletedAt !== null,
        },
      ]),
    )
    keys = new Map(
      known.keys.flatMap(({ keyHash, id, serviceId, scopes, secondsLeft }) => {
        const service = serviceId === null ? null : services.get(serviceId)
        if (service === undefined || service?.deleted) return []
        const endsAt = secondsLeft === null ? Number.POSITIVE_INFINITY : clock.now() + secondsLeft * 1000
        return [[keyHash, { id, actor: `key:${id}`, service, scopes, endsAt }] as const]
      }),
    )
    const first = revision === -1
    revision = found
    for (const { id, deleted } of services.values())
      if (deleted && !first && !deletedBefore.get(id)?.deleted) for (const listener of listeners) listener(id)
  }

  function knownHolder(hash: string): KeyHolder | null {
    const key = keys.get(hash)
    if (!key || key.endsAt <= clock.now()) return null
    used.add(key.id)
    return key
  }

  await store.ensureFirst()
  await refresh()

  return {
    async holderOf(hash) {
      if (environmentKeys.has(hash)) {
        const service = services.get(FIRST_SERVICE)!
        return { actor: `service:${service.id}`, service, scopes: ['create', 'read'] }
      }
      const known = knownHolder(hash)
      if (known || (await store.findKey(hash)) === null) return known
      await refresh()
      return knownHolder(hash)
    },
    find: (id) => services.get(id),
    all: () => [...services.values()],
    revision: () => revision,
    refresh,
    onDeleted: (listener) => void listeners.push(listener),
    async noteUse() {
      const ids = [...used]
      used = new Set()
      await store.noteUse(ids)
    },
  }
}
