// Deliveries to numbers that differ only in their last four digits, counted by the statement that starts one: after so many
// of which too few were verified, or that went to neighbours, the prefix is blocked by the very statement that reaches the
// threshold. So no instance starts one more, however many work at it at once.

import { type SQL, sql } from 'drizzle-orm'
import type { RuleMode, TrafficRule } from '../domain/traffic-rule.ts'
import type { Database } from './database.ts'
import { statement } from './orm.ts'
import { batchSweep, deletionOf } from './sweep.ts'
import { prefixTraffic } from './traffic-schema.ts'

/** What a delivery counts for; `null`: nothing is counted. */
export type PrefixQuestion = {
  prefix: string
  region: string
  /** `null`: nothing begins yet, so it is asked for and not counted. */
  suffix: number | null
  conversion: RuleMode
  neighbours: RuleMode
}

/** A rule that stands against the prefix. */
export type PrefixBlock = { by: TrafficRule; prefix: string; until: string }

/** What became of deliveries, added up. `unrung`: by the carrier's fault nobody was reached, so they don't count. */
export type PrefixOutcomes = { prefix: string; verified: number; failed: number; unrung: number }

export type BlockedPrefix = Pick<
  typeof prefixTraffic.$inferSelect,
  'prefix' | 'region' | 'started' | 'verified' | 'failed' | 'neighbours'
> & { rule: TrafficRule; until: string }

/** The facts of docs/guard.md: after 20 calls with less than one in five verified, for 12 hours. */
export const CONVERSION = { calls: 20, oneIn: 5, blockSeconds: 43_200 }
/** So many calls to numbers at most so far from one of the last ones, of which less than one in five was verified. */
export const NEIGHBOURS = { calls: 6, distance: 10, among: 10 }
const HALVED_AFTER = 43_200

const value = sql.placeholder
const number = (count: number) => sql.raw(String(count))
const seconds = (count: number) => sql.raw(`interval '${count} seconds'`)

const HALVINGS = sql`
  greatest(0, least(30, floor(extract(epoch from now() - before.halved_at) / ${number(HALVED_AFTER)})))::int as halvings`

const IS_BLOCKED = sql`before.blocked_until > now()`

/** Old counts weigh half as much every twelve hours; what was blocked begins anew, and keeps its counts until then. */
const AGED = (name: string) => {
  const column = sql.raw(`before.${name}`)
  return sql`case when before.blocked_until is null then ${column} >> halvings when ${IS_BLOCKED} then ${column} else 0 end
    as ${sql.identifier(name)}`
}

const isEnforced = (rule: string) =>
  sql`case ${sql.raw(rule)} when 'neighbours' then ${value('neighboursMode')} else ${value('conversionMode')} end = 'enforce'`

/**
 * The operator's list allows the number (`listed` of number-rules.ts), or the account that asks has proved it (`owner` of
 * number-owners.ts): what strangers do with the numbers beside it keeps nobody from their own.
 */
const IS_EXEMPT = sql`(exists (select from listed where kind = 'allow') or (select proved from owner))`

/** Part of a statement that starts a delivery. `prefix_refused` has a row when a rule that is enforced stands against it. */
export const PREFIX_ASKED = sql`
  prefix_now as (
    select rule, blocked_until as until from ${prefixTraffic} where prefix = ${value('prefix')} and blocked_until > now()
  ), prefix_refused as (
    select from prefix_now where ${isEnforced('rule')} and not ${IS_EXEMPT}
  )`

/** How a statement is given a question: as parameters, or for each of several. */
type Asked = { suffix: SQL; conversionMode: SQL; neighboursMode: SQL }

const asParameters: Asked = {
  suffix: sql`${value('suffix')}::int`,
  conversionMode: sql`${value('conversionMode')}`,
  neighboursMode: sql`${value('neighboursMode')}`,
}

const isNeighbour = (suffix: SQL) => sql`
  exists (select from unnest(before.suffixes) as near
    where abs(near - ${suffix}) between 1 and ${number(NEIGHBOURS.distance)})`

