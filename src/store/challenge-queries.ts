// The statements that read challenges, the one that claims those to be checked, and the one that uses an approval up. What
// is read of a row is its columns and the moment of the read.

import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import type { ChallengeRow, VersionRow } from './challenge-record.ts'
import { ledgerWith, lineOf } from './ledger.ts'
import { isReported } from './number-rules.ts'
import { statement, texts } from './orm.ts'
import { challenges } from './schema.ts'
import type { DueCheck, LedgerEntry } from './types.ts'

const value = sql.placeholder

const { nextCheckAt: _, checkPutOffTo: __, ledger: ___, ...read } = getTableColumns(challenges)

const AS_OF_NOW = sql`
  status = 'pending' and expires_at <= now() as expired,
  status = 'pending' and ${isReported(sql``)} as reported,
  now() as "readAt"`

export const RECORD = sql`
  ${sql.join(
    Object.entries(read).map(([key, { name }]) => sql`${sql.identifier(name)} as ${sql.identifier(key)}`),
    sql`, `,
  )},
  ${AS_OF_NOW}`

/** As the index by a number's hash begins. */
export const dayOf = (time: SQL) => sql`((${time}) at time zone 'UTC')::date`

const ASKED = sql`from (select ${value('id')}::text as asked) as question left join ${challenges} on id = asked`

/** By the index, for each: what the planner believes of a table that was small a moment ago may be to read it whole. */
const EACH_ASKED = sql`
  from jsonb_array_elements_text(${value('ids')}::text::jsonb) as asked
    left join lateral (select * from ${challenges} where id = asked limit 1) as challenge on true`

type Found = { asked: string } & (ChallengeRow | { id: null })

/** One row in any case: an answer without it, or with another id, belongs to another query. */
export const find = statement<Found>(sql`select asked, ${RECORD} ${ASKED}`)

/** A row for each. */
export const findEach = statement<Found>(sql`select asked, ${RECORD} ${EACH_ASKED}`)

const VERSION = sql`version, deliveries -> -1 as last, ${AS_OF_NOW}`

type FoundVersion = { asked: string } & (({ version: number } & VersionRow) | { version: null })

/** Of a challenge whose version is known the rest is known too. How old its last delivery is, the row's own times tell. */
export const findVersion = statement<FoundVersion>(sql`select asked, ${VERSION} ${ASKED}`)

export const findVersions = statement<FoundVersion>(sql`select asked, ${VERSION} ${EACH_ASKED}`)

export const findMany = statement<ChallengeRow>(sql`
  select ${RECORD} from ${challenges}
  where id = ${texts('ids')}`)

const CONSUMED: LedgerEntry = { type: 'consumed', delivery: null, facts: {} }

/** One row in any case. The approval is used by the one request that finds it unused, whichever instance it came to. */
export const consume = statement<{ asked: string; id: string | null }>(sql`
  with challenge as (
    update ${challenges} set version = version + 1, consumed_at = now(), consumption_key = ${value('key')},
      ledger = ${ledgerWith(sql.raw(`'${lineOf({ deliveries: [] }, CONSUMED)}'`))}
    where id = ${value('id')} and status = 'approved' and consumed_at is null and "to" is not null
    returning id
  )
  select asked, id from (select ${value('id')}::text as asked) as question left join challenge on id = asked`)

/** So many checks that were put off are moved in one go, beside those that are due. */
const PUT_OFF_AT_ONCE = 1000

export const claimDue = statement<DueCheck>(sql`
  with due as materialized (
    select id from ${challenges}
    where next_check_at <= now() and (check_put_off_to is null or check_put_off_to <= now())
    order by next_check_at limit ${value('limit')}
    for update skip locked
  ), put_off as materialized (
    select id from ${challenges} where next_check_at <= now() and check_put_off_to > now()
    order by next_check_at limit ${sql.raw(String(PUT_OFF_AT_ONCE))}
    for update skip locked
  ), moved as (
    update ${challenges} set next_check_at = check_put_off_to, check_put_off_to = null
    from put_off where challenges.id = put_off.id
  )
  update ${challenges} set next_check_at = now() + interval '5 seconds', check_put_off_to = null
  from due where challenges.id = due.id
  returning challenges.id, challenges.version`)

// A call lives for minutes after its challenge was created, so of an hour's challenges none is missed.
export const refsInUse = statement<{ ref: string }>(sql`
  select delivery ->> 'ref' as ref from ${challenges}, jsonb_array_elements(deliveries) as delivery
  where number_hash = ${texts('numberHashes')}
    and created_at > now() - interval '1 hour'
    and ${dayOf(sql`created_at`)} in (${dayOf(sql`now()`)}, ${dayOf(sql`now() - interval '1 hour'`)})
    and delivery ->> 'carrier' = ${value('carrier')}
    and delivery ->> 'ref' = ${texts('refs')}`)

/**
 * The index on the next check has every pending challenge, and little else. By the number itself, under whichever secret
 * it is hashed.
 */
export const pendingTo = statement<{ id: ChallengeId }>(sql`
  select id from ${challenges}
  where next_check_at is not null and status = 'pending'
    and service_id = ${value('serviceId')} and "to" = coalesce(${value('number')}::text, "to")`)
