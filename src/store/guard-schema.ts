// The tables of the guard that are about numbers, and about the pages that are open.

import { sql } from 'drizzle-orm'
import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ChallengeId, Channel } from '../domain/challenge.ts'
import { time } from './schema.ts'

/**
 * `allow`, `block`: the operator's lists. `opt_out`: the person's word to every service. `report`: of fraud, to one.
 * `wrong_codes`: so many in a row that no code is sent.
 */
export type RuleKind = 'allow' | 'block' | 'opt_out' | 'report' | 'wrong_codes'

/**
 * What stands for or against calling a number. A number is known by its hashes, a row for each listed secret
 * (src/guard/rule-rotation.ts); a prefix is in clear.
 */
export const numberRules = pgTable(
  'number_rules',
  {
    /** `number:<hash>`, `prefix:+8816` or, of `wrong_codes`, the key of the failure counter. */
    key: text('key').notNull(),
    kind: text('kind').$type<RuleKind>().notNull(),
    /** Empty: every service. */
    forService: text('for_service').notNull().default(''),
    /** Empty: both. */
    forChannel: text('for_channel').$type<Channel | ''>().notNull().default(''),
    /** The same for each key of a rule. */
    ruleId: text('rule_id').notNull(),
    /** Of a number: the secret that its hash and the key of its encryption derive from. */
    secretId: text('secret_id'),
    /** Of a number: what was hashed, encrypted, so that it is found under the next secret too. */
    ciphertext: text('ciphertext'),
    /** What a list of the rules shows of the number or prefix. */
    shown: text('shown').notNull(),
    reason: text('reason'),
    createdAt: time('created_at').notNull().defaultNow(),
    /** `null`: until it is taken back. */
    until: time('until'),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.kind, table.forService, table.forChannel] }),
    index('number_rules_until').on(table.until).where(sql`${table.until} is not null`),
    index('number_rules_rule_id').on(table.ruleId),
    // Those of a number's inside lines and accounts are found by how their keys begin.
    index('number_rules_wrong_codes').on(table.key.op('text_pattern_ops')).where(sql`${table.kind} = 'wrong_codes'`),
  ],
)

/** Accounts of a service that have proved a number: those that guess and ask in other names don't count against them. */
export const numberOwners = pgTable(
  'number_owners',
  {
    /** The hash of the number, and behind it that of the number with service and account. */
    key: text('key').primaryKey(),
    /** When the proof is forgotten. */
    endsAt: time('ends_at').notNull(),
  },
  (table) => [index('number_owners_ends_at').on(table.endsAt)],
)

/** Failures of a number in a row. */
export const failureCounters = pgTable(
  'failure_counters',
  {
    /** `code:<hash>`; of an inside line `code:<hash>;ext=<hash>`, and of an account that has proved it `…;account=<hash>`. */
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    lockedUntil: time('locked_until'),
    /** When the count is forgotten. */
    endsAt: time('ends_at').notNull(),
  },
  (table) => [
    index('failure_counters_ends_at').on(table.endsAt),
    index('failure_counters_behind').on(table.key.op('text_pattern_ops')),
  ],
)

/** Until when a page of a challenge counts as connected, of those alone that require one. No index moves with a renewal. */
export const pageLeases = pgTable('page_leases', {
  challengeId: text('challenge_id').$type<ChallengeId>().primaryKey(),
  endsAt: time('ends_at').notNull(),
})
