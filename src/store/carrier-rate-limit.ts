// A carrier account takes so many calls a second and queues the rest, and a queued call may ring after its challenge is
// over. So we queue here, where the wait is known beforehand.

import { type SQL, sql } from 'drizzle-orm'
import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { carrierRateSlots } from './schema.ts'

/** `perSecond`: of the one lane. */
export type Lane = { carrier: CarrierName; channel: Channel; lane: number; perSecond: number }

export type SlotRequest = Lane & { maxWaitSeconds: number }

export type CarrierRateLimit = {
  /** Reserves the next free slot and says in how many seconds it is; `null`, and no reservation: too far off. */
  reserve(slot: SlotRequest): Promise<number | null>
  /** Gives back a reserved slot that isn't used: the next reservation gets a place so much earlier. */
  release(lane: Lane): Promise<void>
}

export function carrierRateLimit(database: Database): CarrierRateLimit {
  return {
    async reserve(request) {
      const [slot] = await reserve(database, slotValues(request))
      return slot ? Math.max(0, slot.wait) : null
    },
    async release({ carrier, channel, lane, perSecond }) {
      await release(database, { carrier, channel, lane, interval: 1 / perSecond })
    },
  }
}

/** The parameters of a statement that reserves a slot; without a request none. */
export function slotValues(slot: SlotRequest | null) {
  const { carrier = null, channel = null, lane = null, maxWaitSeconds = null } = slot ?? {}
  return { carrier, channel, lane, maxWaitSeconds, interval: slot && 1 / slot.perSecond }
}

const value = sql.placeholder
const INTERVAL = sql`${value('interval')}::float8 * interval '1 second'`

const reserved = (from: SQL) => sql`
  insert into ${carrierRateSlots} as slot (carrier, channel, lane, free_at)
  select ${value('carrier')}, ${value('channel')}, ${value('lane')}::int, now() + ${INTERVAL} ${from}
  on conflict (carrier, channel, lane) do update set free_at = greatest(slot.free_at, now()) + ${INTERVAL}
    where slot.free_at <= now() + ${value('maxWaitSeconds')}::float8 * interval '1 second'
  returning extract(epoch from free_at - now())::float8 - ${value('interval')}::float8 as wait`

const reserve = statement<{ wait: number }>(reserved(sql``))

/** Without an interval none is needed. */
export const NO_SLOT_NEEDED = sql`${value('interval')}::float8 is null`
export const SLOT_IN_REACH = sql`
  (${NO_SLOT_NEEDED} or not exists (
    select from ${carrierRateSlots}
    where carrier = ${value('carrier')} and channel = ${value('channel')} and lane = ${value('lane')}::int
      and free_at > now() + ${value('maxWaitSeconds')}::float8 * interval '1 second'))`

/**
 * Part of a statement that reserves a slot when there is a row in `wanted`. Every call of the lane waits for it, so it comes
 * after the counters. Where another statement has taken the last one in reach since that was read, there is no row.
 */
export const SLOT_RESERVED = sql`
  slot as (${reserved(sql`
    from wanted, (select count(*) from prefix_counted) as counters_held where not ${NO_SLOT_NEEDED}`)})`

/** The next one of its lane is too far off for a row of `input`: true or null. */
export const SLOT_OUT_OF_REACH = sql`
  select true from ${carrierRateSlots} as slot
  where slot.carrier = input."slotCarrier" and slot.channel = input."slotChannel" and slot.lane = input.lane
    and slot.free_at > now() + input."maxWait" * interval '1 second' limit 1`

/** The place of a row of `input` among those of its lane, from 1 on. */
export const PLACE_IN_LANE = sql`row_number() over (partition by "slotCarrier", "slotChannel", lane order by item)`

/**
 * The same for the rows in `wanted`, after the counters too: one after another in each lane, the first one `first_in` seconds
 * from now. The last one may be too far off: `LAST_IN_REACH`.
 */
export const SLOTS_RESERVED = sql`
  lanes as (
    select "slotCarrier", "slotChannel", lane, max(spacing) as spacing, count(*) * max(spacing) as seconds,
      min("maxWait") as "maxWait"
    from wanted where spacing is not null and (select count(*) from prefix_counted) >= 0
    group by "slotCarrier", "slotChannel", lane
  ), slots as (
    insert into ${carrierRateSlots} as slot (carrier, channel, lane, free_at)
    select "slotCarrier", "slotChannel", lane, now() + seconds * interval '1 second' from lanes order by 1, 2, 3
    on conflict (carrier, channel, lane) do update
      set free_at = greatest(slot.free_at, now()) + (excluded.free_at - now())
    returning carrier as "slotCarrier", channel as "slotChannel", lane,
      extract(epoch from free_at - now())::float8 as free_in
  ), reserved as (
    select "slotCarrier", "slotChannel", lane, spacing, free_in - seconds as first_in,
      free_in - spacing <= "maxWait" as last_in_reach
    from lanes join slots using ("slotCarrier", "slotChannel", lane)
  )`

export const LAST_IN_REACH = sql`not exists (select from reserved where not last_in_reach)`

/** Seconds, of a row in `wanted`. */
export const WAIT_IN_LANE = sql`reserved.first_in + (wanted.place - 1) * reserved.spacing`
export const RESERVED_JOINED = sql`left join reserved using ("slotCarrier", "slotChannel", lane)`

// The slots behind it keep their times, so two may now share one moment: the carrier holds one of them for a moment, as
// it would any burst, and the rate stays.
const release = statement(sql`
  update ${carrierRateSlots} set free_at = greatest(now(), free_at - ${INTERVAL})
  where carrier = ${value('carrier')} and channel = ${value('channel')} and lane = ${value('lane')}`)
