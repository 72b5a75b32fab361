// Every way through the machine: from every fresh challenge, every event that may happen to it, until nothing is new.
// The tests assert on each edge, and the diagram is drawn from them.

import type {
  CarrierName,
  Challenge,
  Channel,
  Delivery,
  DeliveryId,
  DeliveryResult,
  Failure,
  Flow,
} from '../src/domain/challenge.ts'
import { CHANNELS, FLOWS } from '../src/domain/challenge.ts'
import type { ChallengeEvent, DtmfVerdict, Policy } from '../src/domain/events.ts'
import { step } from '../src/domain/state-machine.ts'
import type { Step } from '../src/domain/transitions/handler.ts'

export type Edge = {
  policy: Policy
  before: Challenge
  event: ChallengeEvent
  after: Challenge
  effects: Step['effects']
  /** The events that led here from the fresh challenge. */
  way: () => ChallengeEvent[]
}

const ATTEMPTS = 2
/** So many deliveries show every mixture of past and present. */
const DELIVERIES = 2
const KEYS: DtmfVerdict[] = ['right', 'wrong', 'report', 'repeat', 'malformed', 'finish', 'none']
const FAILURES: Failure[] = ['busy', 'hung_up', 'unreachable', 'carrier_failed']

type Place = { challenge: Challenge; from: Place | null; by: ChallengeEvent | null }

export function* walk(): Generator<Edge> {
  for (const gate of [true, false]) for (const start of beginnings()) yield* walkFrom(start, { gate, drawnKey: false })
}

function* walkFrom(start: Challenge, policy: Policy): Generator<Edge> {
  const seen = new Set([key(start)])
  const queue: Place[] = [{ challenge: start, from: null, by: null }]
  for (let place = queue.pop(); place; place = queue.pop()) {
    const here = place
    const before = here.challenge
    for (const event of events(before)) {
      const { challenge: after, effects } = step(before, event, policy)
      yield { policy, before, event, after, effects, way: () => [...way(here), event] }
      if (after === before) continue
      const place = key(after)
      if (seen.has(place)) continue
      seen.add(place)
      queue.push({ challenge: after, from: here, by: event })
    }
  }
}

export function* beginnings(): Generator<Challenge> {
  for (const flow of FLOWS) {
    for (const channel of channels(flow)) {
      for (const fallback of [[], ...channels(flow).map((other) => [other])]) yield fresh(flow, channel, fallback)
    }
  }
  // Once it has begun it is like any other.
  yield waiting(fresh('approve', 'call', []))
  yield waiting(fresh('approve', 'call', ['call']))
}

function channels(flow: Flow): readonly Channel[] {
  return flow === 'send_code' ? CHANNELS : ['call']
}

function fresh(flow: Flow, channel: Channel, fallback: Channel[]): Challenge {
  return {
    id: 'chl_walk',
    flow,
    version: 1,
    attemptsLeft: ATTEMPTS,
    codeDisclosed: false,
    fallback,
    deliveries: [delivery(1, channel, 'twilio')],
    outcome: null,
  }
}

/** It requires a page. */
function waiting(challenge: Challenge): Challenge {
  return { ...challenge, deliveries: [{ ...challenge.deliveries[0]!, id: 'dlv_0', progress: { state: 'waiting' } }] }
}

function delivery(number: number, channel: Channel, carrier: CarrierName): Delivery {
  const live = { state: 'placing' as const, unknown: false }
  return { id: `dlv_${number}`, channel, carrier, ref: null, price: 0, createdAt: '', progress: live, result: null }
}

