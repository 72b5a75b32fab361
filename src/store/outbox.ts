// The messages that the app is still to get. One is claimed for a while, so when its dispatcher dies another sends it:
// at least once, always under one id.

import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { execute, openOrm, statement } from './orm.ts'
import { challenges, disabledEndpoints, outbox } from './schema.ts'
import { FIRST_SERVICE } from './services.ts'
import type { OutboxMessage } from './types.ts'

export type ClaimedMessage = Omit<OutboxMessage, 'seconds'> & {
  /** `null`: of no challenge, with its `body`. */
  challenge: ChallengeId | null
  body: Record<string, string | null> | null
  /** With `number.reported`. */
  until: string | null
  createdAt: string
  tries: number
  claimedAt: number
}
/** `nextAt`: not given up yet. */
export type FailedMessage = Omit<ClaimedMessage, 'claimedAt' | 'until' | 'body'> & {
  /** Of the challenge; `null` where the message is of none, or the challenge is not there any more. */
  service: string | null
  failedAt: string | null
  nextAt: string | null
  lastError: string
}

export type Outbox = {
  /**
   * Due messages, the longest waiting first, of any service but these. `tries` counts this one; `claimedAt`: the database's
   * time, in seconds.
   */
  claim(limit: number, leaseSeconds: number, without?: readonly string[]): Promise<ClaimedMessage[]>
  markDelivered(id: string): Promise<void>
  /** `null`: given up, until it is sent again by hand. */
  markFailed(id: string, error: string, nextInSeconds: number | null): Promise<void>
  /** Messages given up, and those whose next try is more than a minute off. */
  listFailed(limit: number): Promise<FailedMessage[]>
  /** Makes them due again, if they are among the failed, and enables every disabled endpoint. Returns how many. */
  sendAgain(ids: readonly string[] | 'all', audit: AuditEntry): Promise<number>
  /** The endpoint wants no more messages. */
  disableEndpoint(endpoint: string): Promise<void>
  isEndpointDisabled(endpoint: string): Promise<boolean>
  /** Seconds since the oldest message was written that is still to be delivered; `null` when none is. */
  oldestAge(): Promise<number | null>
}

export function outboxStore(database: Database): Outbox {
  const orm = openOrm(database)
  const value = sql.placeholder
  const undelivered = and(eq(outbox.id, value('id')), isNull(outbox.deliveredAt))
  const markDelivered = orm
    .update(outbox)
    .set({ deliveredAt: sql`now()`, nextAt: null, failedAt: null })
    .where(undelivered)
    .prepare('mark_message_delivered')
  const markFailed = orm
    .update(outbox)
    .set({
      lastError: sql`${value('error')}`,
      nextAt: sql`now() + ${value('nextInSeconds')}::float8 * interval '1 second'`,
      failedAt: sql`case when ${value('nextInSeconds')}::float8 is null then now() end`,
    })
    .where(undelivered)
    .prepare('mark_message_failed')
  const listFailed = orm
    .select({
      id: outbox.id,
      challenge: outbox.challengeId,
      service: challenges.serviceId,
      type: outbox.type,
      createdAt: outbox.createdAt,
      tries: outbox.tries,
      failedAt: outbox.failedAt,
      nextAt: outbox.nextAt,
      // Both kinds of failed message have one.
      lastError: sql<string>`${outbox.lastError}`.as('last_error'),
    })
    .from(outbox)
    .leftJoin(challenges, eq(challenges.id, outbox.challengeId))
    .where(IS_FAILED)
    .orderBy(desc(outbox.createdAt))
    .limit(value('limit'))
    .prepare('list_failed_messages')
  const disable = orm
    .insert(disabledEndpoints)
    .values({ endpoint: value('endpoint') })
    .onConflictDoNothing()
    .prepare('disable_endpoint')
  const findDisabled = orm
    .select({ endpoint: disabledEndpoints.endpoint })
    .from(disabledEndpoints)
    .where(eq(disabledEndpoints.endpoint, value('endpoint')))
    .prepare('find_disabled_endpoint')

  return {
    claim: (limit, leaseSeconds, without = []) =>
      without.length === 0
        ? claim(database, { limit, leaseSeconds })
        : claimOfOthers(database, { limit, leaseSeconds, without: JSON.stringify(without) }),
    async markDelivered(id) {
      await execute(markDelivered, { id })
    },
    async markFailed(id, error, nextInSeconds) {
      await execute(markFailed, { id, error, nextInSeconds })
    },
    listFailed: (limit) => execute(listFailed, { limit }),
    async sendAgain(ids, audit) {
      const chosen = { ids: ids === 'all' ? null : JSON.stringify(ids) }
      return (await sendAgain(database, { ...chosen, ...auditParameters(audit) })).length
    },
    async disableEndpoint(endpoint) {
      await execute(disable, { endpoint })
    },
    async oldestAge() {
      const [row] = await oldestAge(database)
      return row?.age ?? null
    },
    async isEndpointDisabled(endpoint) {
      return (await execute(findDisabled, { endpoint })).length > 0
    },
  }
}

// A lease is shorter than a minute, so what is due later is held by no dispatcher.
const IS_FAILED = sql`(${outbox.failedAt} is not null or
  (${outbox.lastError} is not null and ${outbox.nextAt} > now() + interval '1 minute'))`

const claiming = (fits: SQL) =>
  statement<ClaimedMessage>(sql`
  with due as materialized (
    select id from ${outbox} where next_at <= now() ${fits} order by next_at limit ${sql.placeholder('limit')}
    for update skip locked
  ), claimed as (
    update ${outbox} set
      next_at = now() + ${sql.placeholder('leaseSeconds')}::float8 * interval '1 second', tries = tries + 1
    from due where outbox.id = due.id
    returning outbox.id, challenge_id as challenge, type, until, body, created_at as "createdAt", tries, extract(epoch from now())::float8 as "claimedAt"
  )
  select * from claimed order by "createdAt"`)

const claim = claiming(sql``)

// What the services that have their share are to get is passed over row by row, in order.
const claimOfOthers = claiming(sql`
  and coalesce((select service_id from ${challenges} where ${challenges.id} = ${outbox.challengeId}), ${sql.raw(`'${FIRST_SERVICE}'`)})
    <> all (array(select jsonb_array_elements_text(${sql.placeholder('without')}::text::jsonb)))`)

const oldestAge = statement<{ age: number | null }>(sql`
  select extract(epoch from now() - min(created_at))::float8 as age from ${outbox} where next_at is not null`)

const sendAgain = statement(sql`
  with input as (select ${sql.placeholder('ids')}::text as ids), again as (
    update ${outbox} set next_at = now(), failed_at = null, tries = 0 from input
    where ${IS_FAILED} and (ids is null or id = any (array(select jsonb_array_elements_text(ids::jsonb))))
    returning id
  ), enabled as (
    delete from ${disabledEndpoints} where exists (select from again) returning endpoint
  ), audited as (
    ${appended(
      sql`(select count(*) from again) > 0 and (select count(*) from enabled) >= 0`,
      sql`jsonb_build_object('messages', (select count(*) from again))`,
    )}
  )
  select id from again`)
