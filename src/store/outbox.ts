// The messages that the app is still to get. One is claimed for a while, so when its dispatcher dies another sends it:
// at least once, always under one id.

import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { execute, openOrm, statement } from './orm.ts'
import { disabledEndpoints, outbox } from './schema.ts'
import type { OutboxMessage } from './types.ts'

export type ClaimedMessage = Omit<OutboxMessage, 'seconds'> & {
  service: string
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
  failedAt: string | null
  nextAt: string | null
  lastError: string
}

/** How many messages may be claimed of each of these services, and of each other one. */
export type ClaimShares = { of: Readonly<Record<string, number>>; others: number }

export type Outbox = {
  /**
   * Due messages, of each service those that wait longest. `tries` counts this one; `claimedAt`: the database's time, in
   * seconds.
   */
  claim(limit: number, leaseSeconds: number, shares?: ClaimShares): Promise<ClaimedMessage[]>
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
      service: outbox.serviceId,
      type: outbox.type,
      createdAt: outbox.createdAt,
      tries: outbox.tries,
      failedAt: outbox.failedAt,
      nextAt: outbox.nextAt,
      // Both kinds of failed message have one.
      lastError: sql<string>`${outbox.lastError}`.as('last_error'),
    })
    .from(outbox)
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
    claim: (limit, leaseSeconds, shares = { of: {}, others: limit }) =>
      claim(database, { limit, leaseSeconds, shares: JSON.stringify(shares.of), others: shares.others }),
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

// The services are found one after another in the index, and each's messages from its own part of it: a claim reads no more
// for the backlog of a service that has its share.
const claim = statement<ClaimedMessage>(sql`
  with recursive waiting as (
    (select service_id from ${outbox} where next_at is not null order by service_id limit 1)
    union all
    select (
      select later.service_id from ${outbox} as later
      where later.next_at is not null and later.service_id > waiting.service_id order by later.service_id limit 1
    ) from waiting where waiting.service_id is not null
  ), shares as materialized (
    select service_id,
      coalesce((${sql.placeholder('shares')}::text::jsonb ->> service_id)::int, ${sql.placeholder('others')}::int) as share
    from waiting where service_id is not null
  ), due as materialized (
    select message.id from shares, lateral (
      select id, next_at from ${outbox} where service_id = shares.service_id and next_at <= now()
      order by next_at limit shares.share for update skip locked
    ) as message
    where share > 0 order by next_at limit ${sql.placeholder('limit')}
  ), claimed as (
    update ${outbox} set
      next_at = now() + ${sql.placeholder('leaseSeconds')}::float8 * interval '1 second', tries = tries + 1
    from due where outbox.id = due.id
    returning outbox.id, service_id as service, challenge_id as challenge, type, until, body, created_at as "createdAt", tries, extract(epoch from now())::float8 as "claimedAt"
  )
  select * from claimed order by "createdAt"`)

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
