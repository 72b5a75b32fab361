// The services of this installation and their API keys. Every change counts the version of a service on, of which instances
// read the sum, and is written into the audit log by its own statement.

import { sql } from 'drizzle-orm'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import type { Encrypted } from './encryption.ts'
import { statement, texts } from './orm.ts'
import { apiKeys, type SettingTexts, services } from './service-schema.ts'

/** The service of API_KEY, one and the same whichever keys that has today. */
export const FIRST_SERVICE = 'svc_first'

const MOST_SERVICES = 1_000
const MOST_KEYS = 50

export type ServiceRow = typeof services.$inferSelect
/** `secondsLeft`: `null` for as long as it is not taken back. */
export type KeyRow = Omit<typeof apiKeys.$inferSelect, 'keyHash' | 'expiresAt'> & { secondsLeft: number | null }
export type NewKey = Pick<typeof apiKeys.$inferSelect, 'id' | 'serviceId' | 'name' | 'keyHash' | 'scopes'>
/** What is given for a key to be found: of one service, or with `null` of the installation. */
export type KeyOf = { id: string; serviceId: string | null }

export type ServiceStore = {
  ensureFirst(): Promise<void>
  /** Grows with every change. */
  revision(): Promise<number>
  /** All, those that are deleted too, and every key that holds. */
  load(): Promise<{ services: ServiceRow[]; keys: (KeyRow & { keyHash: string })[] }>
  findKey(keyHash: string): Promise<string | null>
  /** `null`: there are as many as there may be. */
  create(service: { id: string; name: string; settings: SettingTexts }, audit: AuditEntry): Promise<ServiceRow | null>
  /** A setting that is `null` is the environment's again. `null`: there is no such service. */
  update(
    id: string,
    change: { name?: string | null; settings: Record<string, string | null> },
    audit: AuditEntry,
  ): Promise<ServiceRow | null>
  /** Its keys with it. */
  remove(id: string, audit: AuditEntry): Promise<boolean>
  list(): Promise<ServiceRow[]>
  /** `from`: what was read before; nothing is changed when it is something else by now. `audit`: `null`, encrypted anew. */
  setWebhookSecrets(id: string, from: string | null, to: Encrypted, audit: AuditEntry | null): Promise<boolean>
  keys(serviceId: string | null): Promise<KeyRow[]>
  /** `null`: there is no such service, or it has as many as it may have. */
  addKey(key: NewKey, audit: AuditEntry): Promise<KeyRow | null>
  /** A new key of the same name and scopes; the old one holds for so long beside it. */
  rotateKey(
    old: KeyOf,
    next: { id: string; keyHash: string; overlapSeconds: number },
    audit: AuditEntry,
  ): Promise<KeyRow | null>
  removeKey(key: KeyOf, audit: AuditEntry): Promise<boolean>
  noteUse(keyIds: readonly string[]): Promise<void>
  /** Deletes keys that have expired. */
  sweep(): Promise<void>
}

export function encryptedSecrets({ webhookSecrets, secretId }: ServiceRow): Encrypted | null {
  return webhookSecrets === null || secretId === null ? null : { ciphertext: webhookSecrets, secretId }
}

export function serviceStore(database: Database): ServiceStore {
  return {
    async ensureFirst() {
      await ensureFirst(database, { id: FIRST_SERVICE })
    },
    async revision() {
      const [row] = await revision(database)
      return row!.revision
    },
    async load() {
      const [all, keys] = await Promise.all([everyService(database), everyKey(database)])
      return { services: all, keys }
    },
    async findKey(keyHash) {
      const [found] = await findKey(database, { keyHash })
      // The wrong row here would let one tenant in as another.
      if (found && found.keyHash !== keyHash) throw new ForeignRow()
      return found?.id ?? null
    },
    async create({ settings, ...service }, audit) {
      const values = { ...service, settings: JSON.stringify(settings), ...auditParameters(audit) }
      return (await create(database, values))[0] ?? null
    },
    async update(id, { name, settings }, audit) {
      const values = { id, name: name ?? null, renamed: name !== undefined, settings: JSON.stringify(settings) }
      return (await update(database, { ...values, ...auditParameters(audit) }))[0] ?? null
    },
    remove: async (id, audit) => (await remove(database, { id, ...auditParameters(audit) })).length > 0,
    list: () => list(database),
    async setWebhookSecrets(id, from, { ciphertext, secretId }, audit) {
      const values = { id, from, ciphertext, secretId }
      const set = audit
        ? await drawWebhookSecrets(database, { ...values, ...auditParameters(audit) })
        : await reencrypt(database, values)
      return set.length > 0
    },
    keys: (serviceId) => keys(database, { serviceId }),
    async addKey({ scopes, ...key }, audit) {
      const values = { ...key, scopes: JSON.stringify(scopes), ...auditParameters(audit) }
      return (await addKey(database, values))[0] ?? null
    },
    async rotateKey({ id: old, serviceId }, next, audit) {
      return (await rotateKey(database, { old, serviceId, ...next, ...auditParameters(audit) }))[0] ?? null
    },
    removeKey: async (key, audit) => (await removeKey(database, { ...key, ...auditParameters(audit) })).length > 0,
    async noteUse(keyIds) {
      if (keyIds.length > 0) await noteUse(database, { ids: JSON.stringify(keyIds) })
    },
    async sweep() {
      await sweep(database)
    },
  }
}

const value = sql.placeholder

const SERVICE = sql`
  id, name, settings, webhook_secrets as "webhookSecrets", secret_id as "secretId", version,
  created_at as "createdAt", deleted_at as "deletedAt"`
