// The database's clock, and how far it and this machine's are apart. The database's decides what has expired and signs outgoing
// webhooks, so a difference is shown only in what this machine's clock writes: the lines of the log.

import type { Logger } from '../log/logger.ts'
import type { Query } from './database.ts'

/** Differences up to so much are those of the network and of NTP. */
export const MAX_DIFFERENCE_SECONDS = 5

/** In milliseconds since 1970. */
export function databaseNow(query: Query): () => Promise<number> {
  return async () => (await query<{ now: number }>('select extract(epoch from now())::float8 * 1000 as now'))[0]!.now
}

/** By how many seconds the database's clock is ahead of this machine's. */
export async function secondsAhead(query: Query): Promise<number> {
  const before = Date.now()
  const [clock] = await query<{ now: number }>('select extract(epoch from clock_timestamp())::float8 as now')
  return clock!.now - (before + Date.now()) / 2000
}

/** Logs the difference when it is too large, again when it has changed by as much, and once when it is over. */
export function clockCheck(query: Query, log: Logger): () => Promise<void> {
  let logged = 0
  return async () => {
    const ahead = await secondsAhead(query)
    const differs = Math.abs(ahead) > MAX_DIFFERENCE_SECONDS
    if (differs && Math.abs(ahead - logged) > MAX_DIFFERENCE_SECONDS) {
      log.warn({ databaseAheadSeconds: Math.round(ahead) }, "the database's clock and this machine's differ")
      logged = ahead
    } else if (!differs && logged !== 0) {
      log.info({}, "the database's clock and this machine's agree again")
      logged = 0
    }
  }
}
