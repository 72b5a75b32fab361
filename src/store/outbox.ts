// What the app is still to be told. A message is claimed for a while, so one whose sender dies is sent by another:
// at least once, always under one id.

import type { ChallengeId } from '../core/challenge.ts'
import type { Database } from './database.ts'
import type { OutboxMessage } from './records.ts'

export type Claimed = OutboxMessage & { challenge: ChallengeId; createdAt: string; tries: number }
export type Failed = Claimed & { failedAt: string; lastError: string }

export type Outbox = {
  /** Due messages, the longest waiting first. `tries` counts this one. */
  claim(limit: number, leaseSeconds: number): Promise<Claimed[]>
  delivered(id: string): Promise<void>
  /** `null`: given up, until someone has it sent again. */
  failed(id: string, error: string, nextInSeconds: number | null): Promise<void>
  listFailed(limit: number): Promise<Failed[]>
  /** Returns how many of them had been given up and are due again. */
  sendAgain(ids: readonly string[]): Promise<number>
}

export function outboxStore({ query }: Database): Outbox {
  return {
    claim: (limit, leaseSeconds) => query<Claimed>(CLAIM, [limit, leaseSeconds]),
    async delivered(id) {
      await query('update outbox set delivered_at = now(), next_at = null where id = $1 and delivered_at is null', [id])
    },
    async failed(id, error, nextInSeconds) {
      await query(FAILED, [id, error, nextInSeconds])
    },
    listFailed: (limit) => query<Failed>(LIST_FAILED, [limit]),
    async sendAgain(ids) {
      return (await query(SEND_AGAIN, [JSON.stringify(ids)])).length
    },
  }
}

const COLUMNS = 'outbox.id, challenge_id as challenge, type, payload, created_at as "createdAt", tries'

const CLAIM = `
  with due as materialized (
    select id from outbox where next_at <= now() order by next_at limit $1 for update skip locked
  ), claimed as (
    update outbox set next_at = now() + $2::float8 * interval '1 second', tries = tries + 1
    from due where outbox.id = due.id
    returning ${COLUMNS}
  )
  select * from claimed order by "createdAt"`

const FAILED = `
  update outbox set
    last_error = $2,
    next_at = now() + $3::float8 * interval '1 second',
    failed_at = case when $3::float8 is null then now() end
  where id = $1 and delivered_at is null`

const LIST_FAILED = `
  select ${COLUMNS}, failed_at as "failedAt", last_error as "lastError"
  from outbox where failed_at is not null order by failed_at desc limit $1`

const SEND_AGAIN = `
  update outbox set next_at = now(), failed_at = null, tries = 0
  where failed_at is not null and id = any (array(select jsonb_array_elements_text($1::text::jsonb)))
  returning id`
