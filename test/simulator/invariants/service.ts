// Webhooks and requests are answered in time, and an outcome says what happened.

import type { Failure } from '../../../src/domain/challenge.ts'
import type { Call } from '../../../src/exchange/simulator/call.ts'
import type { DeliveryRequest } from '../recorder.ts'
import { type Check, type Facts, type History, isUndisturbed, keysPressed } from './facts.ts'

const DOCUMENTS = new Set(['answer', 'turn', 'fallback'])
const IN_TIME_MS = 2_000
/** Violations that no injected fault explains: twilio.com/docs/api/errors */
const OURS = new Set<string | number | null>([null, 12100, 12200, 12300, 11750, 20001, 21205, 21208, 21262, 21609])

export const webhooksAnswered: Check = function* ({ recorder, exchange }) {
  for (const { hook, delivery, genuine, arrivedAt, answeredAt, status, body } of recorder.webhooks) {
    if (!genuine) continue
    const took = answeredAt - arrivedAt
    if (took > IN_TIME_MS) yield `the ${hook} webhook of ${delivery} was answered after ${took} ms`
    // A receipt may be refused, so that the carrier sends it again.
    const refusesReceipt = hook === 'receipt' && status === 503
    if ((status < 200 || status > 299) && !refusesReceipt)
      yield `the ${hook} webhook of ${delivery} was answered with ${status}`
    if (DOCUMENTS.has(hook) && (status !== 200 || !/<(Say|Gather|Hangup|Redirect)/.test(body)))
      yield `the ${hook} webhook of ${delivery} got no document`
  }
  for (const { code, message } of exchange.violations) if (OURS.has(code)) yield `the exchange objects: ${message}`
}

const FINAL = new Set(['delivered', 'undelivered', 'failed'])

export const receiptsNoted: Check = function* ({ recorder }, { byId }) {
  for (const { hook, genuine, status, carrierStatus, challenge, delivery, answeredAt } of recorder.webhooks) {
    if (hook !== 'receipt' || !genuine || status > 299 || !FINAL.has(carrierStatus ?? '')) continue
    const noted = byId.get(challenge)?.commits.findLast(({ at }) => at <= answeredAt)
    // After the outcome a receipt changes nothing.
    if (noted?.stored.challenge.outcome) continue
    const sent = noted?.stored.challenge.deliveries.find(({ id }) => id === delivery)
    if (sent?.progress.state !== 'ended')
      yield `the receipt "${carrierStatus}" of ${delivery} was answered with ${status} and not noted`
  }
}

export const everythingEnds: Check = function* ({ store, recorder, scheduler }) {
  for (const { challenge, request, expiresAt } of store.challenges.rows()) {
    if (!challenge.outcome)
      yield `${challenge.id} is still pending ${scheduler.now() - Date.parse(expiresAt)} ms after its time`
    // What still waits for a page never began.
    const over = new Set(['ended', 'sent', 'waiting'])
    const open = challenge.deliveries.find(({ progress: live }) => !over.has(live.state))
    if (open) yield `${open.id} of ${challenge.id} is still ${open.progress.state}`
    else if (
      store.challenges.holder(request.numberHash) !== undefined &&
      store.challenges.rows().every((row) => row.challenge.outcome)
    )
      yield `the number of ${challenge.id} is still held`
  }
  for (const { delivery, call } of recorder.deliveryRequests)
    if (call && call.state !== 'ended') yield `the call of ${delivery} is still ${call.state}`
}

/** What must have been seen on the line before this may be said of it. */
const EVIDENCE: Partial<Record<Failure, (call: Call) => boolean>> = {
  // Asked without a callback, a carrier reports a declined call as busy.
  busy: (call) => call.ending === 'busy' || call.ending === 'declined',
  no_answer: (call) => call.answeredAt === null && call.ending !== 'busy' && call.ending !== 'declined',
  call_rejected: (call) => call.ending === 'declined',
  voicemail: (call) => call.machine,
  hung_up: (call) => call.answeredAt !== null,
  no_input: (call) => call.answeredAt !== null,
}

export const honestOutcome: Check = function* ({ recorder }, facts) {
  for (const history of facts.histories) {
    const { outcome } = history.last.challenge
    if (!outcome) continue
    const ending = history.commits.find(({ stored }) => stored.challenge.outcome)!
    const why =
      ending.line.type === 'number_reported'
        ? contradictedReport(history, facts.histories)
        : contradiction(history, outcome.reason, facts)
    if (why) yield `${history.id} is ${outcome.status} (${outcome.reason}), but ${why}`
    if (
      outcome.status === 'canceled' &&
      ending.line.type !== 'page_left' &&
      !recorder.apiRequests.some(({ what, challenge }) => what === 'cancel' && challenge === history.id)
    )
      yield `${history.id} is canceled, and nobody had asked for it`
    if (outcome.status === 'expired' && history.endedAt! < history.expiresAt)
      yield `${history.id} expired before its time`
  }
}

