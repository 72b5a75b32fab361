// What is started, verified and spent, in rows of ten minutes: of a region, a carrier, a service, and of all. Each instance
// adds up in memory and writes about once a second. Only what a ceiling is enforced for is counted before it begins, and locks
// the row that all count in for as long as that statement takes.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'
import { guardTraffic } from './traffic-schema.ts'

/** `failed`: ended without being verified. What is under way is neither. `cost`: in ten thousandths. */
export type Traffic = { started: number; verified: number; failed: number; cost: number }

export type TrafficTotals = { key: string; hour: Traffic; day: Traffic }

/**
 * Of a region calls (`started`), of a service or all money (`cost`). `needed`: by what waits to begin. `more`: what may be used
 * soon, if there is plenty left. `base`: so many calls may be unverified beside those verified. `null`: no such ceiling.
 */
export type Reservation = { key: string; unit: 'started' | 'cost'; needed: number; more: number } & {
  [limit in 'base' | 'hourMax' | 'dayMax']: number | null
}

/** What is counted as begun or spent from now on, which may be less than needed, in which ten minutes, and what was counted before. */
export type Reserved = TrafficTotals & { granted: number; at: string }

export type GuardTraffic = {
  /**
   * Counts at once, as far as the ceilings allow, so what any instance begins of it is never too much. What is not used is to
   * be added with a minus.
   */
  reserve(reservations: readonly Reservation[]): Promise<Reserved[]>
  /** `since`: what is taken off was counted then, unless that is forgotten. ISO 8601. */
  add(traffic: readonly ({ key: string; since?: string | undefined } & Traffic)[]): Promise<void>
  /** Of every key that has had any in the last day. */
  totals(): Promise<TrafficTotals[]>
  /** Begins anew. */
  forget(key: string): Promise<void>
  /** Deletes what is older than a day. */
  sweep(): Promise<void>
}

