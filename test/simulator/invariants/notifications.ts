// Waiters and the app are told every outcome, and no code or number stands where it must not.

import { isReported } from '../../../src/domain/transitions/common.ts'
import { type Check, extendedDeadline, isUndisturbed } from './facts.ts'

export const outcomePushed: Check = function* ({ recorder, store, scheduler }, { histories }) {
  const ids = new Set<string>()
  const open = store.outbox.rows().filter(({ deliveredAt, failedAt }) => deliveredAt === null && failedAt === null)
  // What has failed seven times is tried again after half an hour, when the run is over.
  const isPutOff = (id: string) => open.some((row) => row.id === id && row.tries >= 7 && row.nextAt! > scheduler.now())
  for (const { id, commits, last } of histories) {
    const messages = commits.flatMap(({ outbox }) => outbox)
    for (const message of messages) {
      if (ids.has(message.id)) yield `two messages are called ${message.id}`
      ids.add(message.id)
    }
    const { outcome } = last.challenge
    const outcomes = messages.filter(({ type }) => type.startsWith('challenge.'))
    if (outcome && (outcomes.length !== 1 || outcomes[0]!.type !== `challenge.${outcome.status}`))
      yield `${id} is ${outcome.status} and put ${outcomes.map(({ type }) => type).join(', ') || 'nothing'} into the outbox`
    const reports = messages.filter(({ type }) => type === 'number.reported')
    const reported = commits.findIndex(({ stored }) => isReported(stored.challenge))
    const isReport = commits[reported]?.line.type === 'dtmf_received'
    if (reports.length !== (isReport ? 1 : 0)) yield `${id} put ${reports.length} reports into the outbox`
    for (const message of [...outcomes, ...reports])
      if (!recorder.pushes.some((push) => push.id === message.id) && !isPutOff(message.id))
        yield `${message.type} of ${id} was never pushed`
  }
  for (const { id, type, challenge } of open) if (!isPutOff(id)) yield `${type} of ${challenge} is still to be sent`
  for (const [id, pushes] of Map.groupBy(recorder.pushes, (push) => push.id)) {
    const first = pushes[0]!
    if (!ids.has(id) || pushes.some(({ type, challenge }) => type !== first.type || challenge !== first.challenge))
      yield `${id} was pushed as different messages`
    if (
      first.type === 'challenge.pending' ||
      (first.type !== 'delivery.updated' &&
        first.type !== (first.status === 'reported' ? 'number.reported' : `challenge.${first.status}`))
    )
      yield `${first.type} of ${first.challenge} was pushed as ${first.status}`
  }
}

/** A waiter reads again every three seconds, notified or not. */
const LEARNT_MS = 3_600
/** With no notification lost. */
const HEARD_MS = 1_500

export const waitersInformed: Check = function* (world, { byId }) {
  for (const { challenge, how, from, until, broken, last } of world.recorder.waits) {
    const endedAt = byId.get(challenge)?.endedAt
    if (broken || endedAt === null || endedAt === undefined) continue
    const since = Math.max(from, endedAt)
    const fine =
      isUndisturbed(world, since - 4_000, since + HEARD_MS) && world.faultRates.rate('notification_lost') === 0
    const latest = fine ? since + HEARD_MS : extendedDeadline(world, since, since + LEARNT_MS, LEARNT_MS + 2_000)
    const end = until || world.scheduler.now()
    if (end > latest)
      yield `${how} of ${challenge} was told ${last?.status ?? 'nothing'} ${end - endedAt} ms after its end`
  }
}

export const nothingLeaks: Check = function* ({ recorder }, { histories, secrets }) {
  const ledger = recorder.commits.map(({ line, outbox }) => JSON.stringify([line.facts, outbox]))
  const places = {
    'a log line': recorder.logged,
    'a URL': [...recorder.urls],
    'what was told': recorder.publicBodies,
    'the ledger': ledger,
  }
  const codes = histories.map(({ id, last }) => ({
    id,
    code: new RegExp(`(?<![\\w-])${secrets.code(last)}(?![\\w-])`),
    to: last.request.to!,
  }))
  for (const [place, texts] of Object.entries(places)) {
    const all = texts.join('\n')
    for (const { id, code, to } of codes) {
      if (code.test(all)) yield `the code of ${id} stands in ${place}`
      if (all.includes(to.slice(1))) yield `the number of ${id} stands in ${place}`
    }
  }
}
