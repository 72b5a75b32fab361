// A number has one live call at a time: parts of the statements that start a call, and that save its end.

import { sql } from 'drizzle-orm'
import { activeCalls } from './schema.ts'

const value = sql.placeholder

/**
 * The number is held, or the statement fails. In one order, since instances may list the secrets in different ones; and
 * after the counters, so that two statements wait for each other's rows in one order too.
 */
export const HELD = sql`
  held as (
    insert into ${activeCalls} (number_hash, challenge_id)
    select hash, challenge.id
    from challenge, (select count(*) from begun) as counted, jsonb_array_elements_text(${value('hold')}::text::jsonb) as hash
    order by hash
  )`

export const FREED = sql`
  freed as (
    delete from ${activeCalls} using challenge
    where ${value('callOver')}::boolean and active_calls.challenge_id = challenge.id
  )`
