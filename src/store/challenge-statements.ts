// The hot statements on challenges. Column lists come from the schema, so none has to be repeated here.

import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { type ChallengeRow, savedColumns } from './challenge-record.ts'
import { columnNames, statement } from './orm.ts'
import { challengeEvents, challenges, idempotency, outbox } from './schema.ts'

const value = sql.placeholder
const names = columnNames(challenges)
const list = (parts: SQL[]) => sql.join(parts, sql`, `)

const { activeCallHash: _, nextCheckAt: __, ...read } = getTableColumns(challenges)

const age = (path: SQL) =>
  sql`coalesce(greatest(0, extract(epoch from now() - (deliveries #>> ${path})::timestamptz)), 0)::float8`

const RECORD = sql`
  ${list(Object.entries(read).map(([key, { name }]) => sql`${sql.identifier(name)} as ${sql.identifier(key)}`))},
  status = 'pending' and expires_at <= now() as expired,
  ${age(sql`'{-1,createdAt}'`)} as "deliveryAge",
  ${age(sql`'{-1,progress,turnStartedAt}'`)} as "turnAge"`

const NOW_AS_TEXT = sql`to_jsonb(to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

/**
 * A delivery, or a turn of its call, is new while it bears no time yet. Only the last delivery can be or have one, and
 * never both at once, since a new delivery has not been answered.
 */
const DELIVERIES = sql`
  case when input.deliveries #>> '{-1,createdAt}' = ''
      then jsonb_set(input.deliveries, '{-1,createdAt}', ${NOW_AS_TEXT})
    when input.deliveries #>> '{-1,progress,turnStartedAt}' = ''
      then jsonb_set(input.deliveries, '{-1,progress,turnStartedAt}', ${NOW_AS_TEXT})
    else input.deliveries end`

const seconds = (name: string) => sql`${value(name)}::float8 * interval '1 second'`

const INPUT = sql`input as (select * from jsonb_populate_record(null::${challenges}, ${value('row')}::text::jsonb))`

/** The ledger line and the messages that stand or fall with the challenge. */
const EVENT_AND_MESSAGES = sql`
  event as (
    insert into ${challengeEvents} (challenge_id, version, type, delivery_id, data)
    select id, version, ${value('type')}, ${value('delivery')}, ${value('facts')}::text::jsonb from challenge
  ), messages as (
    insert into ${outbox} (id, challenge_id, type)
    select message.id, challenge.id, message.type
    from challenge, jsonb_to_recordset(${value('outbox')}::text::jsonb) as message (id text, type text)
  )`

const INSERTED: Partial<Record<keyof typeof names, SQL>> = {
  deliveries: DELIVERIES,
  activeCallHash: sql`case when ${value('hasActiveCall')}::boolean then input.number_hash end`,
  createdAt: sql`now()`,
  expiresAt: sql`now() + ${seconds('expiresIn')}`,
  endedAt: sql`case when input.status <> 'pending' then now() end`,
  outcomeVersion: sql`case when input.status <> 'pending' then input.version end`,
  nextCheckAt: sql`
    least(case when input.status = 'pending' then now() + ${seconds('expiresIn')} end,
      now() + ${seconds('secondsUntilCheck')})`,
}
const columns = Object.keys(names) as (keyof typeof names)[]

export const insert = statement<ChallengeRow>(sql`
  with ${INPUT}, reserved as (
    update ${idempotency} set challenge_id = input.id from input
    where idempotency.service_id = input.service_id and key = ${value('idempotencyKey')} and challenge_id is null
    returning key
  ), challenge as (
    insert into ${challenges} (${list(columns.map((key) => sql`${names[key]}`))})
    select ${list(columns.map((key) => INSERTED[key] ?? sql`input.${names[key]}`))}
    from input where ${value('idempotencyKey')}::text is null or exists (select from reserved)
    returning *
  ), ${EVENT_AND_MESSAGES}
  select ${RECORD} from challenge`)

/** One row in any case: an answer without it, or with another id, belongs to another query. */
export const find = statement<{ asked: string } & (ChallengeRow | { id: null })>(sql`
  select asked, ${RECORD} from (select ${value('id')}::text as asked) as question left join ${challenges} on id = asked`)

export const findMany = statement<ChallengeRow>(sql`
  select ${RECORD} from ${challenges}
  where id = any (array(select jsonb_array_elements_text(${value('ids')}::text::jsonb)))`)

// An update that waits for another one checks its conditions again on what that one left, so one of many wins. The
// outcome is guarded here too.
export const save = statement<ChallengeRow>(sql`
  with ${INPUT}, challenge as (
    update ${challenges} set
      version = challenges.version + 1,
      ${list(savedColumns.map((key) => sql`${names[key]} = ${INSERTED[key] ?? sql`input.${names[key]}`}`))},
      active_call_hash = case when ${value('hasActiveCall')}::boolean then challenges.number_hash end,
      ended_at = case when input.status <> 'pending' then coalesce(challenges.ended_at, now()) end,
      outcome_version =
        case when input.status <> 'pending' then coalesce(challenges.outcome_version, challenges.version + 1) end,
      next_check_at =
        least(case when input.status = 'pending' then challenges.expires_at end, now() + ${seconds('secondsUntilCheck')})
    from input
    where challenges.id = input.id and challenges.version = input.version
      and (challenges.expires_at > now() or not ${value('inTime')}::boolean)
      and (challenges.status = 'pending'
        or (challenges.status = input.status and challenges.reason = input.reason))
    returning challenges.*
  ), ${EVENT_AND_MESSAGES}
  select ${RECORD} from challenge`)

export const claimDue = statement<{ id: ChallengeId }>(sql`
  with due as materialized (
    select id from ${challenges} where next_check_at <= now() order by next_check_at limit ${value('limit')}
    for update skip locked
  )
  update ${challenges} set next_check_at = now() + interval '5 seconds' from due where challenges.id = due.id
  returning challenges.id`)
