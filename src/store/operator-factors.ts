// What operators sign in by, as it is added, refused and removed: each by one statement, with its entry in the audit log.

import { sql } from 'drizzle-orm'
import type { FactorId } from '../domain/factor.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './database.ts'
import { factors } from './factor-schema.ts'
import { IS_UNLOCKED, type Lockout, WRONG_CODE } from './factors.ts'
import { CONSOLE_SERVICE, operatorSessions } from './operator-schema.ts'
import { statement } from './orm.ts'

type Confirmed = {
  name: string
  id: string
  /** Of the app's first code; `null`: a phone. */
  step: number | null
  /** At the first sign-in: the password alone adds nothing beside a factor that counts. */
  alone: boolean
}

type WrongCode = {
  id: FactorId
  attempts: number
  longestLockMinutes: number
  /** How many entries of each kind the audit log takes in an hour. */
  hourly: number
}

export type OperatorFactors = {
  /** `null`: removed, locked or counted meanwhile, or another of its kind counts: an operator has one of each. */
  confirm(confirmed: Confirmed, audit: AuditEntry): Promise<Lockout | null>
  /** `null`: locked meanwhile. */
  countWrongCode(wrong: WrongCode): Promise<Lockout | null>
  /**
   * Ends every other session of the operator too. `false`: it is the last one that counts, also where two are removed at once.
   * `session`: the hash of the one that goes on.
   */
  remove(removed: { name: string; id: string; session: string | null }, audit: AuditEntry): Promise<boolean>
}

export function operatorFactorStore(database: Database): OperatorFactors {
  return {
    confirm: async (confirmed, audit) =>
      (await confirm(database, { ...confirmed, ...auditParameters(audit) }))[0] ?? null,
    countWrongCode: async (wrong) => (await countWrongCode(database, wrong))[0] ?? null,
    remove: async (removed, audit) => (await remove(database, { ...removed, ...auditParameters(audit) })).length > 0,
  }
}

const value = sql.placeholder
const count = (rows: string) => sql`(select count(*) from ${sql.identifier(rows)})`

/** Who waits for these locks sees what the other one has left. */
const OWN = sql`
  own as materialized (
    select id, type, status from ${factors}
    where service_id = ${CONSOLE_SERVICE} and subject = ${value('name')}::text
    order by id for update
  )`

const confirm = statement<Lockout>(sql`
  with ${OWN}, confirmed as (
    update ${factors} set status = 'confirmed', confirmed_at = now(), last_used_at = now(), failures = 0,
      locked_until = null, last_step = ${value('step')}::bigint
    where id = ${value('id')}::text and id in (select id from own) and status = 'pending' and ${IS_UNLOCKED}
      and not exists (
        select from own
        where own.status = 'confirmed' and (own.type = ${factors.type} or ${value('alone')}::boolean)
      )
    returning id
  ), audited as (
    ${appended(sql`${count('confirmed')} > 0`)}
  )
  select 0 as failures, null as "lockedUntil" from confirmed`)

const countWrongCode = statement<Lockout>(sql`
  with failed as (
    update ${factors} set failures = ${WRONG_CODE.failures}, locked_until = ${WRONG_CODE.lockedUntil}
    where id = ${value('id')}::text and service_id = ${CONSOLE_SERVICE} and ${IS_UNLOCKED}
    returning subject, failures, case when locked_until > now() then locked_until end as locked_until
  ), entry as (
    select 'operator.code_refused' as action, subject, jsonb_build_object('reason', 'wrong_code') as detail from failed
    union all
    select 'operator.locked', subject,
      jsonb_build_object('until', to_char(locked_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from failed where locked_until is not null
  ), audited as (
    insert into ${auditLog} (actor, action, target, detail)
    select 'operator:' || subject, action, subject, detail::text from entry
    where ${value('hourly')}::int > (
      select count(*) from ${auditLog} as before
      where before.target = entry.subject and before.action = entry.action and before.at > now() - interval '1 hour'
    )
    order by action
  )
  select failures, locked_until as "lockedUntil" from failed`)

// The session that goes on may be one that the removed factor has opened: its operator has just given the password.
const remove = statement(sql`
  with ${OWN}, removed as (
    delete from ${factors} where id = ${value('id')}::text
      and id in (select id from own where status = 'confirmed')
      and (select count(*) from own where status = 'confirmed') > 1
    returning id
  ), kept as (
    update ${operatorSessions} set factor_id = (
      select own.id from own where own.status = 'confirmed' and own.id <> ${value('id')}::text limit 1
    )
    where operator = ${value('name')}::text and id_hash = ${value('session')}::text and ${count('removed')} > 0
    returning id_hash
  ), ended as (
    delete from ${operatorSessions}
    where operator = ${value('name')}::text and id_hash is distinct from ${value('session')}::text and ${count('removed')} > 0
    returning id_hash
  ), audited as (
    ${appended(sql`${count('removed')} > 0 and ${count('kept')} + ${count('ended')} >= 0`)}
  )
  select id from removed`)
