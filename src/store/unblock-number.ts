// Ends what reports and failures have led to for a number, each inside line of it, and the accounts that have proved it.

import { type SQL, sql } from 'drizzle-orm'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { failureCounters, numberRules } from './guard-schema.ts'
import { statement, texts } from './orm.ts'
import { rateLimitCounters } from './schema.ts'
import { gateParameters, WRONG_GATES } from './wrong-gates.ts'

/**
 * The keys of a number's rules; those of its failures, behind which are those of its inside lines and accounts; and the hashes
 * of its wrong gates.
 */
export type BlockedKeys = { keys: readonly string[]; failures: readonly string[]; gates: readonly string[] }

export type EndedBlock = { held: boolean; ruleId: string | null }

export function unblock(
  database: Database,
  { keys, failures, gates }: BlockedKeys,
  audit: AuditEntry,
): Promise<EndedBlock[]> {
  const lists = { keys: JSON.stringify(keys), failures: JSON.stringify(failures) }
  return ended(database, { ...lists, ...gateParameters(gates), ...auditParameters(audit) })
}

/**
 * Whether a key is one of these, or behind one: of an inside line, or of an account. A hash has one length, so what begins
 * with one goes on with a semicolon. By the operators that an index of `text_pattern_ops` has.
 */
export const isOrBehind = (key: SQL, of: SQL) => sql`(${key} ~>=~ ${of} and ${key} ~<~ (${of} || '<'))`

/** Each as `asked.key`. */
export const FAILURES = sql`jsonb_array_elements_text(${sql.placeholder('failures')}::text::jsonb) as asked (key)`

// In one order, so that no two statements wait for each other: the rules last, as the failures that put them lock them.
const ended = statement<EndedBlock>(sql`
  with gates as (
    delete from ${rateLimitCounters} as counter
    using (
      select counter.key from ${rateLimitCounters} as counter
      where counter.key = ${texts('gateKeys')} order by counter.key for update
    ) as counted
    where counter.key = counted.key
    returning counter.counts[1] >= ${sql.raw(String(WRONG_GATES))} and counter.ends_at > now() as held
  ), forgotten as (
    delete from ${failureCounters} as counter
    using (
      select failing.key from (select count(*) from gates) as gates_locked, (
        select key from ${FAILURES} order by key
      ) as asked, lateral (
        select key from ${failureCounters} as failing where ${isOrBehind(sql`failing.key`, sql`asked.key`)}
        order by key for update
      ) as failing
    ) as counted
    where counter.key = counted.key
    returning counter.ends_at > now() as held
  ), removed as (
    delete from ${numberRules} as rule
    where (select count(*) from forgotten) >= 0 and rule.rule_id in (
      select same.rule_id from ${numberRules} as same where same.key = ${texts('keys')} and same.kind = 'report'
      union all
      select same.rule_id from ${FAILURES}, lateral (
        select rule_id from ${numberRules} as same
        where same.kind = 'wrong_codes' and ${isOrBehind(sql`same.key`, sql`asked.key`)}
      ) as same
    )
    returning rule.rule_id as "ruleId", (rule.until is null or rule.until > now()) as held
  ), ended as (
    select "ruleId", held from removed
    union all select null, held from forgotten
    union all select null, held from gates
  ), audited as (
    ${appended(sql`(select count(*) from ended where held) > 0`)}
  )
  select "ruleId", held from ended`)
