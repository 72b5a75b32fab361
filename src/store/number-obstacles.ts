// What the lists, the counters and the locks have against a number, read without counting and without holding a row.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { failureCounters, numberRules, type RuleKind } from './guard-schema.ts'
import { HOLDS, MOST_SPECIFIC } from './number-rules.ts'
import { statement, texts } from './orm.ts'
import { end, OPEN, timeOf } from './rate-limits.ts'
import { rateLimitCounters } from './schema.ts'
import { FAILURES, isOrBehind } from './unblock-number.ts'

export type FoundRule = {
  key: string
  rule: RuleKind
  shown: string
  forService: string
  forChannel: string
  until: string | null
}
type FoundCounter = { key: string; seconds: number; count: number; until: string }
type FoundLock = { key: string; until: string }

export type FoundObstacles = {
  /** Those that refuse, and of the operator's two lists the entry that decides. */
  rules: FoundRule[]
  /** Whose window is open. */
  counters: FoundCounter[]
  locks: FoundLock[]
}

export type NumberObstacles = { find(keys: ObstacleKeys): Promise<FoundObstacles> }
/** `failures`: those of failures, which lock and put rules; also what is behind one is found. */
export type ObstacleKeys = { [what in 'rules' | 'counters' | 'failures']: readonly string[] }

export function numberObstacles(database: Database): NumberObstacles {
  return {
    async find({ rules, counters, failures }) {
      const [foundRules, foundCounters, foundLocks] = await Promise.all([
        findRules(database, { keys: JSON.stringify(rules), failures: JSON.stringify(failures) }),
        findCounters(database, { keys: JSON.stringify(counters) }),
        findLocks(database, { failures: JSON.stringify(failures) }),
      ])
      return { rules: foundRules, counters: foundCounters, locks: foundLocks }
    },
  }
}

const KEYS = texts('keys')

const findRules = statement<FoundRule>(sql`
  with rules as (
    select * from ${numberRules} as rule where rule.key = ${KEYS} and ${HOLDS}
  ), listed as (
    select * from rules ${MOST_SPECIFIC}
  ), disabling as (
    select rule.* from ${FAILURES}, lateral (
      select * from ${numberRules} as rule
      where rule.kind = 'wrong_codes' and ${isOrBehind(sql`rule.key`, sql`asked.key`)} and ${HOLDS}
    ) as rule
  )
  select key, kind as rule, shown, for_service as "forService", for_channel as "forChannel", until
  from (
    select * from rules where kind in ('report', 'opt_out')
    union all select * from listed
    union all select * from disabling
  ) as found
  order by 2, 4, 5, 1`)

const findCounters = statement<FoundCounter>(sql`
  select key, open.seconds, open.count, ${timeOf(end('open'))} as until from ${rateLimitCounters} as counter, lateral ${OPEN}
  where key = ${KEYS} order by seconds, key`)

const findLocks = statement<FoundLock>(sql`
  select failing.key, failing.locked_until as until from ${FAILURES}, lateral (
    select * from ${failureCounters} as failing
    where ${isOrBehind(sql`failing.key`, sql`asked.key`)} and failing.locked_until > now()
  ) as failing
  order by 1`)
