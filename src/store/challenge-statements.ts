// The hot statements on challenges. Column lists come from the schema, so none has to be repeated here.

import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { NO_SLOT_NEEDED, SLOT_RESERVED } from './carrier-rate-limit.ts'
import { type ChallengeRow, SAVED_BY, savedColumns } from './challenge-record.ts'
import { FAILURES_COUNTED, FAILURES_LOCKED } from './failure-counters.ts'
import { isReported, REFUSED, RULES_LEARNT, type StandingRule } from './number-rules.ts'
import { columnNames, statement } from './orm.ts'
import { ADMITTED, CHARGE, CONSUMED, REFUNDABLE, REFUNDED } from './rate-limits.ts'
import { activeCalls, challengeEvents, challenges, idempotency, outbox } from './schema.ts'
import type { DueCheck } from './types.ts'
import { GATE_COUNTED, GATE_COUNTERS } from './wrong-gates.ts'

const value = sql.placeholder
const names = columnNames(challenges)
const list = (parts: SQL[]) => sql.join(parts, sql`, `)

const { nextCheckAt: _, ...read } = getTableColumns(challenges)

const secondsSince = (time: SQL) =>
  sql`coalesce(greatest(0, extract(epoch from now() - (${time})::timestamptz)), 0)::float8`

const TURN_STARTED_AT = sql`
  coalesce(deliveries #>> '{-1,progress,turnStartedAt}', deliveries #>> '{-1,progress,openTurn,turnStartedAt}')`

