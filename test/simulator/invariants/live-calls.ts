// One call at a time, wanted, gated and hung up.

import type { Delivery } from '../../../src/domain/challenge.ts'
import { LATEST_COMMIT_MS } from '../shaky-store.ts'
import type { World } from '../world.ts'
import {
  type Check,
  extendedDeadline,
  type Facts,
  type History,
  isUndisturbed,
  keysPressed,
  STALL_MS,
} from './facts.ts'

/** Looked at after every step, so it stops at the first. */
export function twoLiveCalls({ recorder }: World): string | null {
  const live = recorder.deliveryRequests.filter(({ call }) => call && call.state !== 'ended')
  if (live.length < 2) return null
  for (const [index, one] of live.entries()) {
    const other = live.slice(index + 1).find(({ to, challenge }) => to === one.to || challenge === one.challenge)
    if (other) return `two calls at once: ${one.delivery} to ${one.to}, and ${other.delivery} to ${other.to}`
  }
  return null
}

export const oneLiveDelivery: Check = function* (_, { histories }) {
  for (const { id, commits, deliveryRequests } of histories) {
    for (const { stored } of commits) {
      const early = stored.challenge.deliveries.slice(0, -1).find(({ progress: live }) => live.state !== 'ended')
      if (early) yield `${id} has another delivery while ${early.id} is ${early.progress.state}`
    }
    for (const [delivery, asked] of Map.groupBy(deliveryRequests, (request) => request.delivery))
      if (asked.length > 1) yield `${delivery} was asked for ${asked.length} times`
  }
}

export const ownCalls: Check = function* (_, { histories, requestByDelivery }) {
  for (const { id, last } of histories)
    for (const { id: delivery, ref } of last.challenge.deliveries)
      if (ref !== null && requestByDelivery.get(delivery)?.ref !== ref)
        yield `${delivery} of ${id} bears the name of a call that was not made for it`
}

export const codeBehindGate: Check = function* ({ recorder }, { byId, requestByDelivery, secrets }) {
  for (const { delivery, challenge, hook, answeredAt, body, genuine } of recorder.webhooks) {
    const stored = byId.get(challenge)?.last
    if (stored?.challenge.flow !== 'send_code') continue
    const heard = body.replace(/<[^>]*>|[\s,]/g, '')
    if (!heard.includes(secrets.code(stored))) continue
    const request = requestByDelivery.get(delivery as never)
    const gate = secrets.gate(stored, delivery as never)
    if (!genuine || !request || !keysPressed(request, answeredAt).join('').includes(gate))
      yield `the code of ${challenge} was in the ${hook} document of ${delivery} before its gate was passed`
  }
}

/** From the last look at a challenge to the request's departure: two statements of a sluggish database. */
const LOOK_TO_CALL_MS = 700
const HUNG_UP_MS = 3_000
/** Where no instance was told of the outcome: the reconciler's look after 5 s, its round, and two requests to the carrier. */
const RECONCILED_MS = 15_000
const LATEST_END_MS = 100_000

export const noCallAfterEnd: Check = function* (world, { histories, byId }) {
  for (const { id, endedAt, expiresAt, deliveryRequests } of histories) {
    const over = Math.min(endedAt ?? Number.POSITIVE_INFINITY, expiresAt)
    for (const { sentAt, delivery, call } of deliveryRequests) {
      if (sentAt > over + LOOK_TO_CALL_MS) yield `${delivery} of ${id} was asked for ${sentAt - over} ms after its end`
      const callEnd = call?.endedAt?.getTime() ?? Number.POSITIVE_INFINITY
      if (call && endedAt !== null && callEnd > extendedDeadline(world, endedAt, endedAt + LATEST_END_MS, 20_000))
        yield `${delivery} was still on the line long after the end of ${id}`
    }
  }
  for (const { challenge, delivery, hook, arrivedAt, body } of world.recorder.webhooks) {
    const endedAt = byId.get(challenge)?.endedAt
    if (endedAt !== null && endedAt !== undefined && arrivedAt > endedAt && body.includes('<Gather'))
      yield `${delivery} was asked for keys in a ${hook} document after the end of ${challenge}`
  }
  yield* hungUp(world, histories)
}

