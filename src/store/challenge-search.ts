// Past challenges, newest first. Only two filters have an index, the service and the number: one for every filter would cost
// each challenge space and time for good. The others look at rows one after another, at most so many for a page, so a page
// may hold fewer than were asked for, or none, and still say where to go on.

import { type SQL, sql } from 'drizzle-orm'
import { LONGEST_LIFE, type Outcome, type Status } from '../domain/challenge.ts'
import { dayOf, RECORD } from './challenge-queries.ts'
import { type ChallengeRow, recordOf } from './challenge-record.ts'
import type { Database } from './database.ts'
import { ForeignRow } from './database-errors.ts'
import { statement } from './orm.ts'
import { challenges } from './schema.ts'
import { services } from './service-schema.ts'
import type { ChallengeRecord } from './types.ts'

/** Where a page begins: behind this challenge. `createdAt`: microseconds since 1970, as digits. */
export type ListPosition = { createdAt: string; id: string }

export type ListQuery = {
  /** `null`: of any service. */
  serviceId: string | null
  /** Every hash under which the number may stand; `null` for any number. */
  numberHashes: readonly string[] | null
  status: Status | null
  reason: Outcome['reason'] | null
  scope: string | null
  metadata: Record<string, string>
  /** Milliseconds since 1970: only what was created later. */
  createdAfter: number | null
  after: ListPosition | null
  limit: number
}

/** `next`: where to go on; `null` at the end. */
export type ListPage = { records: ChallengeRecord[]; next: ListPosition | null }

export type ChallengeSearch = { list(query: ListQuery): Promise<ListPage> }

/**
 * Among a million rows 5,000 of a service are looked at in 4 ms, when they are in memory. Those of a number have to be sorted
 * once more, and are few unless somebody has tried things out with it.
 */
export const ROWS_LOOKED_AT = { service: 5_000, number: 1_000 }

export function challengeSearch(database: Database): ChallengeSearch {
  return {
    async list({ serviceId, numberHashes, metadata, createdAfter, after, limit, ...plain }) {
      const values = {
        ...plain,
        serviceId,
        metadata: JSON.stringify(metadata),
        // Times are shown to the millisecond, so what was created within the one that is named is not later.
        from: createdAfter === null ? null : String((createdAfter + 1) * 1000),
        until: after?.createdAt ?? null,
        untilId: after?.id ?? '',
        rows: limit + 1,
      }
      const found = numberHashes
        ? await ofNumber(database, { ...values, numberHashes: JSON.stringify(numberHashes) })
        : await (serviceId === null ? ofAnyService : ofService)(database, values)
      if (serviceId !== null && found.some((row) => row.serviceId !== serviceId)) throw new ForeignRow()
      const fitting = found.filter(({ fits }) => fits)
      const last = fitting.length > limit ? fitting[limit - 1]! : found.findLast(({ isLast }) => isLast)
      return {
        records: fitting.slice(0, limit).map(({ fits: _, isLast: __, position: ___, ...row }) => recordOf(row)),
        next: last ? { createdAt: last.position, id: last.id } : null,
      }
    },
  }
}

type Found = ChallengeRow & { position: string; fits: boolean; isLast: boolean }

const value = sql.placeholder
const time = (name: string) => sql`timestamptz 'epoch' + ${value(name)}::text::bigint * interval '1 microsecond'`

/** From the newest that may be on the page to the oldest. Nothing older than the longest life is pending any more. */
const RANGE = sql`
  created_at >= greatest(${time('from')},
      case when ${value('status')}::text = 'pending' then now() - ${sql.raw(String(LONGEST_LIFE))} * interval '1 second'
        else '-infinity' end)
    and created_at <= coalesce(${time('until')}, 'infinity')
    and (created_at, id) < (coalesce(${time('until')}, 'infinity'), ${value('untilId')}::text)`

/** One that is overdue has expired, though nobody has noted it yet. */
const STATUS = sql`case when status = 'pending' and expires_at <= now() then 'expired' else status end`
const REASON = sql`case when status = 'pending' and expires_at <= now() then 'expired' else reason end`

const FITS = sql`
  (${value('status')}::text is null or ${STATUS} = ${value('status')}::text)
    and (${value('reason')}::text is null or ${REASON} = ${value('reason')}::text)
    and (${value('scope')}::text is null or scope = ${value('scope')}::text)
    and metadata @> ${value('metadata')}::text::jsonb`

/**
 * In the index's own order, which needs no sorting, whatever the planner expects of filters that it does not know yet. Those of
 * one microsecond are read together, so that none is left out between two pages.
 */
const newest = (count: SQL) => sql`order by created_at desc fetch first ${count} rows with ties`

/**
 * Of the newest `lookedAt` rows those that fit, and the last one in any case. The place of a row is counted as it is read, so
 * reading ends with the row that fills the page.
 */
function page(lookedAt: number, rows: (count: SQL) => SQL) {
  const count = sql.raw(String(lookedAt))
  return statement<Found>(sql`
    select ${RECORD}, (extract(epoch from created_at) * 1000000)::bigint::text as position,
      fits, place >= ${count} as "isLast"
    from (
      select newest.*, ${FITS} as fits, row_number() over (order by created_at desc, id desc) as place
      from (${rows(count)}) as newest
    ) as looked
    where fits or place >= ${count}
    order by created_at desc, id desc limit ${value('rows')}`)
}

const ofService = page(
  ROWS_LOOKED_AT.service,
  (count) => sql`
    select * from ${challenges} where service_id = ${value('serviceId')} and ${RANGE} ${newest(count)}`,
)

/** Each service is read by itself, so that the index gives its rows in order. */
const ofAnyService = page(
  ROWS_LOOKED_AT.service,
  (count) => sql`
    select one.* from ${services}
    cross join lateral (
      select * from ${challenges} where service_id = ${services.id} and ${RANGE} ${newest(count)}
    ) as one
    ${newest(count)}`,
)

/** From the newest that may be on the page to the oldest of which anything is kept. */
const DAYS = sql`
  select day::date from (select min(${dayOf(sql`created_at`)}) as oldest, max(${dayOf(sql`created_at`)}) as newest from ${challenges}) as kept
  cross join lateral generate_series(
    least(newest, ${dayOf(time('until'))})::timestamp, greatest(oldest, ${dayOf(time('from'))})::timestamp, interval '-1 day'
  ) as day order by day desc`

/** Each day is looked at by itself, and each hash; no day before the page is full with those after it. */
const ofNumber = page(
  ROWS_LOOKED_AT.number,
  (count) => sql`
    select one.* from (${DAYS}) as days
    cross join jsonb_array_elements_text(${value('numberHashes')}::text::jsonb) as hash
    cross join lateral (
      select * from ${challenges}
      where ${dayOf(sql`created_at`)} = day and number_hash = hash
        and (${value('serviceId')}::text is null or service_id = ${value('serviceId')}::text) and ${RANGE} ${newest(count)}
    ) as one
    order by day desc, created_at desc fetch first ${count} rows with ties`,
)