export const RECORD = sql`
  ${list(Object.entries(read).map(([key, { name }]) => sql`${sql.identifier(name)} as ${sql.identifier(key)}`))},
  status = 'pending' and expires_at <= now() as expired,
  status = 'pending' and ${isReported(sql``)} as reported,
  ${secondsSince(sql`deliveries #>> '{-1,createdAt}'`)} as "deliveryAge",
  ${secondsSince(TURN_STARTED_AT)} as "turnAge"`

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

// Each as a parameter of its own: a row out of JSON took the server as long as all the rest of a save.
const given = (key: (typeof SAVED_BY)[number]) => {
  const type = challenges[key].getSQLType()
  return sql`${value(key)}::${sql.raw(type === 'jsonb' ? 'text::jsonb' : type)} as ${names[key]}`
}
const STATE = sql`input as (select ${list(SAVED_BY.map(given))})`

/** The ledger line and the messages that stand or fall with the challenge. */
const EVENT_AND_MESSAGES = sql`
  event as (
    insert into ${challengeEvents} (challenge_id, version, type, delivery_id, data)
    select id, version, ${value('type')}, ${value('delivery')}, ${value('facts')}::text::jsonb from challenge
  ), messages as (
    insert into ${outbox} (id, challenge_id, type, until)
    select message.id, challenge.id, message.type, now() + message.seconds * interval '1 second'
    from challenge, jsonb_to_recordset(${value('outbox')}::text::jsonb) as message (id text, type text, seconds float8)
  )`

/**
 * The number is held, or the statement fails. In one order, since instances may list the secrets in different ones; and
 * after the counters, so that two statements wait for each other's rows in one order too.
 */
const HELD = sql`
  held as (
    insert into ${activeCalls} (number_hash, challenge_id)
    select hash, challenge.id
    from challenge, (select count(*) from begun) as counted, jsonb_array_elements_text(${value('hold')}::text::jsonb) as hash
    order by hash
  )`

const INSERTED: Partial<Record<keyof typeof names, SQL>> = {
  deliveries: DELIVERIES,
  charge: CHARGE,
  createdAt: sql`now()`,
  expiresAt: sql`now() + ${seconds('expiresIn')}`,
  endedAt: sql`case when input.status <> 'pending' then now() end`,
  outcomeVersion: sql`case when input.status <> 'pending' then input.version end`,
  nextCheckAt: sql`
    least(case when input.status = 'pending' then now() + ${seconds('expiresIn')} end,
      now() + ${seconds('secondsUntilCheck')})`,
}
const columns = Object.keys(names) as (keyof typeof names)[]

/** Why nothing was saved: a rule stands against it, or a limit is exhausted. */
export type Admission = { exhaustedKey: string | null; retryAfter: number } & (
  | StandingRule
  | { rule: null; shown: null; until: null }
)

/** One row in any case; without an id nothing was saved. `isAsRead`: it was not for the challenge's sake. */
type Saved = Admission & { isAsRead: boolean; slotWait: number | null } & (ChallengeRow | { id: null })

/** What the database adds to a new challenge; the rest is known. One row in any case: without an id nothing was saved. */
type Inserted = Admission & { keyTaken: boolean; slotWait: number | null } & (
    | Pick<ChallengeRow, 'id' | 'createdAt' | 'expiresAt' | 'charge'>
    | { id: null }
  )

// A key that is taken and a slot that is too far off show before anything is written, so nothing has to be undone. Two
// requests with one key that come together: the unique index lets one through, and the other statement fails as a whole.
export const insert = statement<Inserted>(sql`
  with ${INPUT}, ${REFUSED}, ${ADMITTED}, taken as (
    select from ${idempotency} join input using (service_id) where key = ${value('idempotencyKey')}
  ), wanted as (
    select from admitted where not exists (select from taken)
  ), ${SLOT_RESERVED}, challenge as (
    insert into ${challenges} (${list(columns.map((key) => sql`${names[key]}`))})
    select ${list(columns.map((key) => INSERTED[key] ?? sql`input.${names[key]}`))}
    from input, wanted where ${NO_SLOT_NEEDED} or exists (select from slot)
    returning *
  ), answer as (
    insert into ${idempotency} (service_id, key, fingerprint, challenge_id)
    select service_id, ${value('idempotencyKey')}, ${value('fingerprint')}, id
    from challenge where ${value('idempotencyKey')}::text is not null
  ), ${CONSUMED}, ${HELD}, ${EVENT_AND_MESSAGES}
  select rule, shown, until, exhausted_key as "exhaustedKey", retry_after as "retryAfter", exists (select from taken) as "keyTaken",
    (select wait from slot) as "slotWait",
    id, created_at as "createdAt", expires_at as "expiresAt", charge
  from (values (1)) as one_row
    left join refused on true left join exhausted on true left join challenge on true`)

/** One row in any case: an answer without it, or with another id, belongs to another query. */
export const find = statement<{ asked: string } & (ChallengeRow | { id: null })>(sql`
  select asked, ${RECORD} from (select ${value('id')}::text as asked) as question left join ${challenges} on id = asked`)

export const findMany = statement<ChallengeRow>(sql`
  select ${RECORD} from ${challenges}
  where id = any (array(select jsonb_array_elements_text(${value('ids')}::text::jsonb)))`)

const savedTo = (key: (typeof savedColumns)[number]) => INSERTED[key] ?? sql`input.${names[key]}`

// An update that waits for another one checks its conditions again on what that one left, so one of many wins. The
// outcome is guarded here too.
const IS_AS_READ = sql`
  challenges.id = input.id and challenges.version = input.version
    and (not ${value('inTime')}::boolean
      or (challenges.expires_at > now() and not ${isReported(sql`challenges.`)}))
    and (challenges.status = 'pending'
      or (challenges.status = input.status and challenges.reason = input.reason))`

const savedWith = (charge: SQL, lockedFirst: SQL) => sql`
  challenge as (
    update ${challenges} set
      version = challenges.version + 1,
      ${list(savedColumns.map((key) => sql`${names[key]} = ${savedTo(key)}`))},
      charge = ${charge},
      ended_at = case when input.status <> 'pending' then coalesce(challenges.ended_at, now()) end,
      outcome_version =
        case when input.status <> 'pending' then coalesce(challenges.outcome_version, challenges.version + 1) end,
      next_check_at = case when ${value('keepsCheck')}::boolean then challenges.next_check_at else
        least(case when input.status = 'pending' then challenges.expires_at end, now() + ${seconds('secondsUntilCheck')})
        end
    from input ${lockedFirst}
    where ${IS_AS_READ}
    returning challenges.*
  ), ${EVENT_AND_MESSAGES}, ${RULES_LEARNT}`

/** Once it rings, or has ended, a delivery is not given back: domain/unrung-delivery.ts. */
const CHARGE_LEFT = sql`
  case when input.deliveries #>> '{-1,progress,state}' in ('placing', 'sent') then challenges.charge end`

