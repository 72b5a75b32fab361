// A carrier account takes so many calls a second and queues the rest, and a queued call may ring after its challenge is
// over. So we queue here, where the wait is known beforehand.

import { sql } from 'drizzle-orm'
import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { carrierRateSlots } from './schema.ts'

export type CarrierRateLimit = {
  /** Reserves the next free slot and says in how many seconds it is; `null`, and no reservation: too far off. */
  reserve(carrier: CarrierName, channel: Channel, perSecond: number, maxWaitSeconds: number): Promise<number | null>
  /** Gives back a reserved slot that isn't used: the next reservation gets a place so much earlier. */
  release(carrier: CarrierName, channel: Channel, perSecond: number): Promise<void>
}

export function carrierRateLimit(database: Database): CarrierRateLimit {
  return {
    async reserve(carrier, channel, perSecond, maxWaitSeconds) {
      const [slot] = await reserve(database, { carrier, channel, interval: 1 / perSecond, maxWaitSeconds })
      return slot ? Math.max(0, slot.wait) : null
    },
    async release(carrier, channel, perSecond) {
      await release(database, { carrier, channel, interval: 1 / perSecond })
    },
  }
}

const value = sql.placeholder
const INTERVAL = sql`${value('interval')}::float8 * interval '1 second'`

const reserve = statement<{ wait: number }>(sql`
  insert into ${carrierRateSlots} as slot (carrier, channel, free_at)
  values (${value('carrier')}, ${value('channel')}, now() + ${INTERVAL})
  on conflict (carrier, channel) do update set free_at = greatest(slot.free_at, now()) + ${INTERVAL}
    where slot.free_at <= now() + ${value('maxWaitSeconds')}::float8 * interval '1 second'
  returning extract(epoch from free_at - now())::float8 - ${value('interval')}::float8 as wait`)

// The slots behind it keep their times, so two may now share one moment: the carrier holds one of them for a moment, as
// it would any burst, and the rate stays.
const release = statement(sql`
  update ${carrierRateSlots} set free_at = greatest(now(), free_at - ${INTERVAL})
  where carrier = ${value('carrier')} and channel = ${value('channel')}`)
