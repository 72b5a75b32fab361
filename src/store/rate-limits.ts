// So many of something in so many seconds, counted for all instances together.

import type { Database } from './database.ts'

/** The key names what is counted (`number:<hash>`); with the window's length it is one counter. */
export type Limit = { key: string; max: number; seconds: number }

export type ConsumeResult = { ok: true } | { ok: false; key: string; retryAfter: number }

export type RateLimits = {
  /** Charges every limit, or none when one of them is full; then it says which, and for how many seconds. */
  consume(limits: readonly Limit[]): Promise<ConsumeResult>
  /** Takes a charge back: what was counted never came to be. */
  refund(limits: readonly Limit[]): Promise<void>
  /** Forgets the windows that are over. */
  sweep(): Promise<void>
}

export function rateLimits({ query }: Database): RateLimits {
  return {
    async consume(limits) {
      if (limits.length === 0) return { ok: true }
      const asked = JSON.stringify(limits)
      for (let tries = 0; tries < TRIES; tries++) {
        await query(OPEN, [asked])
        const [charge] = await query<{ held: number; key: string | null; retryAfter: number }>(CHARGE, [asked])
        // The sweeper may have taken a counter between the two statements.
        if (charge?.held !== limits.length) continue
        return charge.key === null ? { ok: true } : { ok: false, key: charge.key, retryAfter: charge.retryAfter }
      }
      throw new Error('counters vanish as fast as they are made')
    },
    async refund(limits) {
      if (limits.length > 0) await query(GIVE_BACK, [JSON.stringify(limits)])
    },
    async sweep() {
      await query(SWEEP)
    },
  }
}

const TRIES = 10

const ASKED = 'asked as (select * from jsonb_to_recordset($1::text::jsonb) as t (key text, seconds int, max int))'

// Only rows that exist can be locked, so they are made first, empty.
const OPEN = `
  with ${ASKED}
  insert into counters (key, seconds, count, ends_at)
  select key, seconds, 0, now() + seconds * interval '1 second' from asked order by key, seconds
  on conflict (key, seconds) do nothing`

// Rows are locked in one order by everyone, so no two charges wait for each other; a locked row is read as its last
// holder left it.
const CHARGE = `
  with ${ASKED}, held as (
    select counters.key, counters.seconds, asked.max,
      case when counters.ends_at > now() then counters.count else 0 end as count,
      case when counters.ends_at > now() then counters.ends_at
        else now() + counters.seconds * interval '1 second' end as ends_at
    from counters join asked using (key, seconds)
    order by counters.key, counters.seconds
    for update of counters
  ), full_one as (
    select key, greatest(1, ceil(extract(epoch from ends_at - now())))::int as retry_after
    from held where count >= max order by ends_at desc limit 1
  ), charged as (
    update counters set count = held.count + 1, ends_at = held.ends_at from held
    where counters.key = held.key and counters.seconds = held.seconds and not exists (select from full_one)
  )
  select (select count(*)::int from held) as held, full_one.key, full_one.retry_after as "retryAfter"
  from (values (1)) as always left join full_one on true`

const GIVE_BACK = `
  with ${ASKED}, held as (
    select counters.key, counters.seconds from counters join asked using (key, seconds)
    where count > 0 order by counters.key, counters.seconds for update of counters
  )
  update counters set count = count - 1 from held
  where counters.key = held.key and counters.seconds = held.seconds and counters.count > 0`

const SWEEP = `
  delete from counters where ctid = any (array(
    select ctid from counters where ends_at < now() limit 10000 for update skip locked))`
