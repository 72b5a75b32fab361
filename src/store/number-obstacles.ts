// What the lists, the counters and the locks have against a number, read without counting and without holding a row.

import { sql } from 'drizzle-orm'
import type { Database } from './database.ts'
import { failureCounters, numberRules, type RuleKind } from './guard-schema.ts'
import { HOLDS, MOST_SPECIFIC } from './number-rules.ts'
import { statement } from './orm.ts'
import { rateLimitCounters } from './schema.ts'

export type FoundRule = { rule: RuleKind; shown: string; forService: string; forChannel: string; until: string | null }
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
export type ObstacleKeys = { [kind in keyof FoundObstacles]: readonly string[] }

export function numberObstacles(database: Database): NumberObstacles {
  return {
    async find({ rules, counters, locks }) {
      const [foundRules, foundCounters, foundLocks] = await Promise.all([
        findRules(database, { keys: JSON.stringify(rules) }),
        findCounters(database, { keys: JSON.stringify(counters) }),
        findLocks(database, { keys: JSON.stringify(locks) }),
      ])
      return { rules: foundRules, counters: foundCounters, locks: foundLocks }
    },
  }
}

const KEYS = sql`any (array(select jsonb_array_elements_text(${sql.placeholder('keys')}::text::jsonb)))`

// A number has a row under every secret that is listed: of one rule they say the same.
const findRules = statement<FoundRule>(sql`
  with rules as (
    select * from ${numberRules} as rule where rule.key = ${KEYS} and ${HOLDS}
  ), listed as (
    select * from rules ${MOST_SPECIFIC}
  )
  select kind as rule, shown, for_service as "forService", for_channel as "forChannel", until
  from rules where kind in ('report', 'opt_out', 'wrong_codes')
  union select kind, shown, for_service, for_channel, until from listed
  order by 1, 3, 4`)

const findCounters = statement<FoundCounter>(sql`
  select key, seconds, count, ends_at as until from ${rateLimitCounters}
  where key = ${KEYS} and ends_at > now() order by seconds, key`)

const findLocks = statement<FoundLock>(sql`
  select key, locked_until as until from ${failureCounters} where key = ${KEYS} and locked_until > now() order by key`)