/** Every event that could be of this challenge, possible in its state or not. */
export function* events(challenge: Challenge): Generator<ChallengeEvent> {
  const { deliveries, flow, fallback } = challenge
  const begun = deliveries.filter(({ progress }) => progress.state !== 'waiting').length
  const next = (channel: Channel) => delivery(begun + 1, channel, 'bandwidth')
  const another = deliveries.length < DELIVERIES
  yield { type: 'canceled' }
  yield { type: 'number_reported' }
  yield { type: 'page_left' }
  yield { type: 'expired' }
  yield { type: 'code_submitted', right: true }
  yield { type: 'code_submitted', right: false }
  for (const channel of another ? channels(flow) : []) {
    yield { type: 'delivery_requested', next: next(channel), fallback: false }
    if (fallback[0] === channel) yield { type: 'delivery_requested', next: next(channel), fallback: true }
  }
  for (const { id, channel } of deliveries) {
    const ref = `ref of ${id}`
    yield { type: 'placed', delivery: id, ref }
    yield { type: 'placement_unknown', delivery: id }
    yield { type: 'placement_failed', delivery: id, result: 'unreachable', next: null }
    yield { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: another ? next(channel) : null }
    yield { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null, alone: true }
    yield { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null, mayHaveRung: true }
    yield { type: 'call_absent', delivery: id }
    yield { type: 'ringing', delivery: id, ref }
    yield { type: 'answered', delivery: id, ref }
    yield { type: 'voicemail_detected', delivery: id }
    yield { type: 'document_failed', delivery: id }
    yield { type: 'delivered', delivery: id }
    yield { type: 'check_due', delivery: id }
    for (const channel of fallback) yield { type: 'fallback_unavailable', delivery: id, channel, why: 'rate_limited' }
    for (const result of FAILURES) {
      yield { type: 'ended', delivery: id, result, ref }
      yield { type: 'ended', delivery: id, result, ref, mayHaveRung: true }
      yield { type: 'undelivered', delivery: id, result, next: null }
    }
    yield { type: 'undelivered', delivery: id, result: 'carrier_failed', next: another ? next(channel) : null }
    for (const turn of id === deliveries.at(-1)?.id ? turns(challenge) : [1])
      for (const key of KEYS) yield { type: 'dtmf_received', delivery: id, turn, key }
  }
  yield { type: 'ringing', delivery: 'dlv_stranger', ref: 'ref of a stranger' }
  yield { type: 'ended', delivery: 'dlv_stranger' satisfies DeliveryId, result: 'busy' }
}

/** The turn that is awaited, the one before and the one after it. */
function turns(challenge: Challenge): number[] {
  const turn = turnOf(challenge)
  return [turn - 1, turn, turn + 1]
}

export function turnOf(challenge: Challenge): number {
  const live = challenge.deliveries.at(-1)?.progress
  if (live?.state === 'ended') return live.openTurn?.turn ?? 1
  return live?.state === 'answered' ? live.turn : 1
}

/**
 * Two challenges are one place when the machine cannot tell them apart: it counts no turns, all failures but voicemail
 * are alike to it, of a past delivery it asks only whether it told the code and has a name, and it counts what was
 * keyed only while there is something to be won.
 */
function key({ outcome, flow, attemptsLeft, codeDisclosed: told, fallback, deliveries }: Challenge): string {
  const past = deliveries.slice(0, -1).map(({ channel, ref, result }) => [channel, ref, toldBy(result)])
  const { channel, ref, result, progress: live } = deliveries.at(-1)!
  const over = outcome !== null || (live.state === 'answered' && live.phase === 'goodbye')
  const at =
    live.state === 'answered'
      ? [live.phase, ...(over ? [] : [live.misses, live.wrongGates, live.repeats, live.notice])]
      : live.state === 'ended'
        ? ['ended', live.openTurn?.phase ?? null]
        : live
  const stands = outcome ? outcome.status : [attemptsLeft, fallback]
  return JSON.stringify([flow, told, stands, past, channel, ref, SAME.has(result) ? 'failed' : result, at])
}

const SAME = new Set<unknown>(['busy', 'no_answer', 'call_rejected', 'hung_up', 'unreachable', 'carrier_failed'])

function toldBy(result: DeliveryResult | null): boolean {
  return result === 'delivered' || result === 'superseded'
}

function way({ from, by }: Place): ChallengeEvent[] {
  return from && by ? [...way(from), by] : []
}
