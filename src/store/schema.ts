// The tables. No foreign keys: the rows that belong together are written by one statement, and a key check would lock the
// parent row on every insert.
//
// Ended challenges stay where they are. The live ones are as fast beside ten million of them, since nothing that is
// written often touches what is old: ids grow with time, so new entries go to the end of each index, and an ended
// challenge has no entry in the indexes of what is still going on. `npm run bench` measures it.

import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true })

export const services = pgTable('services', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  keyHash: text('key_hash').notNull().unique(),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const challenges = pgTable(
  'challenges',
  {
    id: text('id').primaryKey(),
    serviceId: text('service_id').notNull(),
    version: integer('version').notNull(),
    status: text('status').notNull(),
    reason: text('reason'),
    flow: text('flow').notNull(),
    told: boolean('told').notNull(),
    attemptsLeft: integer('attempts_left').notNull(),
    fallback: jsonb('fallback').notNull(),
    deliveries: jsonb('deliveries').notNull(),
    to: text('to'),
    masked: text('masked').notNull(),
    numberHash: text('number_hash').notNull(),
    region: text('region').notNull(),
    scope: text('scope').notNull(),
    locale: text('locale').notNull(),
    details: text('details'),
    message: text('message'),
    codeLength: integer('code_length').notNull(),
    secretId: text('secret_id').notNull(),
    from: text('from_number'),
    carrier: text('carrier'),
    extension: text('extension'),
    metadata: jsonb('metadata').notNull(),
    /** The number's hash while a call is on the line: unique, so a number has one live call whoever asks. */
    liveNumber: text('live_number'),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    endedAt: moment('ended_at'),
    outcomeVersion: integer('outcome_version'),
    wakeAt: moment('wake_at'),
  },
  (table) => [
    uniqueIndex('challenges_one_live_call').on(table.liveNumber).where(sql`${table.liveNumber} is not null`),
    index('challenges_wake_at').on(table.wakeAt).where(sql`${table.wakeAt} is not null`),
    index('challenges_to_forget')
      .on(table.endedAt)
      .where(sql`${table.endedAt} is not null and ${table.to} is not null`)
      .concurrently(),
    check(
      'challenges_outcome_is_whole',
      sql`(${table.status} = 'pending') = (${table.reason} is null) and (${table.status} = 'pending') = (${table.endedAt} is null) and (${table.status} = 'pending') = (${table.outcomeVersion} is null)`,
    ),
    check('challenges_budget', sql`${table.attemptsLeft} >= 0`),
  ],
)

/** The ledger: one line for each version of a challenge. A trigger refuses to change or delete any. */
export const events = pgTable(
  'events',
  {
    challengeId: text('challenge_id').notNull(),
    version: integer('version').notNull(),
    deliveryId: text('delivery_id'),
    type: text('type').notNull(),
    data: jsonb('data').notNull(),
    at: moment('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.challengeId, table.version] })],
)

/** What the app is still to be told. `next_at` is also the lease: null once delivered or given up. */
export const outbox = pgTable(
  'outbox',
  {
    id: text('id').primaryKey(),
    challengeId: text('challenge_id').notNull(),
    type: text('type').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    nextAt: moment('next_at').defaultNow(),
    tries: integer('tries').notNull().default(0),
    lastError: text('last_error'),
    deliveredAt: moment('delivered_at'),
    failedAt: moment('failed_at'),
  },
  (table) => [
    index('outbox_next_at').on(table.nextAt).where(sql`${table.nextAt} is not null`),
    index('outbox_failed_at').on(table.failedAt).where(sql`${table.failedAt} is not null`),
    index('outbox_delivered_at').on(table.deliveredAt).where(sql`${table.deliveredAt} is not null`).concurrently(),
    index('outbox_untold').on(table.challengeId).where(sql`${table.nextAt} is not null`).concurrently(),
  ],
)

/** Where the app's webhook answered that it is gone, by a hash of its URL. */
export const closedEndpoints = pgTable('closed_endpoints', {
  endpoint: text('endpoint').primaryKey(),
  closedAt: moment('closed_at').notNull().defaultNow(),
})

export const idempotency = pgTable(
  'idempotency',
  {
    serviceId: text('service_id').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    challengeId: text('challenge_id'),
    /** The answer as text, since jsonb would reorder it. */
    body: text('body'),
    /** When the request now in hand took it up. */
    heldAt: moment('held_at').notNull().defaultNow(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.serviceId, table.key] }),
    index('idempotency_created_at').on(table.createdAt),
  ],
)

/** Fixed windows that open at their first use. */
export const counters = pgTable(
  'counters',
  {
    key: text('key').notNull(),
    seconds: integer('seconds').notNull(),
    count: integer('count').notNull(),
    endsAt: moment('ends_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.seconds] }), index('counters_ends_at').on(table.endsAt)],
)

/** When each channel last reached a number. */
export const reach = pgTable(
  'reach',
  {
    numberHash: text('number_hash').notNull(),
    channel: text('channel').notNull(),
    reachedAt: moment('reached_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.numberHash, table.channel] })],
)

/** When each carrier account may next be asked for a call. */
export const pace = pgTable('pace', {
  carrier: text('carrier').primaryKey(),
  freeAt: moment('free_at').notNull(),
})