const counted = ({ suffix, conversionMode, neighboursMode }: Asked) => sql`
    on conflict (prefix) do update
      set (started, verified, failed, neighbours, suffixes, halved_at, rule, blocked_until) = (
        select started, verified, failed, neighbours, suffixes, halved_at, reached,
          case when ${IS_BLOCKED} then before.blocked_until
            when reached is not null then now() + ${seconds(CONVERSION.blockSeconds)} end
        from (
          select *, case when ${IS_BLOCKED} then before.rule
            when ${conversionMode} <> 'off' and started >= ${number(CONVERSION.calls)}
              and verified * ${number(CONVERSION.oneIn)} < started then 'conversion'
            when ${neighboursMode} <> 'off' and neighbours >= ${number(NEIGHBOURS.calls - 1)}
              and verified * ${number(CONVERSION.oneIn)} < neighbours + 1 then 'neighbours' end as reached
          from (
            select started + 1 as started, verified, failed,
              neighbours + case when ${isNeighbour(suffix)} then 1 else 0 end as neighbours,
              (before.suffixes || ${suffix})[greatest(1, cardinality(before.suffixes) + 2 - ${number(NEIGHBOURS.among)}):]
                as suffixes,
              case when ${IS_BLOCKED} or (before.blocked_until is null and halvings = 0) then before.halved_at
                else now() end as halved_at
            from (
              select halvings, ${sql.join(
                ['started', 'verified', 'failed', 'neighbours'].map((column) => AGED(column)),
                sql`, `,
              )}
              from (select ${HALVINGS}) as age
            ) as aged offset 0
          ) as counted
        ) as judged)`

/**
 * And the part that counts it, when there is a row in `wanted`, after the counters of rate-limits.ts, as they are counted. What
 * begins under a block that is enforced is counted, or its verification would weigh for nothing that was begun. Under one that
 * is only recorded nothing is, since it would have been refused. A prefix that another statement has blocked since it was read
 * is left as it is: `PREFIX_IS_COUNTED` is false then.
 */
export const PREFIX_COUNTED = sql`
  prefix_wanted as (
    select from wanted, (select count(*) from consumed) as counters_held
    where ${value('suffix')}::int is not null and not exists (
      select from prefix_now where not (${isEnforced('rule')}))
  ), prefix_counted as (
    insert into ${prefixTraffic} as before (prefix, region, started, verified, failed, neighbours, suffixes, halved_at)
    select ${value('prefix')}, ${value('prefixRegion')}, 1, 0, 0, 0, array[${value('suffix')}::int], now() from prefix_wanted
    ${counted(asParameters)}
      where (${IS_BLOCKED}) is not true or (${isEnforced('before.rule')} and ${IS_EXEMPT})
    returning prefix
  )`

/** The same for the rows in `wanted`, each of a prefix of its own, of which none was blocked when that was read. */
export const PREFIXES_COUNTED = sql`
  prefix_wanted as (
    select prefix, "prefixRegion", suffix, "conversionMode", "neighboursMode"
    from wanted where suffix is not null and (select count(*) from consumed) >= 0
  ), prefix_counted as (
    insert into ${prefixTraffic} as before (prefix, region, started, verified, failed, neighbours, suffixes, halved_at)
    select prefix, "prefixRegion", 1, 0, 0, 0, array[suffix], now() from prefix_wanted order by prefix
    ${counted({
      suffix: sql`excluded.suffixes[1]`,
      conversionMode: sql`(select "conversionMode" from prefix_wanted where prefix = excluded.prefix)`,
      neighboursMode: sql`(select "neighboursMode" from prefix_wanted where prefix = excluded.prefix)`,
    })}
      where (${IS_BLOCKED}) is not true
    returning prefix
  )`

/** Of the prefix of a row of `input`: true or null. */
export const PREFIX_BLOCKED = sql`
  select true from ${prefixTraffic} as traffic
  where traffic.prefix = input.prefix and traffic.blocked_until > now() limit 1`

export const PREFIX_IS_COUNTED = sql`
  (select count(*) from prefix_counted) = (select count(*) from prefix_wanted)`

