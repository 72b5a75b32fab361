// A number has one live call at a time: parts of the statements that start a call, and that save its end.

import { type SQL, sql } from 'drizzle-orm'
import { activeCalls } from './schema.ts'

const value = sql.placeholder

/** The number is held, or the statement fails. In one order, since instances may list the secrets in different ones. */
export const HELD = sql`
  held as (
    insert into ${activeCalls} (number_hash, challenge_id)
    select hash, challenge.id
    from challenge, jsonb_array_elements_text(${value('hold')}::text::jsonb) as hash
    order by hash
  )`

const freed = (after: SQL) => sql`
  freed as (
    delete from ${activeCalls} using challenge ${after}
    where ${value('callOver')}::boolean and active_calls.challenge_id = challenge.id
  )`
export const FREED = freed(sql``)
/** Counters come before the number, as in the statement that starts a call: no two wait for each other. */
export const FREED_AFTER_REFUND = freed(sql`, (select count(*) from refunded) as given_back`)
