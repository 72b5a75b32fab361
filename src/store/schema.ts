// The tables. What the code knows of a row is inferred from here and guard-schema.ts: a new column is written down once.
//
// No foreign keys: rows that belong together are written by one statement, and a key check would lock the parent row.
//
// Ended challenges stay in the table of the pending ones, which are as fast beside ten million of them: ids grow with time,
// so new entries go to the end of each index, and an ended challenge has no entry in the indexes of what is going on. Old
// rows are deleted in batches (retention.ts) and not dropped as partitions: a role that may only write can't make one.

import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { AskerHashes } from '../domain/asker-hashes.ts'
import type {
  CarrierName,
  ChallengeId,
  Channel,
  Delivery,
  DeliveryId,
  E164,
  Flow,
  Initiator,
  Outcome,
  Status,
} from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'

/** ISO 8601 in the code: both drivers parse it so. */
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' })

/** Which columns are the state and which the request: challenge-record.ts. */
export const challenges = pgTable(
  'challenges',
  {
    id: text('id').$type<ChallengeId>().primaryKey(),
    serviceId: text('service_id').notNull(),
    version: integer('version').notNull(),
    status: text('status').$type<Status>().notNull(),
    reason: text('reason').$type<Outcome['reason']>(),
    flow: text('flow').$type<Flow>().notNull(),
    codeDisclosed: boolean('code_disclosed').notNull(),
    attemptsLeft: integer('attempts_left').notNull(),
    fallback: jsonb('fallback').$type<Channel[]>().notNull(),
    deliveries: jsonb('deliveries').$type<Delivery[]>().notNull(),
    /** `null` once retention has removed it. */
    to: text('to').$type<E164>(),
    /** `+1••••••0123`: what pages, logs and webhooks may show. */
    maskedNumber: text('masked_number').notNull(),
    /** Keyed hash of the number, under the secret that `secretId` names. */
    numberHash: text('number_hash').notNull(),
    /** Who asks, as far as the app says: keyed hashes, under each secret listed at the creation. */
    askerHashes: jsonb('asker_hashes').$type<AskerHashes>(),
    region: text('region').notNull(),
    scope: text('scope').notNull(),
    locale: text('locale').$type<Locale>().notNull(),
    details: text('details'),
    message: text('message'),
    codeLength: integer('code_length').notNull(),
    sharedPhrase: boolean('shared_phrase').notNull(),
    /** It is called and texted only while a page is connected: page-leases.ts. */
    requireWaiter: boolean('require_waiter').notNull(),
    initiatedBy: text('initiated_by').$type<Initiator>().notNull(),
    /** Which master secret the code and the page token derive from. */
    secretId: text('secret_id').notNull(),
    from: text('from_number').$type<E164>(),
    /** The only carrier allowed, when the app pins one. */
    carrier: text('carrier').$type<CarrierName>(),
    extension: text('extension'),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull(),
    /** What the last delivery was counted against, while it may be given back. Only written and read whole. */
    charge: json('charge').$type<ChargedCounter[]>(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    endedAt: time('ended_at'),
    /** The version that bore the outcome; it may have grown since, when the delivery ended. */
    outcomeVersion: integer('outcome_version'),
    /** When the app used the approval, which it can once, and under which `Idempotency-Key`. */
    consumedAt: time('consumed_at'),
    consumptionKey: text('consumption_key'),
    nextCheckAt: time('next_check_at'),
    /** Where the check was put off since: in no index, so that an update which moves nothing else stays on its page. */
    checkPutOffTo: time('check_put_off_to'),
    /** One line for each version, only ever added to: ledger.ts. Last, since it is the only column that is not read with a row. */
    ledger: text('ledger').notNull(),
  },
  (table) => [
    // By the day first: an index that begins with the hash has a page of its own for each new entry, among as many pages as
    // there are of all that is kept.
    index('challenges_day_number_hash_created_at').on(
      sql`((${table.createdAt} at time zone 'UTC')::date)`,
      table.numberHash,
      table.createdAt,
    ),
    index('challenges_service_id_created_at').on(table.serviceId, table.createdAt),
    index('challenges_next_check_at').on(table.nextCheckAt).where(sql`${table.nextCheckAt} is not null`),
    index('challenges_with_number_ended_at')
      .on(table.endedAt)
      .where(sql`${table.endedAt} is not null and ${table.to} is not null`),
    index('challenges_ended_at').on(table.endedAt).where(sql`${table.endedAt} is not null`),
    check(
      'challenges_outcome_complete',
      sql`(${table.status} = 'pending') = (${table.reason} is null) and (${table.status} = 'pending') = (${table.endedAt} is null) and (${table.status} = 'pending') = (${table.outcomeVersion} is null)`,
    ),
    check('challenges_attempts_left', sql`${table.attemptsLeft} >= 0`),
  ],
)

/**
 * The numbers that a call is placing to, ringing or answered at. A number has one active call, whichever secrets an
 * instance lists while they are rotated: each hash that it knows of the number is held.
 */
export const activeCalls = pgTable(
  'active_calls',
  {
    numberHash: text('number_hash').primaryKey(),
    challengeId: text('challenge_id').$type<ChallengeId>().notNull(),
  },
  (table) => [index('active_calls_challenge_id').on(table.challengeId)],
)

/** The ledger, a row for each line: ledger.ts has how they are written. */
export const challengeEvents = pgView('challenge_events', {
  challengeId: text('challenge_id').$type<ChallengeId>().notNull(),
  version: integer('version').notNull(),
  at: time('at').notNull(),
  deliveryId: text('delivery_id').$type<DeliveryId>(),
  type: text('type').notNull(),
  data: jsonb('data').$type<Record<string, string | number | boolean | null>>().notNull(),
}).as(sql`
  select challenges.id as challenge_id, numbered.version::integer as version,
    timestamptz 'epoch' + (line.entry ->> 0)::bigint * interval '1 microsecond' as at,
    challenges.deliveries -> (line.entry ->> 2)::integer ->> 'id' as delivery_id,
    line.entry ->> 1 as type, line.entry -> 3 as data
  from challenges
  cross join lateral unnest(string_to_array(challenges.ledger, chr(10))) with ordinality as numbered (text, version)
  cross join lateral (select numbered.text::jsonb as entry) as line`)

/** Messages to the app. `next_at` is also the lease: null once delivered or given up. */
export const outbox = pgTable(
  'outbox',
  {
    id: text('id').$type<`msg_${string}`>().primaryKey(),
    /** Whose endpoint gets it. */
    serviceId: text('service_id').notNull(),
    challengeId: text('challenge_id').$type<ChallengeId>(),
    type: text('type').notNull(),
    until: time('until'),
    /** What is pushed, where it is of no challenge. */
    body: jsonb('body').$type<Record<string, string | null>>(),
    createdAt: time('created_at').notNull().defaultNow(),
    nextAt: time('next_at').defaultNow(),
    tries: integer('tries').notNull().default(0),
    lastError: text('last_error'),
    deliveredAt: time('delivered_at'),
    failedAt: time('failed_at'),
  },
  (table) => [
    index('outbox_service_id_next_at').on(table.serviceId, table.nextAt).where(sql`${table.nextAt} is not null`),
    index('outbox_failed_at').on(table.failedAt).where(sql`${table.failedAt} is not null`),
    index('outbox_delivered_at').on(table.deliveredAt).where(sql`${table.deliveredAt} is not null`),
    index('outbox_pending_challenge_id').on(table.challengeId).where(sql`${table.nextAt} is not null`),
  ],
)

/** Webhook endpoints that answered 410, by a hash of the URL. */
export const disabledEndpoints = pgTable('disabled_endpoints', {
  endpoint: text('endpoint').primaryKey(),
  disabledAt: time('disabled_at').notNull().defaultNow(),
})

export const idempotency = pgTable(
  'idempotency',
  {
    serviceId: text('service_id').notNull(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    challengeId: text('challenge_id').$type<ChallengeId>().notNull(),
    /** The answer as text, since jsonb would reorder it. */
    body: text('body'),
    /** When the request that is to answer took the key. */
    claimedAt: time('claimed_at').notNull().defaultNow(),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.serviceId, table.key] }),
    index('idempotency_created_at').on(table.createdAt),
    index('idempotency_with_body_created_at').on(table.createdAt).where(sql`${table.body} is not null`),
  ],
)

