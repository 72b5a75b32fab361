// Every delivery is counted, none of those that rang nobody, and no limit is exceeded.

import type { Delivery } from '../../../src/domain/challenge.ts'
import type { ChargedCounter } from '../../../src/store/schema.ts'
import { windowsOf } from '../memory-limits.ts'
import type { DeliveryRequest, Recorder } from '../recorder.ts'
import type { World } from '../world.ts'
import type { Check, Facts, History } from './facts.ts'

type Commit = Recorder['commits'][number]

/** What was counted once: a delivery, and those through other carriers that took its place when it was refused. */
type Charged = {
  challenge: string
  charge: readonly ChargedCounter[]
  refunds: Commit[]
  /** As they were last seen while the charge was theirs. */
  deliveries: Delivery[]
  requests: DeliveryRequest[]
  /** The commit that ended the last of them. */
  end: Commit | null
}

export const limitsKept: Check = function* ({ recorder, settings, store }, { histories }) {
  const [rate] = settings.limits.number!
  const counts = new Map<string, number>()
  for (const { stored, line, charged, refunded } of recorder.commits) {
    const begins = (line.type === 'created' && !stored.request.requireWaiter) || line.type === 'delivery_requested'
    if (begins !== charged.some(([key]) => key === `number:${stored.request.numberHash}`))
      yield `${line.type} of ${stored.challenge.id} counted ${charged.length} limits`
    for (const [counters, sign] of [
      [charged, 1],
      [refunded, -1],
    ] as const)
      for (const counter of counters.flatMap(windowsOf)) {
        const count = (counts.get(nameOf(counter)) ?? 0) + sign
        counts.set(nameOf(counter), count)
        if (count > rate!.max || count < 0) yield `a window of ${rate!.max} counts ${count} deliveries`
      }
  }
  for (const { charge } of histories.flatMap(chargedOf))
    for (const counter of charge.flatMap(windowsOf)) {
      const { key, seconds, start } = counter
      const shown = store.rateLimits.count(key, seconds)
      const isOpen = store.rateLimits.startOf(key, seconds) === start
      if (isOpen && shown !== counts.get(nameOf(counter)))
        yield `a counter shows ${shown}, and ${counts.get(nameOf(counter))} are counted`
    }
}

export const unrungIsFree: Check = function* (_world: World, { histories }: Facts) {
  for (const { challenge, charge, refunds, deliveries, requests, end } of histories.flatMap(chargedOf)) {
    const delivery = deliveries.at(-1)
    if (!delivery) {
      yield `${challenge} counted a delivery that another change has overwritten`
      continue
    }
    const last = delivery.id
    if (refunds.length > 1) yield `${last} of ${challenge} was given back ${refunds.length} times`
    if (refunds.length > 0 && requests.some(hasRung)) yield `${last} of ${challenge} rang, and was given back`
    // Of a message whose answer was lost, a cancel or a typed code tells nothing of whether it was taken.
    const decided = end?.stored.challenge.outcome?.reason
    const isToldByOthers = end?.line.type === 'code_submitted' || decided === 'canceled' || decided === 'code_matched'
    const isUnheard = delivery.channel === 'sms' && isToldByOthers
    const isUnknown = end?.line.facts.mayHaveRung === true || isUnheard
    const isTaken = requests.some(({ acceptedAt, call }) => acceptedAt !== null || call !== null)
    if (end && !isTaken && !isUnknown && charge.length > 0 && refunds.length === 0)
      yield `${last} of ${challenge} rang nobody, and was not given back`
  }
}

const WRONG_GATES = 3

/** A run is shorter than a day. */
export const wrongGatesStop: Check = function* ({ recorder }) {
  const wrong = new Map<string, number>()
  const before = new Map<string, Delivery>()
  for (const { stored, line } of recorder.commits) {
    const { id, flow, deliveries } = stored.challenge
    const { numberHash } = stored.request
    const [was, is] = [before.get(id), deliveries.at(-1)!]
    before.set(id, is)
    const count = wrong.get(numberHash) ?? 0
    const begins = line.type === 'created' || line.type === 'delivery_requested'
    if (begins && flow === 'send_code' && is.channel === 'call' && count >= WRONG_GATES)
      yield `${is.id} of ${id} was begun after ${count} wrong gates of its number`
    if (was?.progress.state !== 'answered' || is.progress.state !== 'answered' || was.progress.phase !== 'gate')
      continue
    if (is.progress.phase === 'code' && count >= WRONG_GATES)
      yield `${is.id} of ${id} spoke its code after ${count} wrong gates of its number`
    if (is.progress.phase === 'code') wrong.set(numberHash, 0)
    else if (is.progress.wrongGates > was.progress.wrongGates) wrong.set(numberHash, count + 1)
  }
}

export const wrongCodesCounted: Check = function* ({ recorder, store }) {
  const counts = new Map<string, number>()
  const left = new Map<string, number>()
  for (const { stored } of recorder.commits) {
    const { id, attemptsLeft, outcome, version } = stored.challenge
    const { numberHash } = stored.request
    const isWrong = attemptsLeft < (left.get(id) ?? attemptsLeft)
    left.set(id, attemptsLeft)
    if (isWrong) counts.set(numberHash, (counts.get(numberHash) ?? 0) + 1)
    else if (outcome?.status === 'approved' && version === stored.outcomeVersion) counts.set(numberHash, 0)
  }
  for (const [numberHash, count] of counts) {
    const counted = store.failureCounters.of(`code:${numberHash}`)
    if (counted !== count) yield `${counted} wrong codes of a number are counted, of ${count}`
  }
}

function chargedOf({ id, commits, deliveryRequests }: History): Charged[] {
  const all: Charged[] = []
  for (const commit of commits) {
    const { stored, charged, refunded } = commit
    const { deliveries } = stored.challenge
    if (charged.length > 0)
      all.push({ challenge: id, charge: charged, refunds: [], deliveries: [], requests: [], end: null })
    const current = all.at(-1)
    if (!current) continue
    const earlier = all.slice(0, -1).flatMap((one) => one.deliveries.map((delivery) => delivery.id))
    current.deliveries = deliveries.filter((delivery) => !earlier.includes(delivery.id))
    current.requests = deliveryRequests.filter((request) =>
      current.deliveries.some((one) => one.id === request.delivery),
    )
    if (refunded.length > 0) current.refunds.push(commit)
    if (deliveries.at(-1)!.progress.state === 'ended') current.end ??= commit
    else current.end = null
  }
  return all
}

function hasRung({ call }: DeliveryRequest): boolean {
  return call !== null && (call.answeredAt !== null || ['busy', 'declined', 'no_answer'].includes(call.ending ?? ''))
}

function nameOf({ key, seconds, start }: ReturnType<typeof windowsOf>[number]): string {
  return [key, seconds, start].join()
}