const FREED = sql`
  freed as (
    delete from ${activeCalls} using challenge
    where ${value('callOver')}::boolean and active_calls.challenge_id = challenge.id
  )`

export const save = statement<ChallengeRow>(sql`
  with ${STATE}, ${savedWith(CHARGE_LEFT, sql``)}
  select ${RECORD} from challenge`)

export const saveCallOver = statement<ChallengeRow>(sql`
  with ${STATE}, ${savedWith(CHARGE_LEFT, sql``)}, ${FREED}
  select ${RECORD} from challenge`)

/** Another delivery begins. A slot is reserved only once nothing else stands against it: one that is refused costs none. */
export const saveDelivery = statement<Saved>(sql`
  with ${STATE}, ${REFUSED}, ${ADMITTED}, wanted as (
    select from input, admitted, ${challenges} where ${IS_AS_READ} for update of challenges
  ), ${SLOT_RESERVED},
    ${savedWith(CHARGE, sql`, (select from wanted where ${NO_SLOT_NEEDED} or exists (select from slot)) as begins`)},
    ${CONSUMED}, ${HELD}
  select rule, shown, until, exhausted_key as "exhaustedKey", retry_after as "retryAfter",
    exists (select from wanted) as "isAsRead", (select wait from slot) as "slotWait", ${RECORD}
  from (values (1)) as one_row
    left join refused on true left join exhausted on true left join challenge on true`)

/** A delivery ends whose charge is given back. */
export const saveWithRefund = statement<ChallengeRow>(sql`
  with ${STATE}, ${REFUNDABLE},
    ${savedWith(sql`null`, sql`, (select count(*) from refundable) as counters_locked`)}, ${REFUNDED}, ${FREED}
  select ${RECORD} from challenge`)

/** What is counted among the failures of a number. */
export const saveWithFailures = statement<{ lockedKey: string | null } & (ChallengeRow | { id: null })>(sql`
  with ${STATE}, ${FAILURES_LOCKED}, ${savedWith(CHARGE_LEFT, sql`, unlocked`)}, ${FAILURES_COUNTED}, ${FREED}
  select locked_key as "lockedKey", ${RECORD}
  from (values (1)) as one_row left join locked_out on true left join challenge on true`)

/** The keys of a gate were pressed. */
export const saveGateEntry = statement<ChallengeRow>(sql`
  with ${STATE}, ${GATE_COUNTERS},
    ${savedWith(CHARGE_LEFT, sql`, (select count(*) from gate_counters) as counters_locked`)}, ${GATE_COUNTED}
  select ${RECORD} from challenge`)

export const claimDue = statement<DueCheck>(sql`
  with due as materialized (
    select id from ${challenges} where next_check_at <= now() order by next_check_at limit ${value('limit')}
    for update skip locked
  )
  update ${challenges} set next_check_at = now() + interval '5 seconds' from due where challenges.id = due.id
  returning challenges.id, challenges.version`)

// A call lives for minutes after its challenge was created, so of an hour's challenges none is missed.
export const refsInUse = statement<{ ref: string }>(sql`
  select delivery ->> 'ref' as ref from ${challenges}, jsonb_array_elements(deliveries) as delivery
  where number_hash = any (array(select jsonb_array_elements_text(${value('numberHashes')}::text::jsonb)))
    and created_at > now() - interval '1 hour'
    and delivery ->> 'carrier' = ${value('carrier')}
    and delivery ->> 'ref' = any (array(select jsonb_array_elements_text(${value('refs')}::text::jsonb)))`)

/**
 * The index on the next check has every pending challenge, and little else. By the number itself, under whichever secret
 * it is hashed.
 */
export const pendingTo = statement<{ id: ChallengeId }>(sql`
  select id from ${challenges}
  where next_check_at is not null and status = 'pending'
    and service_id = ${value('serviceId')} and "to" = coalesce(${value('number')}::text, "to")`)