/** A challenge that ended since the person pressed 9 on another call of the service. */
function contradictedReport({ id, last }: History, all: History[]): string | null {
  const others = all.filter((one) => one.id !== id && one.last.request.to === last.request.to)
  const keys = others.flatMap(({ deliveryRequests }) => deliveryRequests.flatMap((order) => keysPressed(order)))
  return keys.includes('9') ? null : 'nobody had pressed 9 at its number'
}

function contradiction(history: History, reason: string, { approveKey }: Facts): string | null {
  const { deliveryRequests, last, commits } = history
  const calls = deliveryRequests.flatMap(({ call }) => (call ? [call] : []))
  const shown = EVIDENCE[reason as Failure]
  if (shown && !calls.some(shown)) return 'no call of it looked like that'
  const keys = deliveryRequests.flatMap((order) => keysPressed(order))
  if (reason === 'fraud_reported' && !keys.includes('9')) return 'nobody had pressed 9'
  const refuses = (order: DeliveryRequest) =>
    keysPressed(order).some((key) => key !== approveKey(history, order.delivery) && key !== '9' && key !== '*')
  if (reason === 'rejected' && !deliveryRequests.some(refuses)) return 'nobody had refused'
  const wrong = commits.filter(
    ({ line }) => line.facts.right === false || (line.facts.key === 'wrong' && last.challenge.flow === 'keypad_code'),
  )
  return reason === 'too_many_attempts' && wrong.length !== 5 ? `there were ${wrong.length} wrong guesses` : null
}

export const idempotentCreation: Check = function* ({ recorder, store }) {
  const created = recorder.apiRequests.filter(({ what, key }) => what === 'create' && key !== null)
  for (const [key, asked] of Map.groupBy(created, (one) => one.key)) {
    const answers = new Set(asked.flatMap(({ challenge }) => challenge ?? []))
    if (answers.size > 1) yield `${key} led to ${answers.size} challenges`
  }
  const keyless = recorder.apiRequests.filter(({ what, key }) => what === 'create' && key === null).length
  const keys = new Set(created.map(({ key }) => key)).size
  if (store.challenges.rows().length > keyless + keys)
    yield `${keys} keys and ${keyless} requests without one made ${store.challenges.rows().length} challenges`
}

const ONWARD_MS = 1_500
/** After a hang-up the keys of its open turn are waited for 5 s, and the reconciler looks within a round of that. */
const ONWARD_AFTER_OPEN_TURN_MS = 7_000
/** src/challenges/circuit-breaker.ts: so long a carrier's failures may keep it from being tried. */
const BLOWN_MS = 45_000

export const fallbackTried: Check = function* (world, { histories }) {
  for (const { id, commits } of histories) {
    for (const [index, { stored, at }] of commits.entries()) {
      const { challenge } = stored
      const last = challenge.deliveries.at(-1)!
      if (
        challenge.outcome ||
        challenge.codeDisclosed ||
        challenge.fallback.length === 0 ||
        last.progress.state !== 'ended'
      )
        continue
      const next = commits[index + 1]?.at ?? world.scheduler.now()
      const deadline = at + (last.progress.openTurn ? ONWARD_AFTER_OPEN_TURN_MS : ONWARD_MS)
      if (next > deadline && isUndisturbed(world, at - BLOWN_MS, deadline))
        yield `${id} waited ${next - at} ms after ${last.id} had failed`
    }
  }
}

/** By the commit in which a carrier told that it had failed to connect a call or send a message. */
export const nextCarrierTried: Check = function* (_, { histories }) {
  for (const { id, commits, last } of histories) {
    if (last.request.carrier !== null) continue
    for (const [index, { line, stored }] of commits.entries()) {
      const before = commits[index - 1]?.stored.challenge
      const failed = before?.deliveries.at(-1)
      if (!before || !failed || before.outcome || failed.id !== line.delivery || line.facts.result !== 'carrier_failed')
        continue
      const isTold =
        failed.channel === 'sms' ? line.type === 'undelivered' : failed.progress.state === 'placing' && line.facts.ref
      const { deliveries } = stored.challenge
      const isNew = deliveries.length > before.deliveries.length
      if (isTold && !isNew && before.deliveries.length === 1)
        yield `${id}: no other carrier was tried after ${failed.id}, which its carrier had failed to connect or send`
    }
  }
}

const ANSWERED_MS = 4_000
/** Both ways over the network. */
const ON_THE_WAY_MS = 80

/** Whatever the database does, and whatever the answer is. */
export const appAnswered: Check = function* ({ recorder }) {
  const checks = recorder.codeChecks.map((check) => ({ ...check, what: 'check' }))
  for (const { what, askedAt, answeredAt } of [...recorder.apiRequests, ...checks]) {
    if (answeredAt === null) continue
    const took = answeredAt - askedAt - ON_THE_WAY_MS
    if (took > ANSWERED_MS) yield `a ${what} was answered after ${took} ms`
  }
}
