// The statements that write challenges. Column lists come from the schema, so none has to be repeated here.

import { type SQL, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { FREED, FREED_AFTER_REFUND, HELD } from './active-calls.ts'
import { SLOT_IN_REACH } from './carrier-rate-limit.ts'
import { type ChallengeRow, INSERTED_AS_GIVEN, parameterOf, SAVED_BY } from './challenge-record.ts'
import { asParameter, chargeLeft, deliveries, type Given, isAsRead, seconds, updated } from './challenge-update.ts'
import { ADMISSION, ADMISSION_JOINED, type Admission, ASKED, TAKEN } from './delivery-admission.ts'
import { FAILURES_COUNTED, FAILURES_LOCKED, SUCCESS_COUNTED, SUCCESS_LOCKED } from './failure-counters.ts'
import { timed } from './ledger.ts'
import { RULES_LEARNT } from './number-rules.ts'
import { columnNames, statement } from './orm.ts'
import { LEASE_OVER } from './page-leases.ts'
import { CHARGE, REFUNDED } from './rate-limits.ts'
import { challenges, idempotency, outbox } from './schema.ts'
import { GATE_COUNTED, GATE_COUNTERS } from './wrong-gates.ts'

const value = sql.placeholder
const names = columnNames(challenges)
const list = (parts: SQL[]) => sql.join(parts, sql`, `)

// Each as a parameter of its own: a row out of JSON took the server as long as all the rest of a save.
const given = (key: keyof typeof names) => {
  const type = challenges[key].getSQLType()
  return sql`${value(parameterOf(key))}::${sql.raw(type === 'jsonb' ? 'text::jsonb' : type)} as ${names[key]}`
}
const INPUT = sql`input as (select ${list(INSERTED_AS_GIVEN.map(given))})`
const STATE = sql`input as (select ${list(SAVED_BY.map(given))})`

const MESSAGES = sql`,
  messages as (
    insert into ${outbox} (id, service_id, challenge_id, type, until)
    select message.id, challenge.service_id, challenge.id, message.type, now() + message.seconds * interval '1 second'
    from challenge, jsonb_to_recordset(${value('outbox')}::text::jsonb) as message (id text, type text, seconds float8)
  )`

type Written = { outbox: readonly unknown[]; rules: readonly unknown[] }

/**
 * A statement with those of the messages and the rules that there are: a part that writes nothing took the server a
 * sixth of its time. They stand or fall with the challenge.
 */
function writing<Row>(build: (written: SQL) => SQL) {
  const compiled = new Map<string, ReturnType<typeof statement<Row>>>()
  return ({ outbox, rules }: Written) => {
    const written = sql`${outbox.length > 0 ? MESSAGES : sql``}${rules.length > 0 ? sql`, ${RULES_LEARNT}` : sql``}`
    const key = `${outbox.length > 0} ${rules.length > 0}`
    const known = compiled.get(key) ?? statement<Row>(build(written))
    compiled.set(key, known)
    return known
  }
}

const derived = (given: Given, charge: SQL): Partial<Record<keyof typeof names, SQL>> => ({
  deliveries: deliveries(given),
  charge,
  ledger: timed(given('line')),
  createdAt: sql`now()`,
  expiresAt: sql`now() + ${seconds(given('expiresIn'))}`,
  endedAt: sql`case when input.status <> 'pending' then now() end`,
  outcomeVersion: sql`case when input.status <> 'pending' then input.version end`,
  nextCheckAt: sql`
    least(case when input.status = 'pending' then now() + ${seconds(given('expiresIn'))} end,
      now() + ${seconds(given('secondsUntilCheck'))})`,
})
/** Null at first. */
const LATER: readonly string[] = ['consumedAt', 'consumptionKey', 'checkPutOffTo']
const columns = (Object.keys(names) as (keyof typeof names)[]).filter((key) => !LATER.includes(key))

/** A new challenge, or several, of `input` and what else stands in `from`. */
export function insertedFrom(from: SQL, given: Given, charge: SQL): SQL {
  const values = derived(given, charge)
  return sql`
    insert into ${challenges} (${list(columns.map((key) => sql`${names[key]}`))})
    select ${list(columns.map((key) => values[key] ?? sql`input.${names[key]}`))}
    from ${from}
    returning id, service_id, version, charge, created_at, expires_at`
}

/** Of a saved challenge all but the time, and what a new delivery is charged, is known. No row: nothing was saved. */
export type Saved = { id: ChallengeId; at: string }

/** One row in any case; without an id nothing was saved. `isAsRead`: it was not for the challenge's sake. */
type SavedDelivery = Admission & { isAsRead: boolean; slotWait: number | null } & (
    | (Saved & Pick<ChallengeRow, 'charge'>)
    | { id: null }
  )

/** What the database adds to a new challenge; the rest is known. One row in any case: without an id nothing was saved. */
type Inserted = Admission & { keyTaken: boolean; slotWait: number | null } & (
    | Pick<ChallengeRow, 'id' | 'createdAt' | 'expiresAt' | 'charge'>
    | { id: null }
  )

// What stands against it shows before anything is written, so nothing has to be undone. Two requests with one key that come
// together: the unique index lets one through, and the other statement fails as a whole.
const inserted = (written: SQL, { wanted, answer }: { wanted: SQL; answer: SQL }) => sql`
  with ${INPUT}, ${ASKED}, ${wanted}, ${TAKEN}, challenge as (${insertedFrom(sql`input, taken`, asParameter, CHARGE)}
  ), ${answer} ${HELD}${written}
  select ${ADMISSION}, key_taken as "keyTaken", (select wait from slot) as "slotWait",
    id, created_at as "createdAt", expires_at as "expiresAt", charge
  from key ${ADMISSION_JOINED} left join challenge on true`

const WANTED = sql`
  wanted as (
    select from admitted, key where not key_taken and not exists (select from prefix_refused) and ${SLOT_IN_REACH}
  )`

const UNDER_KEY = {
  wanted: sql`
  key as (
    select exists (
      select from ${idempotency} join input using (service_id) where key = ${value('idempotencyKey')}
    ) as key_taken
  ), ${WANTED}`,
  answer: sql`
  answer as (
    insert into ${idempotency} (service_id, key, fingerprint, challenge_id)
    select service_id, ${value('idempotencyKey')}, ${value('fingerprint')}, id from challenge
  ),`,
}

const WITHOUT_KEY = { wanted: sql`key as (select false as key_taken), ${WANTED}`, answer: sql`` }

export const insert = writing<Inserted>((written) => inserted(written, WITHOUT_KEY))
export const insertUnderKey = writing<Inserted>((written) => inserted(written, UNDER_KEY))

const savedWith = (charge: SQL, lockedFirst: SQL, written: SQL) =>
  sql`${updated(asParameter, charge, lockedFirst)}${written}`

const CHARGE_LEFT = chargeLeft(asParameter)

const SAVED = sql`select id, now() as at from challenge`

export const save = writing<Saved>(
  (written) => sql`
  with ${STATE}, ${savedWith(CHARGE_LEFT, sql``, written)}
  ${SAVED}`,
)

/** It ends since no page is connected, unless one is again. */
export const saveWithoutPage = writing<Saved>(
  (written) => sql`
  with ${STATE}, ${LEASE_OVER}, ${savedWith(CHARGE_LEFT, sql`, without_page`, written)}
  ${SAVED}`,
)

export const saveCallOver = writing<Saved>(
  (written) => sql`
  with ${STATE}, ${savedWith(CHARGE_LEFT, sql``, written)}, ${FREED}
  ${SAVED}`,
)

/** Another delivery begins. One that is refused takes nothing. */
export const saveDelivery = writing<SavedDelivery>(
  (written) => sql`
  with ${STATE}, ${ASKED}, as_read as (
    select from input, admitted, ${challenges} where ${isAsRead(asParameter)} and not exists (select from prefix_refused)
    for update of challenges
  ), wanted as (
    select from as_read where ${SLOT_IN_REACH}
  ), ${TAKEN}, ${savedWith(CHARGE, sql`, taken`, written)}, ${HELD}
  select ${ADMISSION}, exists (select from as_read) as "isAsRead", (select wait from slot) as "slotWait",
    id, now() as at, charge
  from (values (1)) as one_row ${ADMISSION_JOINED} left join challenge on true`,
)

/** A delivery ends whose charge is given back. */
export const saveWithRefund = writing<Saved>(
  (written) => sql`
  with ${STATE}, ${savedWith(CHARGE_LEFT, sql``, written)}, ${REFUNDED}, ${FREED_AFTER_REFUND}
  ${SAVED}`,
)

const savedUnlessLocked = (locked: SQL, counted: SQL) =>
  writing<{ lockedKey: string | null } & (Saved | { id: null })>(
    (written) => sql`
  with ${STATE}, ${locked}, ${savedWith(CHARGE_LEFT, sql`, unlocked`, written)}, ${counted}, ${FREED}
  select locked_key as "lockedKey", id, now() as at
  from (values (1)) as one_row left join locked_out on true left join challenge on true`,
  )

/** What is counted among the failures of a number, or clears them. */
export const saveFailure = savedUnlessLocked(FAILURES_LOCKED, FAILURES_COUNTED)
export const saveSuccess = savedUnlessLocked(SUCCESS_LOCKED, SUCCESS_COUNTED)

/** The keys of a gate were pressed. */
export const saveGateEntry = writing<Saved>(
  (written) => sql`
  with ${STATE}, ${GATE_COUNTERS},
    ${savedWith(CHARGE_LEFT, sql`, (select count(*) from gate_counters) as counters_locked`, written)}, ${GATE_COUNTED}
  ${SAVED}`,
)
