// What the app is still to be told. A message is claimed for a while, so one whose sender dies is sent by another:
// at least once, always under one id.

import type { ChallengeId } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import type { OutboxMessage } from './types.ts'

type PendingMessage = OutboxMessage & { challenge: ChallengeId; createdAt: string; tries: number }
/** `claimedAt`: the time of the claim in seconds, by the database's clock: the timestamp that is signed. */
export type Claimed = PendingMessage & { claimedAt: number }
/** `nextAt`: not given up yet. */
export type Failed = PendingMessage & { failedAt: string | null; nextAt: string | null; lastError: string }

export type Outbox = {
  /** Due messages, the longest waiting first. `tries` counts this one. */
  claim(limit: number, leaseSeconds: number): Promise<Claimed[]>
  delivered(id: string): Promise<void>
  /** `null`: given up, until someone has it sent again. */
  failed(id: string, error: string, nextInSeconds: number | null): Promise<void>
  /** Those given up, and those whose next try is more than a minute off. */
  listFailed(limit: number): Promise<Failed[]>
  /** Makes them due again, if they are among the failed, and opens every closed endpoint. Returns how many. */
  sendAgain(ids: readonly string[] | 'all'): Promise<number>
  /** The endpoint wants no more messages. */
  close(endpoint: string): Promise<void>
  closed(endpoint: string): Promise<boolean>
}

export function outboxStore({ query }: Database): Outbox {
  return {
    claim: (limit, leaseSeconds) => query<Claimed>(CLAIM, [limit, leaseSeconds]),
    async delivered(id) {
      await query(DELIVERED, [id])
    },
    async failed(id, error, nextInSeconds) {
      await query(FAILED, [id, error, nextInSeconds])
    },
    listFailed: (limit) => query<Failed>(LIST_FAILED, [limit]),
    async sendAgain(ids) {
      return (await query(SEND_AGAIN, [ids === 'all' ? null : JSON.stringify(ids)])).length
    },
    async close(endpoint) {
      await query('insert into closed_endpoints (endpoint) values ($1) on conflict do nothing', [endpoint])
    },
    async closed(endpoint) {
      return (await query('select from closed_endpoints where endpoint = $1', [endpoint])).length > 0
    },
  }
}

const COLUMNS = 'outbox.id, challenge_id as challenge, type, created_at as "createdAt", tries'

const CLAIM = `
  with due as materialized (
    select id from outbox where next_at <= now() order by next_at limit $1 for update skip locked
  ), claimed as (
    update outbox set next_at = now() + $2::float8 * interval '1 second', tries = tries + 1
    from due where outbox.id = due.id
    returning ${COLUMNS}, extract(epoch from now())::float8 as "claimedAt"
  )
  select * from claimed order by "createdAt"`

const DELIVERED = `
  update outbox set delivered_at = now(), next_at = null, failed_at = null where id = $1 and delivered_at is null`

const FAILED = `
  update outbox set
    last_error = $2,
    next_at = now() + $3::float8 * interval '1 second',
    failed_at = case when $3::float8 is null then now() end
  where id = $1 and delivered_at is null`

// A lease is shorter than a minute, so what is due later is in nobody's hands.
const IS_FAILED = `(failed_at is not null or (last_error is not null and next_at > now() + interval '1 minute'))`

const LIST_FAILED = `
  select ${COLUMNS}, failed_at as "failedAt", next_at as "nextAt", last_error as "lastError"
  from outbox where ${IS_FAILED} order by created_at desc limit $1`

const SEND_AGAIN = `
  with again as (
    update outbox set next_at = now(), failed_at = null, tries = 0
    where ${IS_FAILED} and ($1::text is null or id = any (array(select jsonb_array_elements_text($1::text::jsonb))))
    returning id
  ), opened as (
    delete from closed_endpoints where exists (select from again)
  )
  select id from again`