/** A phone that still rings after the outcome, and a call that was canceled, are hung up at once. */
function* hungUp(world: World, histories: History[]): Generator<string> {
  const { recorder } = world
  for (const { id, endedAt, deliveryRequests, last, commits } of histories) {
    for (const { call, delivery, ref } of deliveryRequests) {
      if (endedAt === null || !call || recorder.lostHangUps.has(ref ?? '')) continue
      // It can be hung up from when its name was noted.
      const named = commits.find(({ stored }) =>
        stored.challenge.deliveries.some((one) => one.id === delivery && one.ref),
      )
      if (!named) continue
      const from = Math.max(endedAt, named.at)
      // The outcome may be committed though its acknowledgement was lost; then the reconciler hangs up.
      const disrupted = recorder.disruptions.some((at) => at >= endedAt - LATEST_COMMIT_MS && at < from + HUNG_UP_MS)
      const deadline = disrupted ? extendedDeadline(world, from, from + RECONCILED_MS, 20_000) : from + HUNG_UP_MS
      const end = call.endedAt?.getTime() ?? Number.POSITIVE_INFINITY
      const answered = call.answeredAt?.getTime() ?? Number.POSITIVE_INFINITY
      // Who was known to listen is cut off by a cancel; who answers unheard hears goodbye, which is as good.
      const cut = last.challenge.outcome?.status === 'canceled' && answered < endedAt && named.at < endedAt
      const until = cut ? end : Math.min(answered, end)
      if (until > deadline) yield `${delivery} was not hung up at the end of ${id}, but ${until - from} ms later`
    }
  }
}

const RESOLVED_MS = 60_000

export const placementResolved: Check = function* (world, facts) {
  yield* resolvedInTime(world, facts)
  yield* absentInTime(world, facts)
  yield* placedElsewhereWhenAbsent(world, facts)
}

const ABSENT_MS = 10_000
/** The statements that save what was found out. */
const SAVED_MS = 500

/** Where nothing goes wrong but the request itself. */
function* absentInTime(world: World, { histories }: Facts): Generator<string> {
  const { recorder, scheduler } = world
  for (const { id, commits, deliveryRequests } of histories) {
    for (const { delivery, channel, sentAt } of deliveryRequests) {
      const deadline = sentAt + ABSENT_MS + SAVED_MS
      if (channel === 'sms' || scheduler.now() < deadline) continue
      if (recorder.disruptions.some((at) => at >= sentAt - STALL_MS && at <= deadline)) continue
      if (!isUndisturbed(world, sentAt + 1, deadline)) continue
      const { stored } = commits.findLast(({ at }) => at <= deadline)!
      const then = stored.challenge.deliveries.find((one) => one.id === delivery)
      if (then && isUnresolved(then)) yield `${delivery} of ${id} was neither found nor declared absent in time`
    }
  }
}

/** Between two answers of a carrier that count as two. */
const APART_MS = 1_900

/** Another carrier calls only when the one before has said twice, with time between, that it has no such call. */
function* placedElsewhereWhenAbsent({ recorder }: World, { histories, requestByDelivery }: Facts): Generator<string> {
  for (const { id, commits, last } of histories) {
    for (const [index, { line, at }] of commits.entries()) {
      const { next, ref } = line.facts
      const before = commits[index - 1]?.stored.challenge.deliveries.at(-1)
      const isUnknown = before?.progress.state === 'placing' && before.progress.unknown
      // With its name, the carrier has told what became of the call.
      if (line.type !== 'placement_failed' || !next || ref || !isUnknown || before.id !== line.delivery) continue
      const request = requestByDelivery.get(before.id)
      const absent = recorder.listings
        .filter(
          ({ carrier, to, answeredAt }) => carrier === before.carrier && to === last.request.to && answeredAt <= at,
        )
        .filter(({ askedAt, refs }) => askedAt >= (request?.sentAt ?? 0) && !refs.includes(request?.ref ?? ''))
      if (!absent.some(({ askedAt }) => askedAt - absent[0]!.askedAt >= APART_MS))
        yield `${next} of ${id} followed ${before.id}, though its carrier had not said twice that there is no such call`
    }
  }
}

function* resolvedInTime(world: World, { histories }: Facts): Generator<string> {
  for (const { id, commits } of histories) {
    const placing = new Map<string, number>()
    const ends = [...commits.map(({ stored, at }) => ({ stored, at })), { stored: null, at: world.scheduler.now() }]
    for (const { stored, at } of ends) {
      for (const delivery of stored?.challenge.deliveries ?? []) {
        if (isUnresolved(delivery) && !placing.has(delivery.id)) placing.set(delivery.id, at)
      }
      for (const [delivery, since] of placing) {
        const now = stored?.challenge.deliveries.find((one) => one.id === delivery)
        if (at > extendedDeadline(world, since, since + RESOLVED_MS, 20_000))
          yield `${delivery} of ${id} was neither placed nor given up after ${at - since} ms`
        if (now && !isUnresolved(now)) placing.delete(delivery)
      }
    }
  }
}

/** Asked for, and not known whether the carrier accepted it. */
const isUnresolved = ({ progress: live, ref }: Delivery) => live.state === 'placing' && ref === null
