// Rules about traffic: what one that is enforced refuses does not begin, one that only records refuses nothing, and what is
// counted is what has happened.

import type { Delivery } from '../../../src/domain/challenge.ts'
import { prefixOf } from '../../../src/domain/phone-number.ts'
import type { Check, History } from './facts.ts'

export const blockedBeginsNot: Check = function* ({ recorder, settings, store }) {
  const { modes } = settings.traffic
  for (const { stored, prefix } of recorder.commits) {
    const { by, isExempt } = prefix ?? {}
    if (by && modes[by] === 'enforce' && !isExempt)
      yield `${stored.challenge.deliveries.at(-1)!.id} of ${stored.challenge.id} began under a block by ${by}`
  }
  for (const { rule, refused, key } of store.traffic.decisions())
    if (refused !== (modes[rule] === 'enforce'))
      yield `${rule} against ${key} is ${modes[rule]}, and has ${refused ? 'refused' : 'only recorded'} something`
  for (const [text, rules] of REFUSALS)
    if (!rules.some((rule) => modes[rule] === 'enforce') && recorder.publicBodies.some((body) => body.includes(text)))
      yield `${rules.join(' or ')} has refused something, and is not enforced`
}

/** What of a refusal tells that one of these rules has made it. */
const REFUSALS = [
  ['the calls to them look like fraud', ['conversion', 'neighbours']],
  ['are not verified yet', ['unverified']],
  ["The operator's ceiling on the cost of calls", ['spending']],
] as const

/** What is written once a second is lost with its instance, and what a statement did whose answer was lost is not noted. */
export const trafficCounted: Check = function* ({ recorder, settings, store, faultRates }, { histories }) {
  const { modes } = settings.traffic
  const isLossy = faultRates.occurred.some(({ fault }) => /^(database|instance)/.test(fault))
  if (modes.conversion === 'off' || isLossy || recorder.disruptions.length > 0) return
  const begun = histories.filter(({ commits }) => commits.some(begins))
  for (const [prefix, own] of Map.groupBy(begun, ({ last }) => prefixOf(last.request.to!))) {
    const outcomes = own.flatMap(({ last }) => last.challenge.outcome ?? [])
    const count = (isMeant: (outcome: (typeof outcomes)[number]) => boolean) => outcomes.filter(isMeant).length
    const expected = {
      started:
        own.flatMap(({ commits }) => commits).filter((commit) => isCounted(commit, modes)).length -
        count(({ reason }) => reason === 'carrier_failed'),
      verified: count(({ status }) => status === 'approved'),
      failed: count(({ status, reason }) => status !== 'approved' && reason !== 'carrier_failed'),
    }
    const { started, verified, failed } = store.prefixTraffic.of(prefix) ?? NOTHING
    const [is, should] = [{ started, verified, failed }, expected].map((counts) => JSON.stringify(counts))
    if (is !== should) yield `of a prefix ${is} is counted, which is ${should}`
  }
  const deliveries = histories.flatMap(({ commits }) => billed(commits))
  const expected = {
    count: deliveries.length,
    cost: deliveries.reduce((sum, { cost }) => sum + cost, 0),
  }
  const [is, should] = [store.traffic.spent(), expected].map((spent) => JSON.stringify(spent))
  if (is !== should) yield `${is} is taken to be spent, which is ${should}`
}

type Commit = History['commits'][number]

/** What waits for a page has not begun. */
const begins = ({ prefix, stored }: Commit) =>
  prefix !== null && stored.challenge.deliveries.at(-1)!.progress.state !== 'waiting'

type Modes = Parameters<Check>[0]['settings']['traffic']['modes']

/** What is begun under a block that is only recorded is not: it would have been refused. */
function isCounted(commit: Commit, modes: Modes): boolean {
  const by = commit.prefix?.by ?? null
  return begins(commit) && (by === null || modes[by] !== 'record')
}

const NOTHING = { started: 0, verified: 0, failed: 0 }

/** Each delivery that began, by what was seen of it. */
function billed(commits: History['commits']): { cost: number }[] {
  const costs = new Map<Delivery['id'], number>()
  const before = new Map<Delivery['id'], Delivery>()
  for (const { stored, line, at } of commits)
    for (const delivery of stored.challenge.deliveries) {
      const { id, channel, price, progress, createdAt } = delivery
      const was = before.get(id)?.progress.state
      before.set(id, delivery)
      if (progress.state === 'waiting' || was === progress.state) continue
      const isOver = progress.state === 'ended'
      const isUnanswered = channel === 'call' && (was === 'placing' || was === 'ringing')
      const isRefused = channel === 'sms' && was === 'placing' && line.type === 'placement_failed'
      if (was === undefined) costs.set(id, price)
      else if (isOver && (isUnanswered || isRefused)) costs.set(id, 0)
      else if (isOver && was === 'answered') costs.set(id, price * minutes((at - Date.parse(createdAt)) / 1000))
    }
  return [...costs.values()].map((cost) => ({ cost }))
}

/** Less what it may have rung, begun ones for whole, and never more than a call lasts. */
function minutes(seconds: number): number {
  return Math.max(1, Math.min(3, Math.ceil((seconds - 60) / 60)))
}
