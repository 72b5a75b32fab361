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

/** As if so much time had passed for the rows `where`; `ofLength`: for their windows of so many seconds. */
export function ageCounters(interval: string, where = 'true', ofLength = 'seconds'): string {
  return `update rate_limit_counters as counter set
      starts = aged.starts,
      ends_at = timestamptz 'epoch' + aged.ends * interval '1 microsecond'
    from rate_limit_counters as before, lateral (
      select array_agg(start order by place) as starts, max(start + seconds * 1000000::bigint) as ends
      from (
        select seconds, place, start -
          case when seconds = ${ofLength} then (extract(epoch from interval '${interval}') * 1000000)::bigint else 0 end as start
        from unnest(before.seconds, before.starts) with ordinality as kept (seconds, start, place)
      ) as each
    ) as aged
    where counter.key = before.key and before.key in (select key from rate_limit_counters where ${where})`
}
