// The operators' accounts and their sessions.

import { sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import { auditLog } from './audit-schema.ts'
import type { Database } from './database.ts'
import { factors } from './factor-schema.ts'
import {
  CONSOLE_SERVICE,
  type OperatorRole,
  operatorSessions,
  operators,
  type SessionStage,
} from './operator-schema.ts'
import { statement } from './orm.ts'
import { challenges } from './schema.ts'
import { batchSweep, deletionOf } from './sweep.ts'

export type ListedOperator = Omit<typeof operators.$inferSelect, 'passwordHash'>
export type OperatorAccount = { name: string; passwordHash: string }
export type OperatorSession = {
  name: string
  role: OperatorRole
  stage: SessionStage
  challengeId: ChallengeId | null
}

/** `replaced`: the hash of the session before, which ends. */
type NewSession = { idHash: string; name: string; replaced: string | null }

export type OperatorStore = {
  /** `false`: the name is taken. */
  add(account: { name: string; role: OperatorRole; passwordHash: string }, audit: AuditEntry): Promise<boolean>
  list(): Promise<ListedOperator[]>
  /** Whether anybody could sign in. */
  any(): Promise<boolean>
  /** Ends the operator's sessions too. `false`: there is nobody of this name who could sign in. */
  disable(name: string, audit: AuditEntry): Promise<boolean>
  /** A new password, and no second factor any more and no session: it lets in an operator who was locked out. */
  reset(name: string, passwordHash: string, audit: AuditEntry): Promise<boolean>
  /** `null`: unknown, or disabled. */
  find(name: string): Promise<OperatorAccount | null>
  /** Of stage `password`. `false`: it is no longer the account's password, or the account is disabled. */
  openPasswordSession(session: NewSession & { passwordHash: string }): Promise<boolean>
  /**
   * Of stage `password` still, and no longer than the one before would have held: with the call that is to be the second
   * proof, or without one again. `false`: the session before has ended meanwhile.
   */
  openCallSession(session: NewSession & { challengeId: ChallengeId | null }): Promise<boolean>
  /** Of stage `signed_in`. `false`: the session before it has ended meanwhile, or the factor no longer counts. */
  openSignedInSession(session: NewSession & { factorId: string }, audit: AuditEntry): Promise<boolean>
  /** Of stage `signed_in`: the call that is to prove a phone of the operator; `null`: none any more. */
  setCall(idHash: string, challengeId: ChallengeId | null): Promise<void>
  /** Writes into the audit log which calls to operators of the last day were not approved, and do not stand there yet. */
  noteFailedCalls(): Promise<void>
  /** `null`: none that still holds, of a password before the account's, of a removed factor, or of a disabled account. */
  session(idHash: string): Promise<OperatorSession | null>
  closeSession(idHash: string): Promise<void>
  sweep(): Promise<void>
}

/** Seconds: without a request; from its beginning; with the password alone. */
const IDLE = 30 * 60
const LONGEST = 12 * 3_600
const HALF_WAY = 10 * 60

export function operatorStore(database: Database): OperatorStore {
  return {
    add: async (account, audit) => (await add(database, { ...account, ...auditParameters(audit) })).length > 0,
    list: () => list(database),
    any: async () => (await any(database)).length > 0,
    disable: async (name, audit) => (await disable(database, { name, ...auditParameters(audit) })).length > 0,
    reset: async (name, passwordHash, audit) =>
      (await reset(database, { name, passwordHash, ...auditParameters(audit) })).length > 0,
    find: async (name) => (await find(database, { name }))[0] ?? null,
    openPasswordSession: async (session) => (await openPasswordSession(database, session)).length > 0,
    openCallSession: async (session) => (await openCallSession(database, session)).length > 0,
    openSignedInSession: async (session, audit) =>
      (await openSignedInSession(database, { ...session, ...auditParameters(audit) })).length > 0,
    async setCall(idHash, challengeId) {
      await setCall(database, { idHash, challengeId })
    },
    async noteFailedCalls() {
      await noteFailedCalls(database, {})
    },
    session: async (idHash) => (await readSession(database, { idHash }))[0] ?? null,
    async closeSession(idHash) {
      await closeSession(database, { idHash })
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

const value = sql.placeholder

const add = statement(sql`
  with added as (
    insert into ${operators} (name, role, password_hash)
    values (${value('name')}::text, ${value('role')}, ${value('passwordHash')})
    on conflict do nothing returning name
  ), audited as (
    ${appended(sql`(select count(*) from added) > 0`)}
  )
  select name from added`)

const list = statement<ListedOperator>(sql`
  select name, role, created_at as "createdAt", signed_in_at as "signedInAt", disabled_at as "disabledAt"
  from ${operators} order by name`)

const any = statement(sql`select from ${operators} where disabled_at is null limit 1`)

const SESSIONS_ENDED = sql`
  ended as (delete from ${operatorSessions} where operator = ${value('name')}::text returning id_hash)`

const disable = statement(sql`
  with disabled as (
    update ${operators} set disabled_at = now() where name = ${value('name')}::text and disabled_at is null returning name
  ), ${SESSIONS_ENDED}, audited as (
    ${appended(sql`(select count(*) from disabled) > 0 and (select count(*) from ended) >= 0`)}
  )
  select name from disabled`)

const reset = statement(sql`
  with again as (
    update ${operators} set password_hash = ${value('passwordHash')}, disabled_at = null
    where name = ${value('name')}::text returning name
  ), forgotten as (
    delete from ${factors} where service_id = ${CONSOLE_SERVICE} and subject = ${value('name')}::text returning id
  ), ${SESSIONS_ENDED}, audited as (
    ${appended(sql`
      (select count(*) from again) > 0 and (select count(*) from forgotten) + (select count(*) from ended) >= 0`)}
  )
  select name from again`)

const find = statement<OperatorAccount>(sql`
  select name, password_hash as "passwordHash"
  from ${operators} where name = ${value('name')}::text and disabled_at is null`)

const seconds = (count: number) => sql`${sql.raw(String(count))} * interval '1 second'`
const HOLDS = sql`
  created_at > now() - case when stage = 'signed_in' then ${seconds(LONGEST)} else ${seconds(HALF_WAY)} end
    and used_at > now() - ${seconds(IDLE)}`

const openPasswordSession = statement(sql`
  with replaced as (
    delete from ${operatorSessions} where id_hash = ${value('replaced')}::text returning id_hash
  )
  insert into ${operatorSessions} (id_hash, operator, password_hash, stage)
  select ${value('idHash')}, name, password_hash, 'password' from ${operators}
  where name = ${value('name')}::text and password_hash = ${value('passwordHash')}::text and disabled_at is null
  returning id_hash`)

const openCallSession = statement(sql`
  with replaced as (
    delete from ${operatorSessions}
    where id_hash = ${value('replaced')}::text and operator = ${value('name')}::text and stage = 'password' and ${HOLDS}
    returning operator, password_hash, created_at
  )
  insert into ${operatorSessions} (id_hash, operator, password_hash, stage, challenge_id, created_at)
  select ${value('idHash')}, operator, password_hash, 'password', ${value('challengeId')}, created_at from replaced
  returning id_hash`)

const openSignedInSession = statement(sql`
  with proved as (
    update ${factors} set last_used_at = now()
    where id = ${value('factorId')}::text and service_id = ${CONSOLE_SERVICE} and subject = ${value('name')}::text
      and status = 'confirmed'
    returning id
  ), replaced as (
    delete from ${operatorSessions}
    where id_hash = ${value('replaced')}::text and operator = ${value('name')}::text and stage = 'password' and ${HOLDS}
      and (select count(*) from proved) > 0
    returning operator, password_hash
  ), signed_in as (
    update ${operators} set signed_in_at = now() from replaced
    where name = replaced.operator and operators.password_hash = replaced.password_hash and disabled_at is null
    returning name, operators.password_hash
  ), audited as (
    ${appended(sql`(select count(*) from signed_in) > 0`)}
  )
  insert into ${operatorSessions} (id_hash, operator, password_hash, stage, factor_id)
  select ${value('idHash')}, name, password_hash, 'signed_in', ${value('factorId')}::text from signed_in
  returning id_hash`)

const setCall = statement(sql`
  update ${operatorSessions} set challenge_id = ${value('challengeId')}
  where id_hash = ${value('idHash')}::text and stage = 'signed_in' returning id_hash`)

// Of two instances that look at the same moment the second waits for the rows, and finds the mark.
const noteFailedCalls = statement(sql`
  with failed as materialized (
    select id, ended_at, reason, metadata ->> 'operator' as operator from ${challenges}
    where service_id = ${CONSOLE_SERVICE} and created_at > now() - interval '1 day'
      and status not in ('pending', 'approved') and metadata ->> 'operator' is not null
      and metadata ->> 'audited' is null
    order by id for update
  ), marked as (
    update ${challenges} as challenge set metadata = challenge.metadata || '{"audited": "yes"}' from failed
    where challenge.id = failed.id
    returning challenge.id
  )
  insert into ${auditLog} (actor, action, target, detail)
  select 'operator:' || operator, 'operator.call_failed', operator,
    jsonb_build_object('challenge', id, 'reason', reason)::text
  from failed where (select count(*) from marked) >= 0
  order by ended_at
  returning sequence`)

const readSession = statement<OperatorSession>(sql`
  with held as (
    select id_hash, operator, password_hash, stage, challenge_id, factor_id, used_at from ${operatorSessions}
    where id_hash = ${value('idHash')}::text and ${HOLDS}
  ), used as (
    update ${operatorSessions} as session set used_at = now() from held
    where session.id_hash = held.id_hash and held.used_at < now() - interval '1 minute'
    returning session.id_hash
  )
  select operators.name, role, stage, challenge_id as "challengeId" from held join ${operators} on operators.name = held.operator
  where held.password_hash = operators.password_hash and disabled_at is null
    and (stage = 'password' or exists (select from ${factors} where id = held.factor_id))`)

const closeSession = statement(sql`
  delete from ${operatorSessions} where id_hash = ${value('idHash')}::text returning id_hash`)

const sweep = deletionOf(operatorSessions, sql`created_at < now() - ${seconds(LONGEST)}`, sql`created_at, id_hash`)
