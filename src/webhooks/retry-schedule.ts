// When a failed message is tried again. A login may be waiting for it, so the first retries follow within seconds; after a minute the
// schedule is the one that Standard Webhooks recommends, three days long.

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Seconds after the first try, the second, and so on. */
const HEAD = [1, 3, 7, 15, 30]
const TAIL = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
/** Each wait of the tail is up to this fraction longer or shorter, so that messages that failed together spread out. */
const JITTER = 0.1
/** A longer Retry-After is cut to this. */
const MAX_RETRY_AFTER = HOUR

/** Seconds until the next try after `tries`; `null`: give up. `random` is in [0, 1). */
export function secondsUntilRetry(tries: number, random: number, retryAfter = 0): number | null {
  const head = HEAD[tries - 1]
  const tail = TAIL[tries - 1 - HEAD.length]
  const wait = head ?? (tail === undefined ? null : tail * (1 + JITTER * (2 * random - 1)))
  return wait === null ? null : Math.max(wait, Math.min(retryAfter, MAX_RETRY_AFTER))
}

/** `Retry-After` in seconds: it is a number of them, or a date. 0 for anything else. `now`: milliseconds. */
export function parseRetryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return Math.max(0, seconds || 0)
}
