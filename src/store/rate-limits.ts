// So many of something in so many seconds, counted for all instances together.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { rateLimitCounters } from './schema.ts'
import { untilNoneLeft } from './sweep.ts'

/** The key names what is counted (`number:<hash>`); with the window's length it is one counter. */
export type Limit = { key: string; max: number; seconds: number }

export type ConsumeResult = { ok: true } | { ok: false; key: string; retryAfter: number }

export type RateLimits = {
  /** Counts against every limit, or none when one of them is full; then it says which, and for how many seconds. */
  consume(limits: readonly Limit[]): Promise<ConsumeResult>
  /** Uncounts: what was counted did not happen. */
  refund(limits: readonly Limit[]): Promise<void>
  /** Deletes the windows that are over. */
  sweep(): Promise<void>
}

export function rateLimits(database: Database): RateLimits {
  return {
    async consume(limits) {
      if (limits.length === 0) return { ok: true }
      const values = { limits: JSON.stringify(limits) }
      for (let tries = 0; tries < TRIES; tries++) {
        await create(database, values)
        const [result] = await consume(database, values)
        // The sweep may have deleted a counter between the two statements.
        if (result?.locked !== limits.length) continue
        return result.key === null ? { ok: true } : { ok: false, key: result.key, retryAfter: result.retryAfter }
      }
      throw new Error('rate limit counters are deleted as fast as they are made')
    },
    async refund(limits) {
      if (limits.length > 0) await refund(database, { limits: JSON.stringify(limits) })
    },
    sweep: () => untilNoneLeft((limit) => sweep(database, { limit })),
  }
}

const TRIES = 10

const LIMITS = sql`
  limits as (
    select * from jsonb_to_recordset(${sql.placeholder('limits')}::text::jsonb) as t (key text, seconds int, max int)
  )`

// Only rows that exist can be locked, so they are made first, empty.
const create = statement(sql`
  with ${LIMITS}
  insert into ${rateLimitCounters} (key, seconds, count, ends_at)
  select key, seconds, 0, now() + seconds * interval '1 second' from limits order by key, seconds
  on conflict (key, seconds) do nothing`)

// Every statement locks rows in one order, so no two wait for each other; a locked row is read as its last holder left it.
const consume = statement<{ locked: number; key: string | null; retryAfter: number }>(sql`
  with ${LIMITS}, locked as (
    select counter.key, counter.seconds, limits.max,
      case when counter.ends_at > now() then counter.count else 0 end as count,
      case when counter.ends_at > now() then counter.ends_at
        else now() + counter.seconds * interval '1 second' end as ends_at
    from ${rateLimitCounters} as counter join limits using (key, seconds)
    order by counter.key, counter.seconds
    for update of counter
  ), exhausted as (
    select key, greatest(1, ceil(extract(epoch from ends_at - now())))::int as retry_after
    from locked where count >= max order by ends_at desc limit 1
  ), consumed as (
    update ${rateLimitCounters} as counter set count = locked.count + 1, ends_at = locked.ends_at from locked
    where counter.key = locked.key and counter.seconds = locked.seconds and not exists (select from exhausted)
  )
  select (select count(*)::int from locked) as locked, exhausted.key, exhausted.retry_after as "retryAfter"
  from (values (1)) as one_row left join exhausted on true`)

const refund = statement(sql`
  with ${LIMITS}, locked as (
    select counter.key, counter.seconds from ${rateLimitCounters} as counter join limits using (key, seconds)
    where count > 0 order by counter.key, counter.seconds for update of counter
  )
  update ${rateLimitCounters} as counter set count = count - 1 from locked
  where counter.key = locked.key and counter.seconds = locked.seconds and counter.count > 0`)

const sweep = statement(sql`
  delete from ${rateLimitCounters} where ctid = any (array(
    select ctid from ${rateLimitCounters} where ends_at < now()
    limit ${sql.placeholder('limit')} for update skip locked))
  returning key`)
