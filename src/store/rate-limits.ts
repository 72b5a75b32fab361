// So many of something in so many seconds, counted for all instances together. A delivery is counted by the statement that
// saves it and given back by the one that saves its end (challenge-statements.ts): neither happens without the other.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { rateLimitCounters } from './schema.ts'
import { OF_BATCH, untilNoneLeft } from './sweep.ts'

/** The key names what is counted (`number:<hash>`); with the window's length it is one counter. */
export type Limit = { key: string; max: number; seconds: number }

/** Seconds until the counter's window is over. */
export type ExhaustedLimit = { key: string; retryAfter: number }

export type RateLimits = {
  /** Whether one of the limits is exhausted, and which for longest. Counts nothing. */
  check(limits: readonly Limit[]): Promise<ExhaustedLimit | null>
  /** Deletes the windows that are over. */
  sweep(): Promise<void>
}

export function rateLimits(database: Database): RateLimits {
  return {
    async check(limits) {
      if (limits.length === 0) return null
      const [exhausted] = await check(database, { limits: JSON.stringify(limits) })
      return exhausted ?? null
    },
    sweep: () => untilNoneLeft((batch) => sweep(database, batch)),
  }
}

export async function createCounters(database: Database, limits: readonly Limit[]): Promise<void> {
  await create(database, { limits: JSON.stringify(limits) })
}

const LIMITS = sql`
  limits as (
    select * from jsonb_to_recordset(${sql.placeholder('limits')}::text::jsonb) as t (key text, seconds int, max int)
  )`

const CREATED = sql`
  insert into ${rateLimitCounters} (key, seconds, count, ends_at)
  select key, seconds, 0, now() + seconds * interval '1 second' from limits order by key, seconds
  on conflict (key, seconds) do nothing`

const create = statement(sql`with ${LIMITS} ${CREATED}`)

const secondsUntil = (time: string) => sql`greatest(1, ceil(extract(epoch from ${sql.raw(time)} - now())))::int`

// Only rows that exist can be locked, so the counters of the delivery that is about to be saved are made here, empty.
const check = statement<ExhaustedLimit>(sql`
  with ${LIMITS}, created as (${CREATED})
  select key, ${secondsUntil('ends_at')} as "retryAfter"
  from ${rateLimitCounters} join limits using (key, seconds)
  where count >= max and ends_at > now() order by ends_at desc limit 1`)

/**
 * Parts of a statement that counts a delivery. `admitted` has a row when every counter is there and none is exhausted;
 * `consumed` counts when there is a row in `challenge`. Every statement locks counters in one order, and before any
 * challenge, so no two wait for each other; a locked row is read as its last holder left it.
 */
export const ADMITTED = sql`
  ${LIMITS}, locked as (
    select counter.key, counter.seconds, limits.max,
      case when counter.ends_at > now() then counter.count else 0 end as count,
      case when counter.ends_at > now() and counter.count > 0 then counter.ends_at
        else now() + counter.seconds * interval '1 second' end as ends_at
    from ${rateLimitCounters} as counter join limits using (key, seconds)
    order by counter.key, counter.seconds
    for update of counter
  ), exhausted as (
    select key as exhausted_key, ${secondsUntil('ends_at')} as retry_after
    from locked where count >= max order by ends_at desc limit 1
  ), admitted as (
    select where (select count(*) from locked) = (select count(*) from limits) and not exists (select from exhausted)
  )`

export const CONSUMED = sql`
  consumed as (
    update ${rateLimitCounters} as counter set count = locked.count + 1, ends_at = locked.ends_at from locked, challenge
    where counter.key = locked.key and counter.seconds = locked.seconds
  )`

/** What was counted, by the end of each window: another window of the same counter has another end. */
export const CHARGE = sql`
  (select jsonb_agg(jsonb_build_object('key', key, 'seconds', seconds, 'endsAt', ends_at)) from locked)`

/** Parts of a statement that gives a charge back, as far as its windows are still open. */
export const REFUNDABLE = sql`
  refundable as (
    select counter.key, counter.seconds
    from jsonb_to_recordset(${sql.placeholder('refund')}::text::jsonb) as charged (key text, seconds int, "endsAt" timestamptz)
    join ${rateLimitCounters} as counter using (key, seconds)
    where counter.count > 0 and counter.ends_at > now() and counter.ends_at = charged."endsAt"
    order by counter.key, counter.seconds
    for update of counter
  )`

export const REFUNDED = sql`
  refunded as (
    update ${rateLimitCounters} as counter set count = counter.count - 1 from refundable, challenge
    where counter.key = refundable.key and counter.seconds = refundable.seconds
  )`

const sweep = statement(sql`
  delete from ${rateLimitCounters} where ctid = any (array(
    select ctid from ${rateLimitCounters} where ends_at < now()
    order by ends_at ${OF_BATCH} for update skip locked))
  returning key`)
