// The statement that saves several challenges at once, each under its own version and conditions. It waits for no lock on
// them: what another statement has locked is left to the one that saves it alone, and so is a success that has anything to
// clear.

import { type SQL, sql } from 'drizzle-orm'
import { givenWith } from './challenge-parameters.ts'
import { SAVED_BY, toSavedColumns } from './challenge-record.ts'
import type { Saved } from './challenge-statements.ts'
import { chargeLeft, inInput, updated } from './challenge-update.ts'
import type { Database } from './database.ts'
import { NOTHING_TO_CLEAR } from './failure-counters.ts'
import { lineOf } from './ledger.ts'
import { ALL_OWNED } from './number-owners.ts'
import { columnNames, statement } from './orm.ts'
import { activeCalls, challenges, outbox } from './schema.ts'
import type { SaveChallenge } from './types.ts'

/** Whether it may be saved together with others. */
export function isBatched({ withoutPage, gateEntry, failures, refund, rules }: SaveChallenge): boolean {
  return !withoutPage && !gateEntry && refund.length + rules.length === 0 && failures.every(({ failed }) => !failed)
}

/** One row for each that was saved. No two may be of one challenge. */
export function saveTogether(database: Database, changes: readonly SaveChallenge[]): Promise<Saved[]> {
  const parts = Object.entries(PARTS).filter(([part]) => changes.some(NEEDED[part as Part]))
  const key = parts.map(([part]) => part).join()
  const known = compiled.get(key) ?? statement<Saved>(saving(parts.map(([, text]) => text)))
  compiled.set(key, known)
  return known(database, { changes: JSON.stringify(changes.map(rowOf)) })
}

function rowOf(change: SaveChallenge) {
  const { next, entry, outbox, callOver, failures, owner } = change
  return {
    ...toSavedColumns(next),
    ...givenWith(change),
    line: lineOf(next, entry),
    outbox,
    callOver,
    ...(failures.length > 0 && { clears: failures.flatMap(({ keys }) => keys.map(({ key }) => key)), proves: owner }),
  }
}

const names = columnNames(challenges)

const COLUMNS = sql.join(
  [
    ...SAVED_BY.map((key) => sql`${names[key]} ${sql.raw(challenges[key].getSQLType())}`),
    sql`"newTime" text, "keepsCharge" boolean, "inTime" boolean, "keepsCheck" boolean, "secondsUntilCheck" float8`,
    sql`line text, outbox jsonb, "callOver" boolean, clears jsonb, proves jsonb`,
  ],
  sql`, `,
)

// Joined by both columns: the planner then expects few rows, and looks each of them up by the index.
const saving = (parts: SQL[]) => sql`
  with input as (
    select * from jsonb_to_recordset(${sql.placeholder('changes')}::text::jsonb) as change (${COLUMNS})
  ), locked as (
    select free.id, free.version from input, lateral (
      select id, version from ${challenges} where id = input.id and version = input.version
      limit 1 for update skip locked
    ) as free
    where ${NOTHING_TO_CLEAR}
  ), ${updated(
    inInput,
    chargeLeft(inInput),
    sql`join locked on locked.id = input.id and locked.version = input.version`,
    sql`, input.outbox, input."callOver", input.proves`,
  )}${sql.join(parts.map((part) => sql`, ${part}`))}
  select id, now() as at from challenge`

const PARTS = {
  messages: sql`
  messages as (
    insert into ${outbox} (id, service_id, challenge_id, type, until)
    select message.id, challenge.service_id, challenge.id, message.type, now() + message.seconds * interval '1 second'
    from challenge, jsonb_to_recordset(challenge.outbox) as message (id text, type text, seconds float8)
  )`,
  freed: sql`
  freed as (
    delete from ${activeCalls} using challenge where challenge."callOver" and active_calls.challenge_id = challenge.id
  )`,
  owned: ALL_OWNED,
}

type Part = keyof typeof PARTS

/** A part that writes nothing would take the server time all the same. */
const NEEDED: Record<Part, (change: SaveChallenge) => boolean> = {
  messages: ({ outbox }) => outbox.length > 0,
  freed: ({ callOver }) => callOver,
  owned: ({ failures, owner }) => failures.length > 0 && owner.length > 0,
}

const compiled = new Map<string, ReturnType<typeof statement<Saved>>>()
