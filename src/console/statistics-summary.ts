// Rates, out of counts. What is still open counts nowhere; what the app or the page canceled says nothing of the person.

import type { Outcome, Status } from '../domain/challenge.ts'
import {
  type AnswerTime,
  type ChallengeCount,
  type DeliveryCount,
  OTHER_PREFIXES,
  REMOVED_NUMBERS,
  type Statistics,
  type StatisticsQuery,
} from '../store/statistics.ts'

type Length = Pick<StatisticsQuery, 'seconds' | 'stretchSeconds'>

export const PERIODS = {
  '24h': { seconds: 86_400, stretchSeconds: 3_600 },
  '7d': { seconds: 7 * 86_400, stretchSeconds: 6 * 3_600 },
  '30d': { seconds: 30 * 86_400, stretchSeconds: 86_400 },
} as const satisfies Record<string, Length>
export type Period = keyof typeof PERIODS

/** `of` is what could have been so; `null` where there is nothing to divide by. */
export type Share = { count: number; of: number }

export type Figures = {
  created: number
  /** Approved, of all that ended otherwise than by being canceled. */
  approved: Share
  /** Calls that a person or a machine picked up, of all whose fate is known. */
  answered: Share
  /** Texts that arrived, likewise. */
  arrived: Share
}

export type Stretch = Figures & { at: number; byStatus: Record<Status, number> }
export type Group = Figures & { name: string; answerSeconds: number | null; failures: [Outcome['reason'], number][] }

export type Summary = {
  from: number
  isCut: boolean
  all: Figures & { answerSeconds: { median: number; slow: number } | null }
  stretches: Stretch[]
  countries: Group[]
  carriers: Group[]
  /** Those that stand for others come last. */
  prefixes: Group[]
  /** Of all that ended without approval, the commonest first. */
  failures: [Outcome['reason'], number][]
}

const PICKED_UP = new Set(['delivered', 'hung_up', 'no_input', 'voicemail'])
const NOT_PICKED_UP = new Set(['busy', 'no_answer', 'call_rejected', 'unreachable', 'carrier_failed'])
const NO_FAILURE = new Set(['code_matched', 'key_pressed', 'canceled'])

export function summaryOf(statistics: Statistics, stretchSeconds: number): Summary {
  const { from, until, isCut, challenges, deliveries, answerTimes } = statistics
  const byTime = challenges.filter(({ at }) => at !== null)
  const byCountry = challenges.filter(({ region }) => region !== null)
  const deliveriesByTime = deliveries.filter(({ at }) => at !== null)
  const overall = answerTimes.find(
    ({ region, carrier, prefix }) => region === null && carrier === null && prefix === null,
  )
  const width = stretchSeconds * 1000
  const beginnings: number[] = []
  for (let at = Math.floor(from / width) * width; at <= until; at += width) beginnings.push(at)
  return {
    from,
    isCut,
    all: { ...figures(byTime, deliveriesByTime), answerSeconds: overall ?? null },
    stretches: beginnings.map((at) => stretch(at, byTime, deliveriesByTime)),
    countries: groups(
      byCountry.map(({ region }) => region!),
      (name) => ({
        challenges: byCountry.filter(({ region }) => region === name),
        deliveries: deliveries.filter(({ region }) => region === name),
        answers: answerTimes.find(({ region }) => region === name),
      }),
    ),
    carriers: groups(
      deliveries.flatMap(({ carrier }) => carrier ?? []),
      (name) => ({
        challenges: challenges.filter(({ carrier }) => carrier === name),
        failures: 'deliveries',
        deliveries: deliveries.filter(({ carrier }) => carrier === name),
        answers: answerTimes.find(({ carrier }) => carrier === name),
      }),
    ),
    prefixes: groups(
      challenges.flatMap(({ prefix }) => prefix ?? []),
      (name) => ({
        challenges: challenges.filter(({ prefix }) => prefix === name),
        deliveries: deliveries.filter(({ prefix }) => prefix === name),
        answers: answerTimes.find(({ prefix }) => prefix === name),
      }),
    ).toSorted((a, b) => Number(standsForOthers(a)) - Number(standsForOthers(b))),
    failures: failuresIn(byCountry),
  }
}

function stretch(at: number, challenges: ChallengeCount[], deliveries: DeliveryCount[]): Stretch {
  const own = challenges.filter((count) => count.at === at)
  const byStatus = { approved: 0, denied: 0, undelivered: 0, expired: 0, canceled: 0, pending: 0 }
  for (const { status, count } of own) byStatus[status] += count
  return {
    at,
    byStatus,
    ...figures(
      own,
      deliveries.filter((count) => count.at === at),
    ),
  }
}

function standsForOthers({ name }: Group): boolean {
  return name === OTHER_PREFIXES || name === REMOVED_NUMBERS
}

/** `failures`: what is told to have failed, challenges unless said. */
type Counted = {
  challenges: ChallengeCount[]
  deliveries: DeliveryCount[]
  answers: AnswerTime | undefined
  failures?: 'deliveries'
}

/** The largest first. */
function groups(names: string[], countsOf: (name: string) => Counted): Group[] {
  return [...new Set(names)]
    .map((name) => {
      const { challenges, deliveries, answers, failures: of } = countsOf(name)
      const own = figures(challenges, deliveries)
      const failures = of === 'deliveries' ? failedDeliveries(deliveries) : failuresIn(challenges)
      return { name, ...own, answerSeconds: answers?.median ?? null, failures }
    })
    .toSorted((a, b) => sizeOf(b) - sizeOf(a) || a.name.localeCompare(b.name))
}

function sizeOf({ created, answered, arrived }: Figures): number {
  return created || answered.of + arrived.of
}

function figures(challenges: ChallengeCount[], deliveries: DeliveryCount[]): Figures {
  const ended = challenges.filter(({ status }) => status !== 'pending' && status !== 'canceled')
  const calls = deliveries.filter(({ channel }) => channel === 'call')
  const texts = deliveries.filter(({ channel }) => channel === 'sms')
  const isFailure = ({ result }: DeliveryCount) => NOT_PICKED_UP.has(result ?? '')
  return {
    created: sum(challenges),
    approved: { count: sum(ended.filter(({ status }) => status === 'approved')), of: sum(ended) },
    answered: share(calls, ({ result }) => PICKED_UP.has(result ?? ''), isFailure),
    arrived: share(texts, ({ result }) => result === 'delivered', isFailure),
  }
}

function share<T extends { count: number }>(all: T[], isGood: (one: T) => boolean, isBad: (one: T) => boolean): Share {
  const good = sum(all.filter(isGood))
  return { count: good, of: good + sum(all.filter(isBad)) }
}

function failuresIn(challenges: ChallengeCount[]): [Outcome['reason'], number][] {
  return ranked(challenges.flatMap(({ reason, count }) => (reason && !NO_FAILURE.has(reason) ? [[reason, count]] : [])))
}

function failedDeliveries(deliveries: DeliveryCount[]): [Outcome['reason'], number][] {
  const failed = deliveries.flatMap(({ result, count }): [Outcome['reason'], number][] =>
    result && result !== 'delivered' && result !== 'superseded' && result !== 'canceled' ? [[result, count]] : [],
  )
  return ranked(failed)
}

function ranked<Name extends string>(counts: [Name, number][]): [Name, number][] {
  const totals = new Map<Name, number>()
  for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count)
  return [...totals].toSorted(([, a], [, b]) => b - a)
}

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0)
}
