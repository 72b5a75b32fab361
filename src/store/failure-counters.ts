// Failures of a number in a row, and until when they keep something from being tried: counted by the statement that saves
// the failure, for all instances together. A success clears the count.

import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { violates } from './database-errors.ts'
import type { Encrypted } from './encryption.ts'
import { failureCounters, numberRules } from './guard-schema.ts'
import { APPLIES, OWNED, OWNER } from './number-owners.ts'
import { drawRuleId } from './number-rules.ts'
import type { Lock } from './rate-limits.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** What so many failures in a row lead to. Times in seconds. */
export type FailureRule = {
  /** So many lock the key, and every `every` more lock it again. */
  first: number
  every: number
  /** The first lock; each one after it is twice as long, up to `longest`. */
  seconds: number
  longest: number
  /** Each lock is longer by up to this part of it, so that what waits does not come back at one moment. */
  jitter: number
  /** The count is forgotten so long after the last failure. */
  forgottenAfter: number
  /** So many put a rule against the number that stands until it is taken back; `null`: none ever does. */
  disablesAt: number | null
}

/** What a change of a challenge counts, under every key that its number has. */
export type FailureChange = FailureRule & {
  /**
   * `ofOwner`: only for one who has proved the number, or only for one who has not. Encrypted where a rule may come of it
   * that is to be found under the next secret too.
   */
  keys: readonly (Lock & Partial<Encrypted>)[]
  /** `false`: a success, which clears the count and what it led to. */
  failed: boolean
  /** Nothing is saved while one of the keys is locked. */
  refusedWhileLocked: boolean
}

export type FailureCounters = {
  /** Deletes those that are forgotten. */
  sweep(): Promise<void>
}

export function failureCounterStore(database: Database): FailureCounters {
  return {
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

/** As the statement takes them: a row for each key. */
export function failureRows(changes: readonly FailureChange[]) {
  return changes.flatMap(({ keys, ...change }) => {
    const ruleId = drawRuleId()
    return keys.map((key) => ({ ...key, ...change, ruleId }))
  })
}

const value = sql.placeholder

const locked = (columns: SQL) => sql`
  ${OWNER}, changes as (
    select change.* from jsonb_to_recordset(${value('failures')}::text::jsonb)
      as change (key text, "ofOwner" boolean, "refusedWhileLocked" boolean${columns})
    where ${APPLIES}
  ), known_failures as (
    select counter.* from (select key, "refusedWhileLocked" from changes order by key) as wanted, lateral (
      select counter.key, wanted."refusedWhileLocked", counter.locked_until,
        case when counter.ends_at > now() then counter.count else 0 end as count
      from ${failureCounters} as counter where counter.key = wanted.key
      for update
    ) as counter
  ), locked_out as (
    select key as locked_key from known_failures
    where "refusedWhileLocked" and locked_until > now() order by locked_until desc limit 1
  ), unlocked as (
    select where not exists (select from locked_out)
  )`

/**
 * Parts of a statement that saves a challenge with a failure. `unlocked` has a row when nothing is locked; `failed` and
 * `begun_failing` count when there is a row in `challenge`. Every statement locks those that are there in one order,
 * before any challenge and the counters of rate-limits.ts, and makes a new one last: when another statement
 * makes it meanwhile this one fails as a whole (`isFailureRace`), and is to be repeated.
 */
export const FAILURES_LOCKED = sql`
  ${locked(sql`, "secretId" text, ciphertext text, "ruleId" text,
    first int, every int, seconds float8, longest float8, jitter float8, "forgottenAfter" float8, "disablesAt" int`)},
  failing as (
    select changes.*, known_failures.key is null as is_new, coalesce(count, 0) as count
    from changes left join known_failures using (key)
  )`

/** After so many: whether it locks, and for how long. */
const LOCKED_UNTIL = sql`
  case when count + 1 >= first and (count + 1 - first) % every = 0
    then now() + least(longest, seconds * power(2, least(30, (count + 1 - first) / every)))
      * (1 + jitter * random()) * interval '1 second' end`

/** A list shows no more of a number than its mask, which is that of its inside lines too. */
const WHOSE = sql`
  case when key like '%;account=%' then ' (an account that has proved it)'
    when key like '%;ext=%' then ' (an inside line)' else '' end`

export const FAILURES_COUNTED = sql`
  failed as (
    insert into ${failureCounters} (key, count, locked_until, ends_at)
    select key, count + 1, ${LOCKED_UNTIL}, now() + "forgottenAfter" * interval '1 second'
    from failing, challenge where not is_new
    on conflict (key) do update
      set count = excluded.count, locked_until = excluded.locked_until, ends_at = excluded.ends_at
  ), begun_failing as (
    insert into ${failureCounters} (key, count, locked_until, ends_at)
    select key, 1, ${LOCKED_UNTIL}, now() + "forgottenAfter" * interval '1 second'
    from failing, challenge where is_new order by key
  ), disabled as (
    insert into ${numberRules} (key, rule_id, secret_id, ciphertext, kind, shown, reason)
    select key, "ruleId", "secretId", ciphertext, 'wrong_codes', masked_number || ${WHOSE}, "disablesAt" || ' wrong codes in a row'
    from failing, challenge where count + 1 >= "disablesAt" order by key
    on conflict (key, kind, for_service, for_channel) do nothing
  )`

/**
 * The same of a success, which clears the count and what it led to. Every approval takes it, and mostly finds nothing to
 * clear: with the parts of a failure in it, it took Postgres 50 µs more.
 */
export const SUCCESS_LOCKED = locked(sql``)

export const SUCCESS_COUNTED = sql`
  cleared as (
    insert into ${failureCounters} (key, count, locked_until, ends_at)
    select key, 0, null::timestamptz, now() from known_failures, challenge
    on conflict (key) do update
      set count = excluded.count, locked_until = excluded.locked_until, ends_at = excluded.ends_at
  ), enabled as (
    delete from ${numberRules} as rule where rule.rule_id in (
      select same.rule_id from changes, challenge, ${numberRules} as same
      where same.key = changes.key and same.kind = 'wrong_codes'
    )
  ), ${OWNED}`

/** Whether a success, under the keys in a row of `input`, has nothing to clear and is not refused. */
export const NOTHING_TO_CLEAR = sql`
  (select true from jsonb_array_elements_text(input.clears) as cleared (key), lateral (
      select from ${failureCounters} as counter where counter.key = cleared.key
      union all select from ${numberRules} as rule where rule.key = cleared.key and rule.kind = 'wrong_codes'
    ) as standing limit 1) is null`

export function isFailureRace(error: unknown): boolean {
  return violates(error, 'failure_counters_pkey')
}

const sweep = deletionOf(failureCounters, sql`ends_at < now()`, sql`ends_at, key`)
