// What was started on a day and what it was taken to cost, for the operator's own count: all of it. The guard judges by rows
// of its own (guard-traffic.ts), which leave out what a rule that only records would have refused, except money under a
// ceiling that is enforced.

import { sql } from 'drizzle-orm'
import type { CarrierName, Channel } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { spending } from './traffic-schema.ts'

/**
 * `day`: `2026-01-31`, in UTC, on which the delivery began: what is taken back at its end is taken off that day. `cost`: in
 * ten thousandths of the rate deck's currency.
 */
export type Spent = {
  day: string
  serviceId: string
  carrier: CarrierName
  region: string
  channel: Channel
  count: number
  cost: number
}

/** Summed up: what stands as `null` is not told apart. */
export type SpentSum = { [name in 'day' | 'serviceId' | 'carrier' | 'region']: string | null } & Omit<
  Spent,
  'day' | 'serviceId' | 'carrier' | 'region'
>

export type Spending = {
  add(spent: readonly Spent[]): Promise<void>
  /** Each by channel: by day, by service, by carrier and by region. `today`: the database's. */
  sums(days: number, serviceId: string | null): Promise<{ today: string; sums: SpentSum[] }>
}

export function spendingStore(database: Database): Spending {
  return {
    async add(spent) {
      if (spent.length > 0) await add(database, { spent: JSON.stringify(spent) })
    },
    async sums(days, serviceId) {
      const rows = await sums(database, { days, serviceId })
      return { today: rows[0]!.today, sums: rows.filter(({ channel }) => channel !== null) }
    },
  }
}

const value = sql.placeholder
const TODAY = sql`(now() at time zone 'UTC')::date`

// In one order, so that no two instances wait for each other.
const add = statement(sql`
  insert into ${spending} as known (day, service_id, carrier, region, channel, count, cost)
  select day, "serviceId", carrier, region, channel, count, cost
  from jsonb_to_recordset(${value('spent')}::text::jsonb)
    as spent (day date, "serviceId" text, carrier text, region text, channel text, count int, cost bigint)
  order by 1, 2, 3, 4, 5
  on conflict (day, service_id, carrier, region, channel)
    do update set count = known.count + excluded.count, cost = known.cost + excluded.cost`)

const sums = statement<SpentSum & { today: string }>(sql`
  select ${TODAY}::text as today, summed.* from (values (1)) as one_row left join (
    select day::text, service_id as "serviceId", carrier, region, channel, sum(count)::int as count,
      sum(cost)::float8 as cost
    from ${spending}
    where day > ${TODAY} - ${value('days')}::int
      and (${value('serviceId')}::text is null or service_id = ${value('serviceId')}::text)
    group by grouping sets ((day, channel), (service_id, channel), (carrier, channel), (region, channel))
  ) as summed on true`)
