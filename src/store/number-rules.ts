// What stands for or against calling a number: read by the statement that starts a delivery, written by the one that saves a
// report of fraud, and by the operator and the app.

import { sql } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Channel } from '../domain/challenge.ts'
import { type AuditEntry, appended, auditParameters } from './audit-log.ts'
import type { Database } from './database.ts'
import type { Encrypted } from './encryption.ts'
import { numberRules, type RuleKind } from './guard-schema.ts'
import { statement, texts } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'
import { type BlockedKeys, type EndedBlock, unblock } from './unblock-number.ts'

/** A prefix in clear; a number by its hash under one secret, and encrypted under the same. */
export type RuleKey = string | EncryptedKey
export type EncryptedKey = { key: string } & Encrypted

/** `seconds`: how long it holds; `null`: until it is taken back. */
export type NewRule = {
  keys: readonly RuleKey[]
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

export type ListedRule = Omit<typeof numberRules.$inferSelect, 'key' | 'ruleId' | 'secretId' | 'ciphertext'>

export type NumberRules = {
  /** A rule of the same kind for the same number takes the place of the one before; `allow` and `block` of each other's. */
  add(rule: NewRule, audit: AuditEntry): Promise<void>
  /** Of these kinds, for one service or, with `null`, for all. Whether there was one that still held. */
  remove(
    keys: readonly string[],
    kinds: readonly RuleKind[],
    forService: string | null,
    audit: AuditEntry,
  ): Promise<boolean>
  /** Reports to every service, and all that failures have led to. Whether any of it still held. */
  unblock(blocked: BlockedKeys, audit: AuditEntry): Promise<boolean>
  /** Whether the operator's lists say so; of two that hold the longest key decides. */
  allows(keys: readonly string[]): Promise<boolean>
  /** Those that hold, newest first; one line for a number, however many secrets it is hashed under. */
  list(limit: number): Promise<ListedRule[]>
  /** Of rules for numbers that lack a key under one of these secrets a key that they have under another, by `ruleId`. */
  lacking(secretIds: readonly string[], after: string, limit: number): Promise<(EncryptedKey & { ruleId: string })[]>
  /** Another key for each rule that has this one. */
  addKey(from: string, added: EncryptedKey): Promise<void>
  /** Deletes keys under other secrets of rules that have one under these. */
  deleteKeysOfOthers(secretIds: readonly string[]): Promise<void>
  /** Deletes those that are over. */
  sweep(): Promise<void>
}

export function numberRuleStore(database: Database): NumberRules {
  /** A rotation that read a rule before it was deleted has added a key, which the statement could not see. */
  async function wholly(removed: readonly EndedBlock[]): Promise<boolean> {
    await removeKeys(database, { ruleIds: JSON.stringify(removed.flatMap(({ ruleId }) => ruleId ?? [])) })
    return removed.some(({ held }) => held)
  }
  const deleteOthers = batchSweep((batch, values: { secretIds: string }) =>
    deleteKeysOfOthers(database, { ...batch, ...values }),
  )
  return {
    async add(rule, audit) {
      await add(database, { rules: JSON.stringify(rows([rule])), ...auditParameters(audit) })
    },
    async remove(keys, kinds, forService, audit) {
      const lists = { keys: JSON.stringify(keys), kinds: JSON.stringify(kinds) }
      return wholly(await remove(database, { ...lists, forService, ...auditParameters(audit) }))
    },
    unblock: async (blocked, audit) => wholly(await unblock(database, blocked, audit)),
    async allows(keys) {
      const [listed] = await mostSpecific(database, { ruleKeys: JSON.stringify(keys) })
      return listed?.kind === 'allow'
    },
    list: (limit) => list(database, { limit }),
    lacking: (secretIds, after, limit) => lacking(database, { secretIds: JSON.stringify(secretIds), after, limit }),
    async addKey(from, added) {
      await addKey(database, { from, ...added })
    },
    deleteKeysOfOthers: (secretIds) => deleteOthers({ secretIds: JSON.stringify(secretIds) }),
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

/** As the statements take them: a row for each key. */
export function rows(rules: readonly NewRule[]) {
  return rules.flatMap(({ keys, ...rule }) => {
    const ruleId = drawRuleId()
    return keys.map((key) => ({ ...(typeof key === 'string' ? { key } : key), ...rule, ruleId }))
  })
}

export const drawRuleId = () => nanoid(12)

const value = sql.placeholder
export const HOLDS = sql`(rule.until is null or rule.until > now())`

/**
 * Whether the person at the challenge's number has reported its service. `of`: the table or nothing, for the columns' names.
 * Not by `exists`, which the planner takes for a reason to read all reports at once and look the number up among them.
 */
export const isReported = (of: ReturnType<typeof sql>) => sql`
  (select true from ${numberRules} as rule
    where rule.key = 'number:' || ${of}number_hash and rule.kind = 'report' and rule.for_service = ${of}service_id
      and ${HOLDS}
    limit 1) is true`

export const MOST_SPECIFIC = sql`
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

/**
 * The same in a statement that makes several challenges (insert-batch.ts): whatever stands against one of their numbers, and
 * the condition that one does against a row of `input`, which is true or null.
 */
export const STANDING = sql`
  standing as materialized (
    select rule.key, rule.for_service, rule.for_channel from ${numberRules} as rule
    where rule.key = any (array(select distinct unnest("ruleKeys") from input)) and rule.kind <> 'allow' and ${HOLDS}
  )`
export const STANDS_AGAINST = sql`
  select true from standing where key = any (input."ruleKeys")
    and for_service in ('', input.service_id) and for_channel in ('', input."ruleChannel") limit 1`

const mostSpecific = statement<{ kind: RuleKind }>(sql`
  with rules as (select * from ${numberRules} as rule where rule.key = ${texts('ruleKeys')} and ${HOLDS})
  select kind from rules ${MOST_SPECIFIC}`)

const INSERTED = sql`
  insert into ${numberRules} as known
    (key, rule_id, secret_id, ciphertext, kind, for_service, for_channel, shown, reason, until)
  select rule.key, rule."ruleId", rule."secretId", rule.ciphertext, rule.kind, rule."forService", rule."forChannel",
    rule.shown, rule.reason, now() + rule.seconds * interval '1 second'`

const RULE_ROWS = sql`
  jsonb_to_recordset(${value('rules')}::text::jsonb)
    as rule (key text, "ruleId" text, "secretId" text, ciphertext text, kind text, "forService" text, "forChannel" text, shown text, reason text, seconds float8)`

// In one order, so that no two statements wait for each other.
const LAST_COUNTS = sql`
  order by rule.key
  on conflict (key, kind, for_service, for_channel) do update
    set rule_id = excluded.rule_id, secret_id = excluded.secret_id, ciphertext = excluded.ciphertext,
      until = excluded.until, reason = excluded.reason, created_at = now()`

/** Part of a statement that saves a challenge: what was learnt of its number stands or falls with it. */
export const RULES_LEARNT = sql`
  learnt as (${INSERTED} from challenge, ${RULE_ROWS} ${LAST_COUNTS})`

const add = statement(sql`
  with replaced as (
    select before.rule_id, before.kind = rule.kind as is_same from ${numberRules} as before join ${RULE_ROWS} using (key)
    where (before.kind, rule.kind) in (('allow', 'block'), ('block', 'allow')) or (before.kind = rule.kind
      and before.for_service = rule."forService" and before.for_channel = rule."forChannel")
  ), opposite as (
    delete from ${numberRules} as before where before.rule_id in (select rule_id from replaced where not is_same)
    returning before.key
  ), outdated as (
    delete from ${numberRules} as before where before.rule_id in (select rule_id from replaced where is_same)
      and before.key not in (select rule.key from ${RULE_ROWS})
  ), added as (
    ${INSERTED} from ${RULE_ROWS} ${LAST_COUNTS} returning key
  )
  ${appended(sql`(select count(*) from opposite) + (select count(*) from added) > 0`)}`)

const remove = statement<{ held: boolean; ruleId: string | null }>(sql`
  with removed as (
    delete from ${numberRules} as rule
    where rule.rule_id in (
      select same.rule_id from ${numberRules} as same
      where same.key = ${texts('keys')} and same.kind = ${texts('kinds')}
        and same.for_service = coalesce(${value('forService')}::text, same.for_service)
    )
    returning rule.rule_id as "ruleId", ${HOLDS} as held
  ), audited as (
    ${appended(sql`(select count(*) from removed where held) > 0`)}
  )
  select "ruleId", held from removed`)

const removeKeys = statement(sql`delete from ${numberRules} where rule_id = ${texts('ruleIds')}`)

const lacking = statement<EncryptedKey & { ruleId: string }>(sql`
  select distinct on (rule.rule_id) rule.rule_id as "ruleId", rule.key, rule.secret_id as "secretId", rule.ciphertext
  from ${numberRules} as rule
  where rule.rule_id > ${value('after')}::text and rule.secret_id = ${texts('secretIds')} and ${HOLDS} and exists (
    select from jsonb_array_elements_text(${value('secretIds')}::text::jsonb) as listed (secret_id)
    where not exists (
      select from ${numberRules} as other where other.rule_id = rule.rule_id and other.secret_id = listed.secret_id
    )
  )
  order by rule.rule_id limit ${value('limit')}`)

// Waits for whoever is deleting the rule. Where the number was given such a rule under that secret meanwhile, the one that
// holds longer stands.
const addKey = statement(sql`
  insert into ${numberRules} as known (key, rule_id, secret_id, ciphertext, kind, for_service, for_channel, shown, reason, created_at, until)
  select ${value('key')}, rule_id, ${value('secretId')}, ${value('ciphertext')}, kind, for_service, for_channel, shown, reason,
    created_at, until
  from ${numberRules} as rule where key = ${value('from')} for share
  on conflict (key, kind, for_service, for_channel) do update
    set rule_id = excluded.rule_id, secret_id = excluded.secret_id, ciphertext = excluded.ciphertext,
      reason = excluded.reason, created_at = excluded.created_at, until = excluded.until
    where known.until < coalesce(excluded.until, 'infinity')`)

const list = statement<ListedRule>(sql`
  select kind, for_service as "forService", for_channel as "forChannel", shown, reason, created_at as "createdAt", until
  from ${numberRules} as rule where ${HOLDS}
  group by kind, for_service, for_channel, shown, reason, created_at, until
  order by created_at desc limit ${value('limit')}`)

const deleteKeysOfOthers = deletionOf(
  numberRules,
  sql`secret_id is not null and not secret_id = ${texts('secretIds')} and exists (
    select from ${numberRules} as other where other.rule_id = number_rules.rule_id and other.secret_id = ${texts('secretIds')})`,
  sql`key, kind, for_service, for_channel`,
)

const sweep = deletionOf(numberRules, sql`until < now()`, sql`until, key, kind, for_service, for_channel`)