export function guardTrafficStore(database: Database): GuardTraffic {
  return {
    async add(traffic) {
      if (traffic.length > 0) await add(database, { traffic: JSON.stringify(traffic) })
    },
    async reserve(reservations) {
      if (reservations.length === 0) return []
      for (;;) {
        const rows = await reserve(database, { asked: JSON.stringify(reservations) })
        const reserved = rows.flatMap(({ granted, ...row }) => (granted === null ? [] : { ...row, granted }))
        if (reserved.length === rows.length) return reserved
        // Only a row that exists can be locked.
        await add(database, { traffic: JSON.stringify(reservations.map(({ key }) => ({ key, ...NONE }))) })
      }
    },
    totals: () => totals(database),
    async forget(key) {
      await forget(database, { key })
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

const bucketOf = (time: string) => sql.raw(`date_bin('10 minutes', ${time}, 'epoch')`)

export const BUCKET = bucketOf('now()')

/** In one order, so that no two instances wait for each other; and what all count in is held for the shortest time. */
const LOCKED_IN_ORDER = sql.raw(`order by key = 'all', key like 'service:%', key`)

const NONE: Traffic = { started: 0, verified: 0, failed: 0, cost: 0 }

const COUNTS = ['started', 'verified', 'failed', 'cost']
const each = (part: (count: string) => string) => sql.raw(COUNTS.map(part).join(', '))

const add = statement(sql`
  with parts as (
    select *, date_bin('10 minutes', coalesce(since, now()), 'epoch') as at
    from jsonb_to_recordset(${sql.placeholder('traffic')}::text::jsonb)
      as traffic (key text, since timestamptz, started int, verified int, failed int, cost bigint)
  ), summed as (
    select key, at, ${each((count) => `sum(${count}) as ${count}`)}, bool_and(since is not null) as is_taken_off
    from parts group by key, at
  )
  insert into ${guardTraffic} as known (key, at, started, verified, failed, cost)
  select key, at, started, verified, failed, cost from summed
  where not is_taken_off or exists (select from ${guardTraffic} as kept where kept.key = summed.key and kept.at = summed.at)
  ${LOCKED_IN_ORDER}, at
  on conflict (key, at) do update set ${each((count) => `${count} = known.${count} + excluded.${count}`)}`)

const HOUR = (count: string) => `coalesce(sum(${count}) filter (where at > now() - interval '1 hour'), 0)`

const totals = statement<TrafficTotals>(sql`
  select key, json_build_object(${each((count) => `'${count}', ${HOUR(count)}`)}) as hour,
    json_build_object(${each((count) => `'${count}', sum(${count})`)}) as day
  from ${guardTraffic} where at > now() - interval '1 day' group by key`)

/** Of a statement that has waited for others the row of these ten minutes, and the one before, are as the others left them. */
const RECENT = sql`${BUCKET} - interval '10 minutes'`

// Two that ask for one key wait for each other: the rows in which either may count are locked, and to the older ones
// nothing is added. `granted` is null, and nothing is counted, where a row is not there yet. So it is where the ten minutes ended while the
// statement waited: it would not see the row in which others have counted meanwhile.
const reserve = statement<Omit<Reserved, 'granted'> & { granted: number | null }>(sql`
  with asked as (
    select * from jsonb_to_recordset(${sql.placeholder('asked')}::text::jsonb)
      as asked (key text, unit text, needed bigint, more bigint, base bigint, "hourMax" bigint, "dayMax" bigint)
  ), recent as (
    select kept.* from (select key from asked ${LOCKED_IN_ORDER}) as wanted, lateral (
      select * from ${guardTraffic} as kept where kept.key = wanted.key and kept.at >= ${RECENT} order by kept.at for update
    ) as kept
  ), counted as (
    select * from recent
    union all
    select older.* from (select count(*) from recent) as locked_first, asked, lateral (
      select * from ${guardTraffic} as older
      where older.key = asked.key and older.at < ${RECENT} and older.at > now() - interval '1 day'
    ) as older
  ), known as (
    select key, ${each((count) => `${HOUR(count)}::bigint as hour_${count}, sum(${count})::bigint as day_${count}`)}
    from counted group by key
  ), ready as (
    select missing = 0 and ${bucketOf('clock_timestamp()')} = ${BUCKET} as is_ready
    from (
      select count(*) filter (where recent.key is null) as missing
      from asked left join recent on recent.key = asked.key and recent.at = ${BUCKET}
    ) as all_locked
  ), possible as (
    select asked.*, ${each((count) => `hour_${count}, day_${count}`)},
      case unit when 'started' then base + day_verified - (hour_started - hour_verified)
        else least("hourMax" - hour_cost, "dayMax" - day_cost) end as possible
    from asked left join known on known.key = asked.key
  ), granted as (
    select key, unit, ${each((count) => `hour_${count}, day_${count}`)}, case when not is_ready then null
      when possible <= 0 then 0
      when possible <= needed then possible
      when possible - needed > 4 * more then needed + more
      else needed end as granted
    from possible, ready
  ), charged as (
    insert into ${guardTraffic} as known (key, at, started, verified, failed, cost)
    select key, ${BUCKET}, case unit when 'started' then granted else 0 end, 0, 0, case unit when 'cost' then granted else 0 end
    from granted where granted > 0 ${LOCKED_IN_ORDER}
    on conflict (key, at) do update set started = known.started + excluded.started, cost = known.cost + excluded.cost
  )
  select key, granted::float8 as granted, ${BUCKET} as at, json_build_object(${each((count) => `'${count}', hour_${count}`)}) as hour,
    json_build_object(${each((count) => `'${count}', day_${count}`)}) as day
  from granted`)

const forget = statement(sql`delete from ${guardTraffic} where key = ${sql.placeholder('key')}`)

const sweep = deletionOf(guardTraffic, sql`at < now() - interval '1 day'`, sql`at, key`)
