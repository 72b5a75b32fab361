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

/** `carrier`: of the last delivery. `prefix`: one of `PREFIXES_SHOWN`, or what stands for the others. */
export type ChallengeCount = At & {
  region: string | null
  carrier: CarrierName | null
  prefix: string | null
  status: Status
  reason: Outcome['reason'] | null
  count: number
}

/** `result`: `null` for a delivery that is under way. */
export type DeliveryCount = At & {
  region: string | null
  carrier: CarrierName | null
  prefix: string | null
  channel: Channel
  result: Delivery['result']
  count: number
}

/** Of answered calls, in seconds of ringing. `null`: of all. */
export type AnswerTime = {
  region: string | null
  carrier: CarrierName | null
  prefix: string | null
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
  /** By time and status, and each by status and reason: by region, by carrier, and by prefix. */
  challenges: ChallengeCount[]
  /** Each by channel and result: by time, by region, by carrier, and by prefix. */
  deliveries: DeliveryCount[]
  answerTimes: AnswerTime[]
}

/** `null`: any. */
export type StatisticsFilter = {
  serviceId: string | null
  region: string | null
  /** Of deliveries; of challenges those that were tried through it. */
  carrier: CarrierName | null
  /** As `prefix` names it, and none of those that stand for others. */
  prefix: string | null
}

export type StatisticsQuery = StatisticsFilter & { seconds: number; stretchSeconds: number }

export const PREFIXES_SHOWN = 20
/** Stands for every prefix beyond these. */
export const OTHER_PREFIXES = 'other'
/** Stands for numbers that retention has removed. */
export const REMOVED_NUMBERS = 'removed'

export type StatisticsStore = { statistics(query: StatisticsQuery): Promise<Statistics> }

export const CHALLENGES_LOOKED_AT = 50_000
/** Each needs its events, which are read one by one. */
const ANSWERS_LOOKED_AT = 2_000

export function statisticsStore(database: Database): StatisticsStore {
  return {
    async statistics({ seconds, stretchSeconds, ...filter }) {
      const [range] = await rangeLookedAt(database, { seconds, serviceId: filter.serviceId })
      const { from, until, isCut } = range!
      const looked = { from: from / 1000, ...filter }
      const shown = JSON.stringify((await commonestPrefixes(database, looked)).map(({ prefix }) => prefix))
      const values = { ...looked, shown, stretchSeconds }
      const [counted, deliveries, answerTimes] = await Promise.all([
        countChallenges(database, values),
        countDeliveries(database, values),
        measureAnswers(database, { ...looked, shown }),
      ])
      return { from, until, isCut, challenges: counted, deliveries, answerTimes }
    },
  }
}

const value = sql.placeholder
const milliseconds = (time: SQL) => sql`(extract(epoch from ${time}) * 1000)::float8`

const SERVICES = sql`
  (select id from ${services} where ${value('serviceId')}::text is null or id = ${value('serviceId')}::text) as asked`

/** Each service is read by itself, in the order of its index. */
const newestOfEach = (columns: SQL, condition: SQL, count: number) => sql`
  ${SERVICES} cross join lateral (
    select ${columns} from ${challenges} where service_id = asked.id and ${condition}
    order by created_at desc limit ${sql.raw(String(count))}
  ) as one`

/**
 * The country code, as far as the mask shows it, and three digits more. At least seven stay out, since pages show the last
 * four of a number: three digits of every number are nowhere.
 */
const COUNTRY_CODE = sql`length(split_part(masked_number, '•', 1))`
const PREFIX = sql`left("to", greatest(${COUNTRY_CODE}, least(${COUNTRY_CODE} + 3, length("to") - 7)))`

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

/** Of which only those that fit are counted. */
const IN_RANGE = sql`created_at >= to_timestamp(${value('from')}::float8)
  and (${value('region')}::text is null or region = ${value('region')}::text)
  and (${value('carrier')}::text is null
    or deliveries @> jsonb_build_array(jsonb_build_object('carrier', ${value('carrier')}::text)))
  and (${value('prefix')}::text is null or ${PREFIX} = ${value('prefix')}::text)`
