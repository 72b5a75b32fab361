// What stands for or against calling a number: read by the statement that starts a delivery, written by the one that saves a
// report of fraud, and by the operator and the app.

import { sql } from 'drizzle-orm'
import type { Channel } from '../domain/challenge.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import { failureCounters, numberRules, type RuleKind } from './guard-schema.ts'
import { statement } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'

/** `seconds`: how long it holds; `null`: until it is taken back. */
export type NewRule = {
  keys: readonly string[]
  kind: RuleKind
  forService: string
  forChannel: Channel | ''
  shown: string
  reason: string | null
  seconds: number | null
}

/** What is asked before a delivery: whether one of the rules for these keys refuses it. */
export type RuleQuestion = { keys: readonly string[]; service: string; channel: Channel }

/** What refuses a delivery. */
export type StandingRule = { rule: Exclude<RuleKind, 'allow'>; shown: string; until: string | null }

export type ListedRule = Omit<typeof numberRules.$inferSelect, 'key'>

export type NumberRules = {
  /** A rule of the same kind for the same number takes the place of the one before; `allow` and `block` of each other's. */
  add(rule: NewRule, audit: AuditEntry): Promise<void>
  /**
   * Of these kinds, for one service or, with `null`, for all; with `wrong_codes` also what is counted of them. Whether there
   * was one that still held.
   */
  remove(
    keys: readonly string[],
    kinds: readonly RuleKind[],
    forService: string | null,
    audit: AuditEntry,
  ): Promise<boolean>
  /** Whether the operator's lists say so; of two that hold the longest key decides. */
  allows(keys: readonly string[]): Promise<boolean>
  /** Those that hold, newest first; one line for a number, however many secrets it is hashed under. */
  list(limit: number): Promise<ListedRule[]>
  /** Deletes those that are over. */
  sweep(): Promise<void>
}

export function numberRuleStore(database: Database): NumberRules {
  return {
    async add(rule, audit) {
      await add(database, { rules: JSON.stringify(rows([rule])), ...auditParameters(audit) })
    },
    async remove(keys, kinds, forService, audit) {
      const lists = { keys: JSON.stringify(keys), kinds: JSON.stringify(kinds) }
      const clears = kinds.includes('wrong_codes')
      const removed = await remove(database, { ...lists, clears, forService, ...auditParameters(audit) })
      return removed.some(({ held }) => held)
    },
    async allows(keys) {
      const [listed] = await mostSpecific(database, { ruleKeys: JSON.stringify(keys) })
      return listed?.kind === 'allow'
    },
    list: (limit) => list(database, { limit }),
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

/** As the statements take them: a row for each key. */
export function rows(rules: readonly NewRule[]) {
  return rules.flatMap(({ keys, ...rule }) => keys.map((key) => ({ key, ...rule })))
}

const value = sql.placeholder
const texts = (name: string) => sql`any (array(select jsonb_array_elements_text(${value(name)}::text::jsonb)))`
const HOLDS = sql`(rule.until is null or rule.until > now())`

/**
 * Whether the person at the challenge's number has reported its service. `of`: the table or nothing, for the columns' names.
 * Not by `exists`, which the planner takes for a reason to read all reports at once and look the number up among them.
 */
export const isReported = (of: ReturnType<typeof sql>) => sql`
  (select true from ${numberRules} as rule
    where rule.key = 'number:' || ${of}number_hash and rule.kind = 'report' and rule.for_service = ${of}service_id
      and ${HOLDS}
    limit 1) is true`

const MOST_SPECIFIC = sql`
  where kind in ('allow', 'block')
  order by key like 'number:%' desc, length(key) desc, created_at desc limit 1`

/** Part of a statement that starts a delivery: has a row when a rule refuses it. Of the two lists the longest key decides. */
export const REFUSED = sql`
  rules as (
    select rule.* from ${numberRules} as rule
    where rule.key = ${texts('ruleKeys')} and rule.for_service in ('', ${value('ruleService')})
      and rule.for_channel in ('', ${value('ruleChannel')}) and ${HOLDS}
      and (rule.kind <> 'wrong_codes' or rule.key in (select key from lock_keys))
  ), listed as (
    select * from rules ${MOST_SPECIFIC}
  ), refused as (
    select kind as rule, shown, until from rules where kind in ('report', 'opt_out', 'wrong_codes')
    union all select kind, shown, until from listed where kind = 'block'
    order by until nulls first limit 1
  )`

const mostSpecific = statement<{ kind: RuleKind }>(sql`
  with rules as (select * from ${numberRules} as rule where rule.key = ${texts('ruleKeys')} and ${HOLDS})
  select kind from rules ${MOST_SPECIFIC}`)

const INSERTED = sql`
  insert into ${numberRules} as known (key, kind, for_service, for_channel, shown, reason, until)
  select rule.key, rule.kind, rule."forService", rule."forChannel", rule.shown, rule.reason,
    now() + rule.seconds * interval '1 second'`

const RULE_ROWS = sql`
  jsonb_to_recordset(${value('rules')}::text::jsonb)
    as rule (key text, kind text, "forService" text, "forChannel" text, shown text, reason text, seconds float8)`

// In one order, so that no two statements wait for each other.
const LAST_COUNTS = sql`
  order by rule.key
  on conflict (key, kind, for_service, for_channel) do update
    set until = excluded.until, reason = excluded.reason, created_at = now()`

/** Part of a statement that saves a challenge: what was learnt of its number stands or falls with it. */
export const RULES_LEARNT = sql`
  learnt as (${INSERTED} from challenge, ${RULE_ROWS} ${LAST_COUNTS})`

const add = statement(sql`
  with opposite as (
    delete from ${numberRules} as other using ${RULE_ROWS}
    where other.key = rule.key and (other.kind, rule.kind) in (('allow', 'block'), ('block', 'allow'))
    returning other.key
  ), added as (
    ${INSERTED} from ${RULE_ROWS} ${LAST_COUNTS} returning key
  )
  ${appended(sql`(select count(*) from opposite) + (select count(*) from added) > 0`)}`)

const remove = statement<{ held: boolean }>(sql`
  with removed as (
    delete from ${numberRules} as rule
    where rule.key = ${texts('keys')} and rule.kind = ${texts('kinds')}
      and rule.for_service = coalesce(${value('forService')}::text, rule.for_service)
    returning ${HOLDS} as held
  ), forgotten as (
    delete from ${failureCounters} where ${value('clears')}::boolean and key = ${texts('keys')}
    returning ends_at > now() as held
  ), audited as (
    ${appended(sql`(select count(*) from removed where held) + (select count(*) from forgotten where held) > 0`)}
  )
  select held from removed union all select held from forgotten`)

const list = statement<ListedRule>(sql`
  select kind, for_service as "forService", for_channel as "forChannel", shown, reason, created_at as "createdAt", until
  from ${numberRules} as rule where ${HOLDS}
  group by kind, for_service, for_channel, shown, reason, created_at, until
  order by created_at desc limit ${value('limit')}`)

const sweep = deletionOf(numberRules, sql`until < now()`, sql`until, key, kind, for_service, for_channel`)
