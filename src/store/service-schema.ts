// The tables of the apps that this installation serves, and of their keys.

import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { time } from './schema.ts'

/** `create`: all that changes something. `admin`: the routes under /v1/admin, and nothing else. */
export type Scope = 'create' | 'read' | 'admin'

/** Settings by the names of the environment's variables, and in their language. */
export type SettingTexts = Record<string, string>

export const services = pgTable('services', {
  id: text('id').primaryKey(),
  /** `null`, of the first service: SERVICE_NAME. */
  name: text('name'),
  /** Where they differ from the environment's. */
  settings: jsonb('settings').$type<SettingTexts>().notNull().default({}),
  /** What its pushed messages are signed by, newest first: a list as JSON, encrypted. */
  webhookSecrets: text('webhook_secrets'),
  /** Which of the secrets the encryption key was derived from. */
  secretId: text('secret_id'),
  /** Counts every change of the service and of its keys: their sum tells an instance whether it is up to date. */
  version: integer('version').notNull().default(1),
  createdAt: time('created_at').notNull().defaultNow(),
  /** The row stays, since calls that ring still name the service. */
  deletedAt: time('deleted_at'),
})

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    /** `null`: of the installation, for /v1/admin. */
    serviceId: text('service_id'),
    name: text('name').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    scopes: jsonb('scopes').$type<Scope[]>().notNull(),
    createdAt: time('created_at').notNull().defaultNow(),
    /** Set when it is rotated. */
    expiresAt: time('expires_at'),
    /** To the hour, so that a request costs no write. */
    lastUsedAt: time('last_used_at'),
  },
  (table) => [index('api_keys_service_id').on(table.serviceId)],
)