const OF_CARRIER = sql`
  (${value('carrier')}::text is null or delivery ->> 'carrier' = ${value('carrier')}::text)`
const LOOKED_AT = sql`service_id in (select id from ${SERVICES}) and ${IN_RANGE}`

const commonestPrefixes = statement<{ prefix: string }>(sql`
  select prefix from (select ${PREFIX} as prefix from ${challenges} where ${LOOKED_AT}) as looked
  where prefix is not null
  group by prefix order by count(*) desc, prefix limit ${sql.raw(String(PREFIXES_SHOWN))}`)

const SHOWN_PREFIX = sql`
  case when "to" is null then ${sql.raw(`'${REMOVED_NUMBERS}'`)}
    when ${value('shown')}::text::jsonb ? ${PREFIX} then ${PREFIX} else ${sql.raw(`'${OTHER_PREFIXES}'`)} end`
const STRETCH = sql`
  (floor(extract(epoch from created_at) / ${value('stretchSeconds')}::float8) * ${value('stretchSeconds')}::float8 * 1000)::float8`

/** One that is overdue has expired, though nobody has noted it yet. */
const IS_OVERDUE = sql`status = 'pending' and expires_at <= now()`

const countChallenges = statement<ChallengeCount>(sql`
  select at, region, carrier, prefix, status, reason, count(*)::int as count
  from (
    select ${STRETCH} as at, region, deliveries -> -1 ->> 'carrier' as carrier, ${SHOWN_PREFIX} as prefix, case when ${IS_OVERDUE} then 'expired' else status end as status,
      case when ${IS_OVERDUE} then 'expired' else reason end as reason
    from ${challenges} where ${LOOKED_AT}
  ) as looked
  group by grouping sets ((at, status), (region, status, reason), (carrier, status, reason), (prefix, status, reason))`)

const countDeliveries = statement<DeliveryCount>(sql`
  select at, region, carrier, prefix, channel, result, count(*)::int as count
  from (
    select ${STRETCH} as at, region, ${SHOWN_PREFIX} as prefix, delivery ->> 'carrier' as carrier, delivery ->> 'channel' as channel,
      delivery ->> 'result' as result
    from ${challenges} cross join jsonb_array_elements(deliveries) as delivery
    where ${LOOKED_AT} and ${OF_CARRIER}
  ) as looked
  group by grouping sets
    ((at, channel, result), (region, channel, result), (carrier, channel, result), (prefix, channel, result))`)

const measureAnswers = statement<AnswerTime>(sql`
  select region, carrier, prefix, count(*)::int as count,
    percentile_cont(0.5) within group (order by seconds)::float8 as median,
    percentile_cont(0.9) within group (order by seconds)::float8 as slow
  from (
    select region, delivery ->> 'carrier' as carrier, prefix,
      extract(epoch from answered.at - (delivery ->> 'createdAt')::timestamptz) as seconds
    from (
      select one.* from ${newestOfEach(sql`id, created_at, region, deliveries, ${SHOWN_PREFIX} as prefix`, IN_RANGE, ANSWERS_LOOKED_AT)}
      order by one.created_at desc limit ${sql.raw(String(ANSWERS_LOOKED_AT))}
    ) as newest
    cross join jsonb_array_elements(deliveries) as delivery
    cross join lateral (
      select min(event.at) as at from ${challengeEvents} as event
      where event.challenge_id = newest.id and event.type = 'answered' and event.delivery_id = delivery ->> 'id'
    ) as answered
    where delivery ->> 'channel' = 'call' and ${OF_CARRIER} and answered.at is not null
  ) as measured
  group by grouping sets ((), (region), (carrier), (prefix)) having count(*) > 0`)