const KEY = sql`
  id, service_id as "serviceId", name, scopes, created_at as "createdAt", last_used_at as "lastUsedAt",
  extract(epoch from expires_at - now())::float8 as "secondsLeft"`
const HOLDS = sql`(expires_at is null or expires_at > now())`
const OWNED = sql`id = ${value('id')} and service_id is not distinct from ${value('serviceId')}::text`

const count = (rows: string) => sql`(select count(*) from ${sql.identifier(rows)})`
const audited = (rows: string) => sql`audited as (${appended(sql`${count(rows)} > 0`)})`

/** What the installation's own keys count on, since they have no service. */
const COUNTED = sql`
  counted as (
    update ${services} set version = version + 1
    where id = coalesce(${value('serviceId')}::text, ${sql.raw(`'${FIRST_SERVICE}'`)}) and deleted_at is null
    returning id
  )`

const ensureFirst = statement(sql`
  insert into ${services} (id) values (${value('id')}) on conflict do nothing`)

const revision = statement<{ revision: number }>(sql`
  select coalesce(sum(version), 0)::int as revision from ${services}`)

const everyService = statement<ServiceRow>(sql`select ${SERVICE} from ${services}`)

const everyKey = statement<KeyRow & { keyHash: string }>(sql`
  select ${KEY}, key_hash as "keyHash" from ${apiKeys} where ${HOLDS}`)

const findKey = statement<{ id: string; keyHash: string }>(sql`
  select id, key_hash as "keyHash" from ${apiKeys} where key_hash = ${value('keyHash')} and ${HOLDS}`)

const create = statement<ServiceRow>(sql`
  with created as (
    insert into ${services} (id, name, settings)
    select ${value('id')}::text, ${value('name')}::text, ${value('settings')}::text::jsonb
    where (select count(*) from ${services} where deleted_at is null) < ${sql.raw(String(MOST_SERVICES))}
    returning *
  ), ${audited('created')}
  select ${SERVICE} from created`)

const update = statement<ServiceRow>(sql`
  with changed as (
    update ${services} set version = version + 1,
      name = case when ${value('renamed')}::boolean then ${value('name')}::text else name end,
      settings = jsonb_strip_nulls(settings || ${value('settings')}::text::jsonb)
    where id = ${value('id')} and deleted_at is null
    returning *
  ), ${audited('changed')}
  select ${SERVICE} from changed`)

const remove = statement(sql`
  with removed as (
    update ${services} set version = version + 1, deleted_at = now()
    where id = ${value('id')} and deleted_at is null
    returning id
  ), keys as (
    delete from ${apiKeys} using removed where service_id = removed.id returning api_keys.id
  ), audited as (
    ${appended(sql`${count('removed')} > 0`, sql`jsonb_build_object('keys', ${count('keys')})`)}
  )
  select id from removed`)

const list = statement<ServiceRow>(sql`
  select ${SERVICE} from ${services} where deleted_at is null order by created_at, id`)

const SECRETS_SET = sql`
  update ${services} set version = version + 1, webhook_secrets = ${value('ciphertext')}::text,
    secret_id = ${value('secretId')}::text
  where id = ${value('id')} and webhook_secrets is not distinct from ${value('from')}::text`

const drawWebhookSecrets = statement(sql`
  with drawn as (${SECRETS_SET} and deleted_at is null returning id), ${audited('drawn')}
  select id from drawn`)

const reencrypt = statement(sql`${SECRETS_SET} returning id`)

const keys = statement<KeyRow>(sql`
  select ${KEY} from ${apiKeys} where service_id is not distinct from ${value('serviceId')}::text and ${HOLDS}
  order by created_at, id`)

const addKey = statement<KeyRow>(sql`
  with ${COUNTED}, added as (
    insert into ${apiKeys} (id, service_id, name, key_hash, scopes)
    select ${value('id')}::text, ${value('serviceId')}::text, ${value('name')}::text, ${value('keyHash')}::text,
      ${value('scopes')}::text::jsonb
    where ${count('counted')} > 0 and ${sql.raw(String(MOST_KEYS))} >
      (select count(*) from ${apiKeys} where service_id is not distinct from ${value('serviceId')}::text and ${HOLDS})
    returning *
  ), ${audited('added')}
  select ${KEY} from added`)

const rotateKey = statement<KeyRow>(sql`
  with old as (
    update ${apiKeys} set
      expires_at = least(expires_at, now() + ${value('overlapSeconds')}::float8 * interval '1 second')
    where id = ${value('old')} and service_id is not distinct from ${value('serviceId')}::text and ${HOLDS}
    returning service_id, name, scopes
  ), ${COUNTED}, added as (
    insert into ${apiKeys} (id, service_id, name, key_hash, scopes)
    select ${value('id')}::text, service_id, name, ${value('keyHash')}::text, scopes from old
    where ${count('counted')} > 0
    returning *
  ), ${audited('added')}
  select ${KEY} from added`)

const removeKey = statement(sql`
  with removed as (
    delete from ${apiKeys} where ${OWNED} returning id
  ), ${COUNTED}, audited as (
    ${appended(sql`${count('removed')} + ${count('counted')} > 1`)}
  )
  select id from removed`)

const noteUse = statement(sql`
  update ${apiKeys} set last_used_at = date_trunc('hour', now())
  where id = ${texts('ids')}
    and (last_used_at is null or last_used_at < date_trunc('hour', now()))`)

const sweep = statement(sql`
  delete from ${apiKeys} where expires_at < now()`)
