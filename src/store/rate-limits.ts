// So many of something in so many seconds, counted for all instances together. A delivery is counted by the statement that
// saves it and given back by the one that saves its end (challenge-statements.ts): neither happens without the other.

import { sql } from 'drizzle-orm'
import type { Quota } from '../domain/rate-limit.ts'
import type { Database } from './database.ts'
import { failureCounters, numberOwners } from './guard-schema.ts'
import { APPLIES, OWNER } from './number-owners.ts'
import { isKnown } from './orm.ts'
import { rateLimitCounters } from './schema.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** The key names what is counted (`number:<hash>`); with the window's length it is one counter. */
export type Limit = {
  key: string
  max: number
  seconds: number
  /** What a delivery adds: 1, or 0 where something else is counted that stops deliveries. */
  units?: 0
  /** Only for one who has proved the number, or only for one who has not. */
  ofOwner?: boolean
}

/** A key of failure counters, which must not be locked. */
export type Lock = { key: string; ofOwner?: boolean }

/** Seconds until the counter's window, or a lock, is over. `quota`: of a counter. */
export type ExhaustedLimit = { key: string; retryAfter: number; quota: Quota | null }

/** What a delivery counts against, and what may keep it from beginning. */
export type DeliveryAdmission = {
  /** The keys by which one who asks is known to have proved the number. */
  owner: readonly string[]
  consume: readonly Limit[]
  locks: readonly Lock[]
}

export function admissionValues({ owner, consume, locks }: DeliveryAdmission) {
  return { owner: JSON.stringify(owner), limits: JSON.stringify(consume), locks: JSON.stringify(locks) }
}

export type RateLimits = {
  /** Deletes the windows that are over. */
  sweep(): Promise<void>
}

