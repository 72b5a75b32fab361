// A carrier account takes so many calls a second and queues the rest, and a queued call may ring after its challenge is
// over. So we queue here, where the wait is known beforehand.

import type { CarrierName } from '../domain/challenge.ts'
import type { Database } from './database.ts'

export type CarrierRateLimit = {
  /** Reserves the next free moment and says how many seconds off it is; `null`, and no reservation: too far off. */
  reserve(carrier: CarrierName, perSecond: number, maxWaitSeconds: number): Promise<number | null>
}

export function carrierRateLimit({ query }: Database): CarrierRateLimit {
  return {
    async reserve(carrier, perSecond, maxWaitSeconds) {
      const [slot] = await query<{ wait: number }>(TAKE, [carrier, 1 / perSecond, maxWaitSeconds])
      return slot ? Math.max(0, slot.wait) : null
    },
  }
}

const TAKE = `
  insert into pace (carrier, free_at) values ($1, now() + $2::float8 * interval '1 second')
  on conflict (carrier) do update set free_at = greatest(pace.free_at, now()) + $2::float8 * interval '1 second'
    where pace.free_at <= now() + $3::float8 * interval '1 second'
  returning extract(epoch from free_at - now())::float8 - $2::float8 as wait`
