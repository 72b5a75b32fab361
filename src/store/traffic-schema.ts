// The tables of what the guard counts of the traffic, and of what it decided.

import { sql } from 'drizzle-orm'
import { bigint, boolean, date, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { CarrierName, ChallengeId, Channel } from '../domain/challenge.ts'
import type { RuleMode, TrafficRule } from '../domain/traffic-rule.ts'
import { time } from './schema.ts'

/** Calls and texts to numbers that differ only in their last four digits: prefix-traffic.ts. */
export const prefixTraffic = pgTable(
  'prefix_traffic',
  {
    prefix: text('prefix').primaryKey(),
    /** Of the number that was first. */
    region: text('region').notNull(),
    started: integer('started').notNull(),
    verified: integer('verified').notNull(),
    /** Of those started, how many ended without being verified. */
    failed: integer('failed').notNull(),
    /** How many went to a number close to one of those before. */
    neighbours: integer('neighbours').notNull(),
    /** The last four digits of the newest numbers. */
    suffixes: integer('suffixes').array().notNull(),
    halvedAt: time('halved_at').notNull(),
    rule: text('rule').$type<TrafficRule>(),
    blockedUntil: time('blocked_until'),
  },
  (table) => [
    index('prefix_traffic_halved_at').on(table.halvedAt),
    index('prefix_traffic_blocked_until').on(table.blockedUntil).where(sql`${table.blockedUntil} is not null`),
  ],
)

/** What was started, verified and spent in ten minutes, of a region, a carrier, a service, and of all: guard-traffic.ts. */
export const guardTraffic = pgTable(
  'guard_traffic',
  {
    /** `region:JM`, `carrier:twilio`, `service:<id>`, `all`. */
    key: text('key').notNull(),
    at: time('at').notNull(),
    started: integer('started').notNull(),
    verified: integer('verified').notNull(),
    failed: integer('failed').notNull(),
    /** Ten thousandths of the currency that the rate deck is in. */
    cost: bigint('cost', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.at] }), index('guard_traffic_at').on(table.at)],
)

/** What was started on a day (in UTC) and what it was taken to cost: spending.ts. */
export const spending = pgTable(
  'spending',
  {
    day: date('day', { mode: 'string' }).notNull(),
    serviceId: text('service_id').notNull(),
    carrier: text('carrier').$type<CarrierName>().notNull(),
    region: text('region').notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    count: integer('count').notNull(),
    /** In ten thousandths, as above. */
    cost: bigint('cost', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.serviceId, table.carrier, table.region, table.channel] })],
)

/** When a rule began to stand against a prefix, a region, a service or all, and when that ended: guard-trips.ts. */
export const guardTrips = pgTable(
  'guard_trips',
  {
    id: text('id').primaryKey(),
    rule: text('rule').$type<TrafficRule>().notNull(),
    /** `prefix:+1876555`, `region:JM`, `service:<id>`, `all`. */
    key: text('key').notNull(),
    mode: text('mode').$type<Exclude<RuleMode, 'off'>>().notNull(),
    reason: text('reason').notNull(),
    beganAt: time('began_at').notNull().defaultNow(),
    until: time('until').notNull(),
    endedAt: time('ended_at'),
    endReason: text('end_reason'),
    /** How many creations and redeliveries it has refused, or would have. */
    decisions: integer('decisions').notNull().default(0),
  },
  (table) => [
    uniqueIndex('guard_trips_standing').on(table.rule, table.key).where(sql`${table.endedAt} is null`),
    index('guard_trips_ended_at').on(table.endedAt).where(sql`${table.endedAt} is not null`),
  ],
)

/** Deliveries that a rule refused, or would have refused where it only records; of one trip the first ones. */
export const guardDecisions = pgTable(
  'guard_decisions',
  {
    id: text('id').primaryKey(),
    at: time('at').notNull().defaultNow(),
    rule: text('rule').$type<TrafficRule>().notNull(),
    /** What the rule stands against: the key of a trip. */
    key: text('key').notNull(),
    /** `false`: the rule only records. */
    refused: boolean('refused').notNull(),
    reason: text('reason').notNull(),
    serviceId: text('service_id').notNull(),
    numberHash: text('number_hash').notNull(),
    shown: text('shown').notNull(),
    /** `null`: it was never made. */
    challengeId: text('challenge_id').$type<ChallengeId>(),
  },
  (table) => [
    index('guard_decisions_at').on(table.at),
    index('guard_decisions_number_hash').on(table.numberHash),
    index('guard_decisions_challenge_id').on(table.challengeId).where(sql`${table.challengeId} is not null`),
  ],
)

/** What a carrier was seen to ask for a minute, or a text, to numbers that begin so. */
export const learntPrices = pgTable(
  'learnt_prices',
  {
    carrier: text('carrier').$type<CarrierName>().notNull(),
    /** The deck's entry, or longer: rate-deck.ts. */
    prefix: text('prefix').notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    price: integer('price').notNull(),
    seenAt: time('seen_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.carrier, table.prefix, table.channel] })],
)