export function rateLimits(database: Database): RateLimits {
  return {
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

/** Parts of a statement that starts a delivery: who asks, and which locks hold for them. */
export const ASKER = sql`
  ${OWNER}, lock_keys as (
    select key from jsonb_to_recordset(${sql.placeholder('locks')}::text::jsonb) as t (key text, "ofOwner" boolean)
    where ${APPLIES}
  )`

export const secondsUntil = (time: string) => sql`greatest(1, ceil(extract(epoch from ${sql.raw(time)} - now())))::int`

/** What failures in a row have locked (failure-counters.ts). A row that is locked is read as its last holder left it. */
const LOCKS = sql`
  select key, locked_until as ends_at from (
    select counter.key, counter.locked_until
    from (select key from lock_keys order by key) as wanted, lateral (
      select * from ${failureCounters} as counter where counter.key = wanted.key for share
    ) as counter
  ) as failing where locked_until > now()`

/** A window begins with its first unit, and again when it is over or all its units were given back. */
const IS_OPEN = sql`(counter.ends_at > now() and counter.count > 0)`

/**
 * Part of a statement that starts a delivery: `admitted` has a row when no counter is exhausted and `refused`
 * (number-rules.ts) has none. The counters are only read: what is exhausted is refused without holding a row. Each is
 * looked up by itself: of a join with the limits, which it takes for a hundred rows, the planner makes a scan of the whole
 * table.
 */
export const ADMITTED = sql`
  counters as (
    select limits.key, limits.seconds, limits.max, coalesce(limits.units, 1) as units, counter.count, counter.ends_at
    from jsonb_to_recordset(${sql.placeholder('limits')}::text::jsonb)
      as limits (key text, seconds int, max int, units int, "ofOwner" boolean)
    left join lateral (
      select counter.count, counter.ends_at from ${rateLimitCounters} as counter
      where counter.key = limits.key and counter.seconds = limits.seconds and ${IS_OPEN} limit 1
    ) as counter on true
    where ${APPLIES}
  ), locks as (
    ${LOCKS}
  ), exhausted as (
    select key as exhausted_key, ${secondsUntil('ends_at')} as retry_after, quota
    from (
      select key, coalesce(ends_at, now() + seconds * interval '1 second') as ends_at,
        jsonb_build_object('max', max, 'seconds', seconds) as quota
      from counters where coalesce(count, 0) >= max
      union all select key, ends_at, null from locks
    ) as stops
    order by ends_at desc limit 1
  ), admitted as (
    select where not exists (select from exhausted) and not exists (select from refused)
  )`

/**
 * And the part that counts it, when there is a row in `wanted`. Every statement writes its counters in one order, so no two
 * wait for each other. Postgres gives an `on conflict` the row as its last holder left it, without the second start of the
 * statement's plan that a `for update` costs whoever has waited. A counter that another statement has filled since it was
 * read is left as it is: `ALL_CONSUMED` is false then.
 */
export const CONSUMED = sql`
  consumed as (
    insert into ${rateLimitCounters} as counter (key, seconds, count, ends_at)
    select key, seconds, 1, now() + seconds * interval '1 second' from counters, wanted where units > 0 order by key, seconds
    on conflict (key, seconds) do update set
      count = case when ${IS_OPEN} then counter.count + 1 else 1 end,
      ends_at = case when ${IS_OPEN} then counter.ends_at else excluded.ends_at end
      where not ${IS_OPEN} or counter.count < (
        select max from counters where counters.key = counter.key and counters.seconds = counter.seconds)
    returning key, seconds, ends_at
  )`

export const ALL_CONSUMED = sql`(select count(*) from consumed) = (select count(*) from counters where units > 0)`

/**
 * The same in a statement that makes several challenges (insert-batch.ts): `limits` has a row for each counter of each in
 * `input`, and what it stands at.
 */
export const LIMITS_OF_EACH = sql`
  limits as (
    select input.item, asked.key, asked.seconds, asked.max, coalesce(asked.units, 1) as units, counter.count
    from input, lateral (
      select (${isKnown(sql`input.owner`, numberOwners, sql`known.ends_at > now()`)}) is true as proved
    ) as owner, lateral jsonb_to_recordset(input.limits)
      as asked (key text, seconds int, max int, units int, "ofOwner" boolean)
    left join lateral (
      select counter.count from ${rateLimitCounters} as counter
      where counter.key = asked.key and counter.seconds = asked.seconds and ${IS_OPEN} limit 1
    ) as counter on true
    where asked."ofOwner" is null or asked."ofOwner" = owner.proved
  )`

export const HAS_EXHAUSTED_ONE = sql`item = any (array(select item from limits where coalesce(count, 0) >= max))`

/** For the rows in `wanted`: what several have in common is counted once for each. It may be too much: `NONE_OVERRUN`. */
export const CONSUMED_TOGETHER = sql`
  needs as (
    select key, seconds, count(*)::int as units, min(max) as max
    from limits join wanted using (item) where units > 0 group by key, seconds
  ), consumed as (
    insert into ${rateLimitCounters} as counter (key, seconds, count, ends_at)
    select key, seconds, units, now() + seconds * interval '1 second' from needs order by key, seconds
    on conflict (key, seconds) do update set
      count = case when ${IS_OPEN} then counter.count else 0 end + excluded.count,
      ends_at = case when ${IS_OPEN} then counter.ends_at else excluded.ends_at end
    returning key, seconds, count, ends_at
  )`

export const NONE_OVERRUN = sql`
  not exists (select from consumed join needs using (key, seconds) where consumed.count > needs.max)`

const COUNTED = sql`jsonb_agg(jsonb_build_array(key, seconds, (extract(epoch from ends_at) * 1000000)::bigint))`

/** What was counted for each, as `CHARGE`. Made once: inlined, it would be made anew for each row that it is joined with. */
export const CHARGES = sql`
  charges as materialized (
    select item, ${COUNTED} as charge
    from limits join consumed using (key, seconds) join wanted using (item) where units > 0 group by item
  )`

/** What was counted, by the end of each window: another window of the same counter has another end. */
export const CHARGE = sql`(select ${COUNTED} from consumed)`

/** Part of a statement that saves a challenge: gives a charge back, as far as its windows are still open. */
export const REFUNDED = sql`
  refunded as (
    insert into ${rateLimitCounters} as counter (key, seconds, count, ends_at)
    select charged.key, charged.seconds, 0, charged.ends_at
    from challenge, jsonb_array_elements(${sql.placeholder('refund')}::text::jsonb) as counter, lateral (
      select counter ->> 0 as key, (counter ->> 1)::int as seconds,
        timestamptz 'epoch' + (counter ->> 2)::bigint * interval '1 microsecond' as ends_at
    ) as charged
    where charged.ends_at > now() order by key, seconds
    on conflict (key, seconds) do update set count = counter.count - 1
      where counter.count > 0 and counter.ends_at = excluded.ends_at
    returning key
  )`

const sweep = deletionOf(rateLimitCounters, sql`ends_at < now()`, sql`ends_at, key, seconds`)
