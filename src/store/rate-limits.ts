// So many of something in so many seconds, counted for all instances together. A delivery is counted by the statement that
// saves it and given back by the one that saves its end (challenge-statements.ts): neither happens without the other.

import { type SQL, sql } from 'drizzle-orm'
import type { Quota } from '../domain/rate-limit.ts'
import type { Database } from './database.ts'
import { failureCounters, numberOwners } from './guard-schema.ts'
import { APPLIES, OWNER } from './number-owners.ts'
import { isKnown } from './orm.ts'
import { type ChargedCounter, rateLimitCounters } from './schema.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** The key names what is counted (`number:<hash>`): one row, in which each rate has a window. */
export type Limit = {
  key: string
  /** At least one, of each length one. */
  rates: readonly Quota[]
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
  return { owner: JSON.stringify(owner), limits: JSON.stringify(limitRows(consume)), locks: JSON.stringify(locks) }
}

/** As the statements take them: an array for each column of the windows. */
export function limitRows(limits: readonly Limit[]) {
  return limits.map(({ rates, ...limit }) => ({
    ...limit,
    seconds: rates.map(({ seconds }) => seconds),
    max: rates.map(({ max }) => max),
  }))
}

export function refundValues(refund: readonly ChargedCounter[]): { refund: string } {
  return { refund: JSON.stringify(refund.map(([key, seconds, starts]) => ({ key, seconds, starts }))) }
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

/** In microseconds since 1970, as windows are kept: made once for a statement. */
export const NOW = sql`(select (extract(epoch from now()) * 1000000)::bigint)`

const ASKED_COLUMNS = sql`(key text, seconds int[], max int[], units int, "ofOwner" boolean)`

export const end = (window: string) => sql.raw(`${window}.start + ${window}.seconds * 1000000::bigint`)
export const timeOf = (microseconds: SQL) => sql`timestamptz 'epoch' + (${microseconds}) * interval '1 microsecond'`

/** The windows of the row `counter`. One begins with its first unit, and again when it is over or all its units were given back. */
export const OPEN = sql`(
      select * from unnest(counter.seconds, counter.counts, counter.starts) as kept (seconds, count, start)
      where kept.count > 0 and ${end('kept')} > ${NOW}
    ) as open`

/**
 * What a limit that is `asked` stands at: of its rates that are exhausted the one that is so for longest; one of none at all
 * always is. Each counter is looked up by itself: of a join with the limits, which it takes for a hundred rows, the planner
 * makes a scan of the whole table. Where there is none yet, nothing is compared.
 */
const LOOKED_UP = sql`
    left join lateral (
      select full_window.* from ${rateLimitCounters} as counter, lateral (
        select ${timeOf(end('open'))} as ends_at, jsonb_build_object('max', rate.max, 'seconds', rate.seconds) as quota
        from unnest(asked.seconds, asked.max) as rate (seconds, max) join ${OPEN} using (seconds)
        where open.count >= rate.max
      ) as full_window
      where counter.key = asked.key
      union all
      select now() + rate.seconds * interval '1 second', jsonb_build_object('max', rate.max, 'seconds', rate.seconds)
      from unnest(asked.seconds, asked.max) as rate (seconds, max) where 0 >= any (asked.max) and 0 >= rate.max
      order by 1 desc limit 1
    ) as stop on true`

/**
 * Part of a statement that starts a delivery: `admitted` has a row when no counter is exhausted and `refused`
 * (number-rules.ts) has none. The counters are only read: what is exhausted is refused without holding a row.
 */
export const ADMITTED = sql`
  limits as (
    select asked.key, asked.seconds, asked.max, coalesce(asked.units, 1) as units, stop.ends_at, stop.quota
    from jsonb_to_recordset(${sql.placeholder('limits')}::text::jsonb) as asked ${ASKED_COLUMNS} ${LOOKED_UP}
    where ${APPLIES}
  ), locks as (
    ${LOCKS}
  ), exhausted as (
    select key as exhausted_key, ${secondsUntil('ends_at')} as retry_after, quota
    from (
      select key, ends_at, quota from limits where quota is not null
      union all select key, ends_at, null from locks
    ) as stops
    order by ends_at desc limit 1
  ), admitted as (
    select where not exists (select from exhausted) and not exists (select from refused)
  )`

/**
 * And the part that counts it, when there is a row in `wanted`. Every statement writes its counters in one order, so no two
 * wait for each other. Postgres gives an `on conflict` the row as its last holder left it, without the second start of the
 * statement's plan that a `for update` costs who has waited. What is asked for comes first in a row, then what others ask for
 * and is still open; what is over is left out.
 */
const COUNTED = sql`
  consumed as (
    insert into ${rateLimitCounters} as counter (key, seconds, counts, starts, ends_at)
    select key, seconds, array_fill(units, array[cardinality(seconds)]), array_fill(${NOW}, array[cardinality(seconds)]),
      now() + (select max(length) from unnest(seconds) as length) * interval '1 second'
    from needs order by key
    on conflict (key) do update set (seconds, counts, starts, ends_at) = (
      select array_agg(seconds), array_agg(count), array_agg(start), ${timeOf(sql`max(${end('merged')})`)}
      from (
        select seconds, coalesce(open.count, 0) + coalesce(asked.count, 0) as count, coalesce(open.start, asked.start) as start
        from unnest(excluded.seconds, excluded.counts, excluded.starts) with ordinality
          as asked (seconds, count, start, place) full join ${OPEN} using (seconds)
        order by place
      ) as merged
    )
    returning key, counts, starts
  )`

export const CONSUMED = sql`
  needs as (
    select key, seconds, max, 1 as units from limits, wanted where units > 0
  ), ${COUNTED}`

/** Not where another statement has counted the last one since that was read. */
export const ALL_CONSUMED = sql`
  not exists (
    select from needs left join consumed using (key)
    where case when needs.units = all (consumed.counts) then needs.units > any (needs.max)
      else consumed.key is null or exists (
        select from unnest(consumed.counts, needs.max) as rate (count, max) where rate.count > rate.max) end)`

/**
 * The same in a statement that makes several challenges (insert-batch.ts): `limits` has a row for each counter of each in
 * `input`, and what it stands at.
 */
export const LIMITS_OF_EACH = sql`
  limits as (
    select input.item, asked.key, asked.seconds, asked.max, coalesce(asked.units, 1) as units,
      stop.quota is not null as is_exhausted
    from input, lateral (
      select (${isKnown(sql`input.owner`, numberOwners, sql`known.ends_at > now()`)}) is true as proved
    ) as owner, lateral jsonb_to_recordset(input.limits) as asked ${ASKED_COLUMNS} ${LOOKED_UP}
    where asked."ofOwner" is null or asked."ofOwner" = owner.proved
  )`

export const HAS_EXHAUSTED_ONE = sql`item = any (array(select item from limits where is_exhausted))`

/** For the rows in `wanted`: what several have in common is counted once for each. It may be too much: `ALL_CONSUMED`. */
export const CONSUMED_TOGETHER = sql`
  needs as (
    select key, seconds, max, count(*)::int as units from limits join wanted using (item) where units > 0 group by 1, 2, 3
  ), ${COUNTED}`

const CHARGED = sql`
  json_agg(json_build_array(key, limits.seconds, consumed.starts[:cardinality(limits.seconds)]))`

/** What was counted for each, as `CHARGE`. Made once: inlined, it would be made anew for each row that it is joined with. */
export const CHARGES = sql`
  charges as materialized (
    select item, ${CHARGED} as charge
    from limits join consumed using (key) join wanted using (item) where units > 0 group by item
  )`

/** What was counted, by the start of each window: another window of the same counter has another start. */
export const CHARGE = sql`(select ${CHARGED} from limits join consumed using (key))`

/** Part of a statement that saves a challenge: gives a charge back, as far as its windows are still open. */
export const REFUNDED = sql`
  refunded as (
    insert into ${rateLimitCounters} as counter (key, seconds, counts, starts, ends_at)
    select charged.key, charged.seconds, array[]::int[], charged.starts, now()
    from challenge, jsonb_to_recordset(${sql.placeholder('refund')}::text::jsonb)
      as charged (key text, seconds int[], starts bigint[])
    where exists (select from unnest(charged.seconds, charged.starts) as kept (seconds, start) where ${end('kept')} > ${NOW})
    order by key
    on conflict (key) do update set counts = array(
      select kept.count - case when kept.count > 0 and exists (
        select from unnest(excluded.seconds, excluded.starts) as charged (seconds, start)
        where charged.seconds = kept.seconds and charged.start = kept.start) then 1 else 0 end
      from unnest(counter.seconds, counter.counts, counter.starts) with ordinality as kept (seconds, count, start, place)
      order by place
    )
    where counter.starts && excluded.starts
    returning key
  )`

const sweep = deletionOf(rateLimitCounters, sql`ends_at < now()`, sql`ends_at, key`)
