// What became of the challenges of a period, counted. Only the newest are looked at, at most so many, however long the period
// is: counting must not hold up logins.

import { type SQL, sql } from 'drizzle-orm'
import type { CarrierName, Channel, Delivery, Outcome, Status } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { challengeEvents, challenges } from './schema.ts'
import { services } from './service-schema.ts'

/** Milliseconds since 1970 at the beginning of a stretch of time; `null` in a count of the whole period. */
type At = { at: number | null }

export type ChallengeCount = At & {
  region: string | null
  status: Status
  reason: Outcome['reason'] | null
  count: number
}

/** `result`: `null` for a delivery that is under way. */
export type DeliveryCount = At & {
  region: string | null
  carrier: CarrierName | null
  channel: Channel
  result: Delivery['result']
  count: number
}

/** Of answered calls, in seconds of ringing. `null`: of all. */
export type AnswerTime = {
  region: string | null
  carrier: CarrierName | null
  median: number
  slow: number
  count: number
}

export type Statistics = {
  /** Milliseconds since 1970. */
  from: number
  until: number
  /** There were more challenges in the period than were looked at. */
  isCut: boolean
  /** By time and status, and by region, status and reason. */
  challenges: ChallengeCount[]
  /** Each by channel and result: by time, by region, and by carrier. */
  deliveries: DeliveryCount[]
  answerTimes: AnswerTime[]
}

export type StatisticsQuery = { seconds: number; stretchSeconds: number }

export type StatisticsStore = { statistics(query: StatisticsQuery): Promise<Statistics> }

export const CHALLENGES_LOOKED_AT = 50_000
/** Each needs its events, which are read one by one. */
const ANSWERS_LOOKED_AT = 2_000

export function statisticsStore(database: Database): StatisticsStore {
  return {
    async statistics({ seconds, stretchSeconds }) {
      const [range] = await rangeLookedAt(database, { seconds })
      const { from, until, isCut } = range!
      const values = { from: from / 1000, stretchSeconds }
      const [counted, deliveries, answerTimes] = await Promise.all([
        countChallenges(database, values),
        countDeliveries(database, values),
        measureAnswers(database, { from: values.from }),
      ])
      return { from, until, isCut, challenges: counted, deliveries, answerTimes }
    },
  }
}

const value = sql.placeholder
const milliseconds = (time: SQL) => sql`(extract(epoch from ${time}) * 1000)::float8`

/** Each service is read by itself, in the order of its index. */
const newestOfEach = (columns: SQL, condition: SQL, count: number) => sql`
  ${services} cross join lateral (
    select ${columns} from ${challenges} where service_id = ${services.id} and ${condition}
    order by created_at desc limit ${sql.raw(String(count))}
  ) as one`

const rangeLookedAt = statement<{ from: number; until: number; isCut: boolean }>(sql`
  with begins as (select now() - ${value('seconds')}::float8 * interval '1 second' as at), newest as (
    select one.created_at from begins cross join
      ${newestOfEach(sql`created_at`, sql`created_at >= begins.at`, CHALLENGES_LOOKED_AT)}
    order by one.created_at desc limit ${sql.raw(String(CHALLENGES_LOOKED_AT))}
  ), looked as (
    select count(*) = ${sql.raw(String(CHALLENGES_LOOKED_AT))} as "isCut", min(created_at) as oldest from newest
  )
  select ${milliseconds(sql`case when "isCut" then oldest else begins.at end`)} as "from",
    ${milliseconds(sql`now()`)} as until, "isCut"
  from looked, begins`)

const IN_RANGE = sql`created_at >= to_timestamp(${value('from')}::float8)`
const STRETCH = sql`
  (floor(extract(epoch from created_at) / ${value('stretchSeconds')}::float8) * ${value('stretchSeconds')}::float8 * 1000)::float8`

/** One that is overdue has expired, though nobody has noted it yet. */
const IS_OVERDUE = sql`status = 'pending' and expires_at <= now()`

const countChallenges = statement<ChallengeCount>(sql`
  select at, region, status, reason, count(*)::int as count
  from (
    select ${STRETCH} as at, region, case when ${IS_OVERDUE} then 'expired' else status end as status,
      case when ${IS_OVERDUE} then 'expired' else reason end as reason
    from ${challenges} where service_id in (select id from ${services}) and ${IN_RANGE}
  ) as looked
  group by grouping sets ((at, status), (region, status, reason))`)

const countDeliveries = statement<DeliveryCount>(sql`
  select at, region, carrier, channel, result, count(*)::int as count
  from (
    select ${STRETCH} as at, region, delivery ->> 'carrier' as carrier, delivery ->> 'channel' as channel,
      delivery ->> 'result' as result
    from ${challenges}, jsonb_array_elements(deliveries) as delivery
    where service_id in (select id from ${services}) and ${IN_RANGE}
  ) as looked
  group by grouping sets ((at, channel, result), (region, channel, result), (carrier, channel, result))`)

const measureAnswers = statement<AnswerTime>(sql`
  select region, carrier, count(*)::int as count,
    percentile_cont(0.5) within group (order by seconds)::float8 as median,
    percentile_cont(0.9) within group (order by seconds)::float8 as slow
  from (
    select region, delivery ->> 'carrier' as carrier,
      extract(epoch from answered.at - (delivery ->> 'createdAt')::timestamptz) as seconds
    from (
      select one.* from ${newestOfEach(sql`id, created_at, region, deliveries`, IN_RANGE, ANSWERS_LOOKED_AT)}
      order by one.created_at desc limit ${sql.raw(String(ANSWERS_LOOKED_AT))}
    ) as newest
    cross join jsonb_array_elements(deliveries) as delivery
    cross join lateral (
      select min(event.at) as at from ${challengeEvents} as event
      where event.challenge_id = newest.id and event.type = 'answered' and event.delivery_id = delivery ->> 'id'
    ) as answered
    where delivery ->> 'channel' = 'call' and answered.at is not null
  ) as measured
  group by grouping sets ((), (region), (carrier)) having count(*) > 0`)