/**
 * One unit in each of these windows of a counter of `rateLimitCounters`; their starts tell which they were. Without names,
 * since every challenge bears several of them until its phone rings.
 */
export type ChargedCounter = readonly [key: string, seconds: readonly number[], starts: readonly number[]]

/** Fixed windows that open at their first use: all of a key in one row, since each row costs a creation time of the database. */
export const rateLimitCounters = pgTable(
  'rate_limit_counters',
  {
    key: text('key').primaryKey(),
    /** The length of each window, and in the same place of the others its count and its start in microseconds since 1970. */
    seconds: integer('seconds').array().notNull(),
    counts: integer('counts').array().notNull(),
    starts: bigint('starts', { mode: 'number' }).array().notNull(),
    /** Of the one that is open for longest. */
    endsAt: time('ends_at').notNull(),
  },
  (table) => [index('rate_limit_counters_ends_at').on(table.endsAt)],
)

/** When each carrier account may next be asked for a call, or a message. Its lanes share the rate: carrier-slots.ts. */
export const carrierRateSlots = pgTable(
  'carrier_rate_slots',
  {
    carrier: text('carrier').$type<CarrierName>().notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    lane: integer('lane').notNull(),
    freeAt: time('free_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.carrier, table.channel, table.lane] })],
)

/** One row that the readiness check writes: a standby, or a server without disk, answers reads all the same. */
export const readiness = pgTable('readiness', {
  id: integer('id').primaryKey(),
  checkedAt: time('checked_at').notNull(),
})
