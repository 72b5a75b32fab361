// When a message that was not taken is tried again. A login may be waiting for it, so the first tries follow fast; after
// a minute nobody waits any more, and the rest is the schedule that Standard Webhooks recommends, three days long.

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Seconds after the first try, the second, and so on. */
const HEAD = [1, 3, 7, 15, 30]
const TAIL = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]
/** Of a tail's wait, up to so much more or less, so that what failed together does not come back together. */
const JITTER = 0.1
/** The receiver may ask for patience, but for no more than this. */
const LONGEST_WISH = HOUR

/** Seconds until the next try after so many; `null`: give up. `random` is in [0, 1), `wish` what the receiver asked for. */
export function nextTry(tries: number, random: number, wish = 0): number | null {
  const head = HEAD[tries - 1]
  const tail = TAIL[tries - 1 - HEAD.length]
  const wait = head ?? (tail === undefined ? null : tail * (1 + JITTER * (2 * random - 1)))
  return wait === null ? null : Math.max(wait, Math.min(wish, LONGEST_WISH))
}

/** What `Retry-After` asks for, in seconds: a number of them, or a date. Anything else asks for nothing. */
export function retryAfter(header: string | undefined, now: number): number {
  if (header === undefined) return 0
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return Math.max(0, seconds || 0)
}