/** What a statement tells of the prefix; `prefixRefused`: its rule is enforced. */
export type PrefixAdmission = { prefixRefused: boolean } & (
  | { prefixRule: TrafficRule; prefixUntil: string }
  | { prefixRule: null; prefixUntil: null }
)

export const PREFIX_ADMISSION = sql`
  prefix_now.rule as "prefixRule", prefix_now.until as "prefixUntil", exists (select from prefix_refused) as "prefixRefused"`

export function blockOf(
  { prefixRule, prefixUntil }: PrefixAdmission,
  question: PrefixQuestion | null | undefined,
): PrefixBlock | null {
  if (!question || prefixRule === null) return null
  return { by: prefixRule, prefix: question.prefix, until: prefixUntil }
}

const NO_PREFIX = { prefix: null, prefixRegion: null, suffix: null, conversionMode: null, neighboursMode: null }

export function prefixValues(question: PrefixQuestion | null | undefined) {
  if (!question) return NO_PREFIX
  const { prefix, region, suffix, conversion, neighbours } = question
  return { prefix, prefixRegion: region, suffix, conversionMode: conversion, neighboursMode: neighbours }
}

export type PrefixTraffic = {
  /** A block that verifications have proved wrong ends. */
  note(outcomes: readonly PrefixOutcomes[]): Promise<void>
  /** Those under a block, the newest first. */
  blocked(limit: number): Promise<BlockedPrefix[]>
  find(prefix: string): Promise<BlockedPrefix | null>
  /** Begins anew. */
  forget(prefix: string): Promise<void>
  /** Deletes what nothing has been counted in for a day, and is not blocked. */
  sweep(): Promise<void>
}

export function prefixTrafficStore(database: Database): PrefixTraffic {
  return {
    async note(outcomes) {
      if (outcomes.length > 0) await note(database, { outcomes: JSON.stringify(outcomes) })
    },
    blocked: (limit) => blocked(database, { limit }),
    async find(prefix) {
      const [found] = await find(database, { prefix })
      return found ?? null
    },
    async forget(prefix) {
      await forget(database, { prefix })
    },
    sweep: batchSweep((batch) => sweep(database, batch)),
  }
}

// In one order, so that no two instances wait for each other.
const note = statement(sql`
  with noted as (
    select kept.prefix, greatest(0, kept.started - known.unrung) as started, kept.verified + known.verified as verified,
      kept.failed + known.failed as failed
    from (
      select * from jsonb_to_recordset(${value('outcomes')}::text::jsonb)
        as outcome (prefix text, verified int, failed int, unrung int)
      order by prefix
    ) as known, lateral (select * from ${prefixTraffic} as row where row.prefix = known.prefix for update) as kept
  )
  update ${prefixTraffic} as kept set started = noted.started, verified = noted.verified, failed = noted.failed,
    (rule, blocked_until) = (
      select case when stands then kept.rule end, case when stands then kept.blocked_until end
      from (select kept.blocked_until is not null and noted.verified * ${number(CONVERSION.oneIn)} <
        case kept.rule when 'neighbours' then kept.neighbours + 1 else greatest(noted.started, ${number(1)}) end
          and (kept.rule = 'neighbours' or noted.started >= ${number(CONVERSION.calls)}) as stands) as judged)
  from noted where kept.prefix = noted.prefix`)

const BLOCKED = sql`
  select prefix, region, started, verified, failed, neighbours, rule, blocked_until as until from ${prefixTraffic}`

const blocked = statement<BlockedPrefix>(sql`
  ${BLOCKED} where blocked_until > now() order by blocked_until desc limit ${value('limit')}`)

const find = statement<BlockedPrefix>(sql`${BLOCKED} where prefix = ${value('prefix')}`)

const forget = statement(sql`delete from ${prefixTraffic} where prefix = ${value('prefix')}`)

const sweep = deletionOf(
  prefixTraffic,
  sql`halved_at < now() - interval '1 day' and (blocked_until is null or blocked_until < now())`,
  sql`halved_at, prefix`,
)
