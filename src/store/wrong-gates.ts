// Wrong gates of a number, counted in `rate_limit_counters` by the statement that saves the wrong keys: three in a day stop
// spoken codes to it, since it may be a mailbox that guesses. Right keys clear the count.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { type Limit, NOW } from './rate-limits.ts'
import { rateLimitCounters } from './schema.ts'

/** So many in a day stop spoken codes. */
export const WRONG_GATES = 3
const SECONDS = 86_400

/** What keeps a code from being spoken to a number that has one of these hashes. */
export function wrongGateLimits(hashes: readonly string[]): Limit[] {
  return keysOf(hashes).map((key) => ({ key, rates: [{ max: WRONG_GATES, seconds: SECONDS }], units: 0 }))
}

function keysOf(hashes: readonly string[]): string[] {
  return hashes.map((hash) => `gate:${hash}`)
}

/** What the keys of a gate were, for the counters of its number. `callGoesOn`: wrong ones, which are asked for again. */
export type GateEntry = { isRight: boolean; callGoesOn: boolean; hashes: readonly string[] }

export function gateValues({ isRight, hashes }: Omit<GateEntry, 'callGoesOn'>): { gateKeys: string; isRight: boolean } {
  return { ...gateParameters(hashes), isRight }
}

export function gateParameters(hashes: readonly string[]): { gateKeys: string } {
  return { gateKeys: JSON.stringify(keysOf(hashes)) }
}

const KEYS = sql`select jsonb_array_elements_text(${sql.placeholder('gateKeys')}::text::jsonb) as key`

const open = statement<{ count: number }>(sql`
  with keys as (${KEYS}), created as (
    insert into ${rateLimitCounters} as counter (key, seconds, counts, starts, ends_at)
    select key, array[${sql.raw(String(SECONDS))}], array[0], array[${NOW}], now() + interval '1 day' from keys order by key
    on conflict (key) do update set counts = excluded.counts, starts = excluded.starts, ends_at = excluded.ends_at
    where counter.ends_at <= now()
  )
  select coalesce(max(counter.counts[1]), 0)::int as count
  from ${rateLimitCounters} as counter join keys using (key) where counter.ends_at > now()`)

/**
 * Only rows that exist can be locked before the challenge is; one of a day that is over begins anew, or the sweep could delete
 * it meanwhile. How many were wrong before: no other call rings the number meanwhile, so it does not change before these are
 * counted.
 */
export async function openWrongGateCounters(database: Database, entry: GateEntry): Promise<number> {
  const [row] = await open(database, gateParameters(entry.hashes))
  return row?.count ?? 0
}

/**
 * Parts of a statement. A day is the one window of these counters. Nothing else that saves a challenge writes them: they are
 * locked in one order, and first.
 */
export const GATE_COUNTERS = sql`
  gate_counters as (
    select counter.key, case when counter.ends_at > now() then counter.counts[1] else 0 end as count
    from ${rateLimitCounters} as counter join (${KEYS}) as keys using (key)
    order by counter.key
    for update of counter
  )`

/** The day of the stop begins with the wrong gate that reaches it. */
export const GATE_COUNTED = sql`
  gate_counted as (
    update ${rateLimitCounters} as counter set
      counts = array[case when ${sql.placeholder('isRight')}::boolean then 0 else count + 1 end],
      starts = case when begins then array[${NOW}] else counter.starts end,
      ends_at = case when begins then now() + interval '1 day' else counter.ends_at end
    from challenge, (
      select *, count = 0 or count + 1 >= ${sql.raw(String(WRONG_GATES))} as begins from gate_counters
    ) as wrong
    where counter.key = wrong.key
  )`
