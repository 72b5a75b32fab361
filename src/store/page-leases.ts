// Which challenges have a page connected, as far as they require one. Whichever instance has the page renews the lease; when
// the page leaves, or the instance dies, the lease runs out by itself.

import { sql } from 'drizzle-orm'
import type { ChallengeId } from '../domain/challenge.ts'
import type { Database } from './database.ts'
import { pageLeases } from './guard-schema.ts'
import { statement } from './orm.ts'
import { challenges } from './schema.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** A reload, or a new connection after a break, takes less. */
export const PAGE_LEASE_SECONDS = 5

export type PageLeases = {
  renew(challenges: readonly ChallengeId[]): Promise<void>
  /** Whether a page is connected, or was a moment ago. */
  holds(challenge: ChallengeId): Promise<boolean>
  /** Challenges but for some whose lease is over while a delivery is being placed or a call is on the line. */
  over(limit: number, except: readonly ChallengeId[]): Promise<ChallengeId[]>
  /** Deletes those of challenges that have ended. */
  sweep(): Promise<void>
}

export function pageLeaseStore(database: Database): PageLeases {
  return {
    async renew(challenges) {
      await renew(database, { challenges: JSON.stringify(challenges) })
    },
    async holds(challenge) {
      return (await holds(database, { challenge })).length > 0
    },
    async over(limit, except) {
      return (await over(database, { limit, except: JSON.stringify(except) })).map(({ id }) => id)
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

const value = sql.placeholder

// In one order, so that no two instances wait for each other.
const renew = statement(sql`
  insert into ${pageLeases} (challenge_id, ends_at)
  select id, now() + ${sql.raw(`interval '${PAGE_LEASE_SECONDS} seconds'`)}
  from jsonb_array_elements_text(${value('challenges')}::text::jsonb) as id order by id
  on conflict (challenge_id) do update set ends_at = excluded.ends_at`)

const holds = statement(sql`
  select true as held from ${pageLeases} where challenge_id = ${value('challenge')} and ends_at > now()`)

const over = statement<{ id: ChallengeId }>(sql`
  select id from ${pageLeases} join ${challenges} on id = challenge_id
  where ends_at <= now() and status = 'pending'
    and deliveries -> -1 -> 'progress' ->> 'state' in ('placing', 'ringing', 'answered')
    and not ${value('except')}::text::jsonb ? id
  order by ends_at limit ${value('limit')}`)

/**
 * Part of a statement that ends a challenge without a page (challenge-statements.ts): a row, while its lease is over. A page
 * that is renewing it is waited for, and one that comes later waits, and then finds the challenge ended.
 */
export const LEASE_OVER = sql`
  without_page as (
    select from ${pageLeases}, input where challenge_id = input.id and ends_at <= now() for update of ${pageLeases}
  )`

const sweep = deletionOf(
  pageLeases,
  sql`ends_at <= now() and not exists (select from ${challenges} where id = challenge_id and status = 'pending')`,
  sql`ends_at, challenge_id`,
)
