// The statement that makes several challenges at once. It makes those that nothing stands against, each with its own charge
// and slot, and leaves the others to the statement that makes one alone, which knows why one is refused.
//
// It comes to counters, prefixes, slots and live calls in the order of delivery-admission.ts, and to those of a kind in the
// order of their keys, so that no two statements wait for each other. Of failures it locks none: a number that has any is
// left out. Where another statement has taken the last of something since that was read, it fails as a whole.

import { isDeepStrictEqual } from 'node:util'
import { sql } from 'drizzle-orm'
import type { Quota } from '../domain/rate-limit.ts'
import {
  LAST_IN_REACH,
  PLACE_IN_LANE,
  RESERVED_JOINED,
  SLOT_OUT_OF_REACH,
  SLOTS_RESERVED,
  slotValues,
  WAIT_IN_LANE,
} from './carrier-rate-limit.ts'
import { type ChallengeRow, INSERTED_AS_GIVEN, newTimePath, toInsertedColumns } from './challenge-record.ts'
import { insertedFrom } from './challenge-statements.ts'
import { inInput } from './challenge-update.ts'
import type { Database } from './database.ts'
import { failureCounters } from './guard-schema.ts'
import { lineOf } from './ledger.ts'
import { STANDING, STANDS_AGAINST } from './number-rules.ts'
import { columnNames, isKnown, statement } from './orm.ts'
import { PREFIX_BLOCKED, PREFIX_IS_COUNTED, PREFIXES_COUNTED, prefixValues } from './prefix-traffic.ts'
import {
  ALL_CONSUMED,
  CHARGES,
  CONSUMED_TOGETHER,
  HAS_EXHAUSTED_ONE,
  LIMITS_OF_EACH,
  limitRows,
} from './rate-limits.ts'
import { activeCalls, challenges, idempotency } from './schema.ts'
import type { Creation, InsertChallenge } from './types.ts'

export type InsertItem = { created: InsertChallenge; change: Creation }

type InsertedRow = Pick<ChallengeRow, 'id' | 'createdAt' | 'expiresAt' | 'charge'> & { slotWait: number | null }

/** Whether it may be made together with others. */
export function isInsertBatched({ created, change }: InsertItem): boolean {
  return change.outbox.length === 0 && !created.request.requireWaiter
}

/** Two that count for one prefix, hold one number or bear one idempotency key are never made together. */
export function keysOfInsert({ created: { request, idempotency }, change: { begins } }: InsertItem): string[] {
  return [
    ...begins.hold,
    ...(begins.prefix ? [`prefix:${begins.prefix.prefix}`] : []),
    ...(idempotency ? [`key:${request.serviceId}:${idempotency.key}`] : []),
  ]
}

/** One row for each that was made. */
export function insertTogether(database: Database, items: readonly InsertItem[]): Promise<InsertedRow[]> {
  const insert = items.some(({ created }) => created.idempotency !== null) ? insertUnderKeys : insertWithoutKeys
  return insert(database, { items: JSON.stringify(countedAlike(items).map(rowOf)) })
}

/** Without those that count a key by other rates than one before them: a statement writes each counter once. */
function countedAlike(items: readonly InsertItem[]): InsertItem[] {
  const known = new Map<string, readonly Quota[]>()
  return items.filter(({ change: { begins } }) => {
    const isAlike = begins.consume.every(({ key, rates }) => isDeepStrictEqual(known.get(key) ?? rates, rates))
    if (isAlike) for (const { key, rates } of begins.consume) known.set(key, rates)
    return isAlike
  })
}

function rowOf({ created: { challenge, request, expiresIn, slot, idempotency }, change }: InsertItem, item: number) {
  const { begins, entry, secondsUntilCheck } = change
  const { carrier, channel, lane, maxWaitSeconds, interval } = slotValues(slot)
  return {
    ...toInsertedColumns(challenge, request),
    item,
    newTime: newTimePath(challenge),
    expiresIn,
    secondsUntilCheck,
    line: lineOf(challenge, entry),
    ...(idempotency && { idempotencyKey: idempotency.key, fingerprint: idempotency.fingerprint }),
    ruleKeys: begins.rules.keys,
    ruleChannel: begins.rules.channel,
    owner: begins.owner,
    locks: begins.locks.map(({ key }) => key),
    limits: limitRows(begins.consume),
    hold: begins.hold,
    ...prefixValues(begins.prefix),
    slotCarrier: carrier,
    slotChannel: channel,
    lane,
    maxWait: maxWaitSeconds,
    spacing: interval,
  }
}

const names = columnNames(challenges)

const COLUMNS = sql.join(
  [
    ...INSERTED_AS_GIVEN.map((key) => sql`${names[key]} ${sql.raw(challenges[key].getSQLType())}`),
    sql`item int, "newTime" text, "expiresIn" float8, "secondsUntilCheck" float8, line text`,
    sql`"idempotencyKey" text, fingerprint text`,
    sql`"ruleKeys" text[], "ruleChannel" text, owner text[], locks text[], limits jsonb, hold text[]`,
    sql`prefix text, "prefixRegion" text, suffix int, "conversionMode" text, "neighboursMode" text`,
    sql`"slotCarrier" text, "slotChannel" text, lane int, "maxWait" float8, spacing float8`,
  ],
  sql`, `,
)

const insertRows = ({ keyTaken, answers } = { keyTaken: sql`null`, answers: sql`` }) =>
  statement<InsertedRow>(sql`
  with input as (
    select * from jsonb_to_recordset(${sql.placeholder('items')}::text::jsonb) as item (${COLUMNS})
  ), ${LIMITS_OF_EACH}, ${STANDING}, wanted as (
    select input.*, ${PLACE_IN_LANE} as place from input
    where coalesce(
      (${STANDS_AGAINST}),
      ${HAS_EXHAUSTED_ONE} or null,
      (${isKnown(sql`input.locks`, failureCounters)}),
      (${keyTaken}),
      (${PREFIX_BLOCKED}),
      (${SLOT_OUT_OF_REACH}),
      (${isKnown(sql`input.hold`, activeCalls, sql`true`, sql.identifier('number_hash'))})
    ) is not true
  ), ${CONSUMED_TOGETHER}, ${PREFIXES_COUNTED}, ${SLOTS_RESERVED}, taken as (
    select where case
      when ${ALL_CONSUMED} and ${PREFIX_IS_COUNTED} and ${LAST_IN_REACH} then true
      else lose_race() end
  ), ${CHARGES}, challenge as (
    ${insertedFrom(sql`wanted as input left join charges using (item), taken`, inInput, sql`charges.charge`)}
  )${answers}, held as (
    insert into ${activeCalls} (number_hash, challenge_id)
    select hash, challenge.id from challenge join wanted using (id), unnest(wanted.hold) as hash order by hash
  )
  select challenge.id, challenge.created_at as "createdAt", challenge.expires_at as "expiresAt", challenge.charge,
    ${WAIT_IN_LANE} as "slotWait"
  from challenge join wanted using (id) ${RESERVED_JOINED}`)

const insertWithoutKeys = insertRows()

const insertUnderKeys = insertRows({
  keyTaken: sql`
    select true from ${idempotency} as known
    where known.service_id = input.service_id and known.key = input."idempotencyKey" limit 1`,
  answers: sql`, answers as (
    insert into ${idempotency} (service_id, key, fingerprint, challenge_id)
    select wanted.service_id, "idempotencyKey", wanted.fingerprint, challenge.id
    from challenge join wanted using (id) where "idempotencyKey" is not null order by 1, 2
  )`,
})
