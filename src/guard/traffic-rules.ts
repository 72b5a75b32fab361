// What the guard judges by: how many of the calls are verified, and what they cost. Everything is a count of the last hour or
// day; the thresholds and where they come from are in docs/guard.md.

import type { Refusal } from '../domain/refusal.ts'
import type { RuleMode, TrafficRule } from '../domain/traffic-rule.ts'
import type { Traffic, TrafficTotals } from '../store/guard-traffic.ts'
import { type BlockedPrefix, CONVERSION, type PrefixBlock } from '../store/prefix-traffic.ts'

import { type DeckEntry, UNITS } from './rate-deck.ts'

/** At most so much in an hour or a day. */
export type Ceiling = { max: number; seconds: number }

export type TrafficSettings = {
  modes: Record<TrafficRule, RuleMode>
  /** How many calls to a region may be without a verification in an hour, beside as many as were verified in a day. */
  unverifiedBudget: number
  /** Ceilings, in whole units of the deck's currency. */
  spending: { service: Ceiling[]; all: Ceiling[] }
  deck: DeckEntry[]
}

/** A rule that stands against something, or should. `until`: ISO 8601, where it is known. */
export type Finding = { rule: TrafficRule; key: string; reason: string; seconds: number; until?: string }

export const NO_TRAFFIC: Traffic = { started: 0, verified: 0, failed: 0, cost: 0 }

export function sum(one: Traffic, other: Traffic): Traffic {
  return {
    started: one.started + other.started,
    verified: one.verified + other.verified,
    failed: one.failed + other.failed,
    cost: one.cost + other.cost,
  }
}

/** Of a region, by the calls whose outcome is known: after so many with less than one in five verified. */
export function lowConversion({ key, hour, day }: TrafficTotals): Finding | null {
  for (const [traffic, span] of [
    [hour, 'hour'],
    [day, 'day'],
  ] as const) {
    const ended = traffic.verified + Math.max(0, traffic.failed)
    if (ended < CONVERSION.calls || traffic.verified * CONVERSION.oneIn >= ended) continue
    const reason = `Of the last ${ended} calls and texts to ${named(key)} that ended in the last ${span}, ${traffic.verified} were verified: less than one in ${CONVERSION.oneIn}.`
    return { rule: 'conversion', key, reason, seconds: CONVERSION.blockSeconds }
  }
  return null
}

/** Of a carrier's calls to a region beside those of the others: less than half as many verified, of enough of both. */
export function worseCarriers(totals: readonly TrafficTotals[]): Finding[] {
  const known = totals.flatMap(({ key, day }) => {
    const [, carrier, region] = key.split(':')
    if (region === undefined) return []
    return { key, carrier, region, verified: day.verified, ended: day.verified + Math.max(0, day.failed) }
  })
  return known.flatMap(({ key, carrier, region, verified, ended }) => {
    const others = known.filter((one) => one.region === region && one.carrier !== carrier)
    const [theirs, of] = [
      others.reduce((total, one) => total + one.verified, 0),
      others.reduce((total, one) => total + one.ended, 0),
    ]
    if (ended < CONVERSION.calls || of < CONVERSION.calls || verified * of * 2 >= theirs * ended) return []
    const reason = `Of ${ended} calls and texts to ${region} through ${carrier} that ended in the last day, ${verified} were verified; of ${of} through other carriers, ${theirs}: it verifies less than half as many of them.`
    return [{ rule: 'carriers', key, reason, seconds: CONVERSION.blockSeconds } as const]
  })
}

/** Of a region, what is under way included: the more were verified in a day, the more may be open in an hour. */
export function budgetSpent({ key, hour, day }: TrafficTotals, base: number): Finding | null {
  const [open, budget] = [hour.started - hour.verified, base + day.verified]
  if (open < budget) return null
  const reason = `${open} calls and texts to ${named(key)} in the last hour are not verified; ${base} may be, and ${day.verified} more for those verified in the last day.`
  return { rule: 'unverified', key, reason, seconds: 3600 }
}

/** The delivery that reaches a ceiling is the last one. */
export function ceilingReached({ key, hour, day }: TrafficTotals, ceilings: readonly Ceiling[]): Finding | null {
  for (const { max, seconds } of ceilings) {
    const [spent, span] = seconds === 3600 ? [hour.cost, 'hour'] : [day.cost, 'day']
    if (spent < max * UNITS) continue
    const reason = `Calls and texts of ${named(key)} have cost about ${money(spent)} in the last ${span}: the ceiling is ${money(max * UNITS)}.`
    return { rule: 'spending', key, reason, seconds }
  }
  return null
}

export function sharesSpent(
  { hour, day }: TrafficTotals,
  ceilings: readonly Ceiling[],
): { window: 'hour' | 'day'; share: number }[] {
  return ceilings.map(({ max, seconds }) => {
    const [spent, window] = seconds === 3600 ? [hour.cost, 'hour' as const] : [day.cost, 'day' as const]
    return { window, share: max === 0 ? 1 : spent / (max * UNITS) }
  })
}

export function prefixBlocked({ prefix, rule, started, verified, neighbours, until }: BlockedPrefix): Finding {
  const reason =
    rule === 'neighbours'
      ? `${neighbours + 1} calls and texts went to neighbouring numbers that begin with ${prefix}, and ${verified} were verified.`
      : `Of ${started} calls and texts to numbers that begin with ${prefix}, ${verified} were verified: less than one in ${CONVERSION.oneIn}.`
  return { rule, key: prefixKeyOf(prefix), reason, seconds: CONVERSION.blockSeconds, until }
}

/** The same, seen by the delivery that it stands against: its numbers are not known there. */
export function blockFinding({ by, prefix, until }: PrefixBlock): Finding {
  const reason =
    by === 'neighbours'
      ? `Calls go to one neighbouring number after another that begins with ${prefix}.`
      : `Too few of the calls to numbers that begin with ${prefix} are verified.`
  return { rule: by, key: prefixKeyOf(prefix), reason, seconds: CONVERSION.blockSeconds, until }
}

export function prefixKeyOf(prefix: string): string {
  return `prefix:${prefix}`
}

export function refusalBy({ rule, key, seconds, until }: Finding): Refusal {
  switch (rule) {
    case 'conversion':
    case 'neighbours':
      return {
        refused: 'number_blocked',
        detail: key.startsWith('prefix:')
          ? `Numbers that begin like this one are blocked${until ? ` until ${until}` : ''}: the calls to them look like fraud.`
          : `Numbers in ${named(key)} are blocked${until ? ` until ${until}` : ''}: too few of the calls to them are verified.`,
        ...(until && { until }),
      }
    case 'carriers':
      throw new Error('What is told of a carrier refuses nothing.')
    case 'unverified':
      return {
        refused: 'rate_limited',
        detail: `Too many calls to ${named(key)} are not verified yet.`,
        retryAfter: 60,
        limit: { name: 'unverified-calls', quota: null },
      }
    case 'spending':
      return {
        refused: 'rate_limited',
        detail: `The operator's ceiling on the cost of calls is reached for this ${seconds === 3600 ? 'hour' : 'day'}.`,
        retryAfter: 600,
        limit: { name: 'spending', quota: null },
      }
  }
}

export function money(units: number): string {
  return (units / UNITS).toFixed(2)
}

/** Of a key: the region's code, `all services`, or `the service svc_…`. */
export function named(key: string): string {
  const [kind, name] = key.split(':')
  return kind === 'all' ? 'all services' : kind === 'service' ? `the service ${name}` : name!
}
