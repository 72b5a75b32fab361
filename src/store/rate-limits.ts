// So many of something in so many seconds, counted for all instances together. A delivery is counted by the statement that
// saves it and given back by the one that saves its end (challenge-statements.ts): neither happens without the other.

import { sql } from 'drizzle-orm'
import type { Quota } from '../domain/rate-limit.ts'
import type { Database } from './database.ts'
import { violates } from './database-errors.ts'
import { failureCounters } from './guard-schema.ts'
import { APPLIES, OWNER } from './number-owners.ts'
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

const LIMITS = sql`
  limits as (
    select key, seconds, max, coalesce(units, 1) as units
    from jsonb_to_recordset(${sql.placeholder('limits')}::text::jsonb)
      as t (key text, seconds int, max int, units int, "ofOwner" boolean)
    where ${APPLIES}
  )`

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

/**
 * Parts of a statement that counts a delivery. `admitted` has a row when no counter is exhausted and `refused`
 * (number-rules.ts) has none; `consumed` and `begun` count when there is a row in `challenge`. Every statement locks
 * counters in one order, and before any challenge, so no two wait for each other; a locked row is read as its last holder
 * left it. Each is looked up, and written, by itself: of a join with `limits`, which it takes for a hundred rows, the
 * planner makes a scan of the whole table. A counter that is not there yet is made with its first unit: when another
 * statement makes it meanwhile this one fails as a whole (`isCounterRace`), and is to be repeated.
 */
export const ADMITTED = sql`
  ${LIMITS}, locked as (
    select counter.* from (select key, seconds from limits order by key, seconds) as wanted, lateral (
      select counter.key, counter.seconds,
        case when counter.ends_at > now() then counter.count else 0 end as count,
        case when counter.ends_at > now() and counter.count > 0 then counter.ends_at
          else now() + counter.seconds * interval '1 second' end as ends_at
      from ${rateLimitCounters} as counter
      where counter.key = wanted.key and counter.seconds = wanted.seconds
      for update
    ) as counter
  ), counters as (
    select limits.key, limits.seconds, limits.max, limits.units, locked.key is null as is_new, coalesce(locked.count, 0) as count,
      coalesce(locked.ends_at, now() + limits.seconds * interval '1 second') as ends_at
    from limits left join locked using (key, seconds)
  ), locks as (
    ${LOCKS}
  ), exhausted as (
    select key as exhausted_key, ${secondsUntil('ends_at')} as retry_after, quota
    from (
      select key, ends_at, jsonb_build_object('max', max, 'seconds', seconds) as quota from counters where count >= max
      union all select key, ends_at, null from locks
    ) as stops
    order by ends_at desc limit 1
  ), admitted as (
    select where not exists (select from exhausted) and not exists (select from refused)
  )`

export const CONSUMED = sql`
  consumed as (
    insert into ${rateLimitCounters} (key, seconds, count, ends_at)
    select key, seconds, count + 1, ends_at from counters, challenge where not is_new and units > 0
    on conflict (key, seconds) do update set count = excluded.count, ends_at = excluded.ends_at
  ), begun as (
    insert into ${rateLimitCounters} (key, seconds, count, ends_at)
    select key, seconds, 1, ends_at from counters, challenge where is_new and units > 0 order by key, seconds
    returning key
  )`

export function isCounterRace(error: unknown): boolean {
  return violates(error, 'rate_limit_counters_key_seconds_pk')
}

/** What was counted, by the end of each window: another window of the same counter has another end. */
export const CHARGE = sql`
  (select jsonb_agg(jsonb_build_object('key', key, 'seconds', seconds, 'endsAt', ends_at)) from counters where units > 0)`

/** Parts of a statement that gives a charge back, as far as its windows are still open. */
export const REFUNDABLE = sql`
  refundable as (
    select counter.* from (
      select * from jsonb_to_recordset(${sql.placeholder('refund')}::text::jsonb)
        as charged (key text, seconds int, "endsAt" timestamptz)
      order by key, seconds
    ) as charged, lateral (
      select counter.key, counter.seconds, counter.count, counter.ends_at from ${rateLimitCounters} as counter
      where counter.key = charged.key and counter.seconds = charged.seconds
        and counter.count > 0 and counter.ends_at > now() and counter.ends_at = charged."endsAt"
      for update
    ) as counter
  )`

export const REFUNDED = sql`
  refunded as (
    insert into ${rateLimitCounters} (key, seconds, count, ends_at)
    select refundable.* from refundable, challenge
    on conflict (key, seconds) do update set count = excluded.count - 1
  )`

const sweep = deletionOf(rateLimitCounters, sql`ends_at < now()`, sql`ends_at, key, seconds`)
