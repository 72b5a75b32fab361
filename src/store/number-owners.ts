// Accounts that have proved their number by an approval. What they start and guess is counted apart from what is started and
// guessed for the same number by those who have not, so that these can't lock them out of it.

import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { numberOwners } from './guard-schema.ts'
import { statement } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'

export type NumberOwners = {
  /** Whether one of these keys is of an account that has proved its number. */
  proved(keys: readonly string[]): Promise<boolean>
  /** Deletes those that are forgotten. */
  sweep(): Promise<void>
}

export function numberOwnerStore(database: Database): NumberOwners {
  return {
    async proved(keys) {
      const [owner] = await proved(database, { owner: JSON.stringify(keys) })
      return owner!.proved
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

const KEYS = sql`jsonb_array_elements_text(${sql.placeholder('owner')}::text::jsonb)`

/** Part of a statement: whether the one who asks has proved the number. */
export const OWNER = sql`
  owner as (
    select exists (
      select from ${KEYS} as asked (key), ${numberOwners} as known where known.key = asked.key and known.ends_at > now()
    ) as proved
  )`

const proved = statement<{ proved: boolean }>(sql`with ${OWNER} select proved from owner`)

/** Whether a row with an `ofOwner` applies; one without does in any case. */
export const APPLIES = sql`("ofOwner" is null or "ofOwner" = (select proved from owner))`

const PROVED = (asked: SQL) => sql`
  owned as (
    insert into ${numberOwners} (key, ends_at)
    select asked.key, now() + interval '180 days' from ${asked}
    where status = 'approved' order by asked.key
    on conflict (key) do update set ends_at = excluded.ends_at
  )`

/** Part of a statement that saves a challenge: an approval proves the number. In one order, as every row is locked. */
export const OWNED = PROVED(sql`challenge, ${KEYS} as asked (key)`)

/** The same, of one that saves several, among which one who asks may be twice. */
export const ALL_OWNED = PROVED(sql`
  (select distinct key, status from challenge, jsonb_array_elements_text(challenge.proves) as key) as asked`)

const sweep = deletionOf(numberOwners, sql`ends_at < now()`, sql`ends_at, key`)
