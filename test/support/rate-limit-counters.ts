// The rows of `rate_limit_counters`, in which all windows of a key stand, for tests that look at one window or change it.

/** As a table: a row for each window, also of those that are over. */
export const WINDOWS = `(
  select key, window_of.* from rate_limit_counters,
    unnest(seconds, counts, starts) as window_of (seconds, count, start)) as windows`

type Window = { seconds: number; count: number; endsIn: string }

/** A row for each key that `keys` selects, with one window; `endsIn`: an interval. */
export function insertCounters(keys: string, { seconds, count, endsIn }: Window): string {
  const end = `now() + interval '${endsIn}'`
  return `insert into rate_limit_counters (key, seconds, counts, starts, ends_at)
    select key, array[${seconds}], array[${count}],
      array[(extract(epoch from ${end} - interval '${seconds} seconds') * 1000000)::bigint], ${end}
    from (${keys}) as keys (key)`
}

/** As if so much time had passed for the rows `where`; `ofLength`: for their windows of so many seconds, and no others. */
export function ageCounters(interval: string, where = 'true', ofLength?: string): string {
  const passed = `(extract(epoch from interval '${interval}') * 1000000)::bigint`
  const isAged = ofLength === undefined ? 'true' : `seconds = ${ofLength}`
  return `update rate_limit_counters as counter set
      starts = array(
        select start - case when ${isAged} then ${passed} else 0 end
        from unnest(counter.seconds, counter.starts) with ordinality as kept (seconds, start, place) order by place)
      ${ofLength === undefined ? `, ends_at = ends_at - interval '${interval}'` : ''}
    where ${where}`
}
