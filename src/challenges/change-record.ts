// What is written beside a changed challenge: its line in the ledger, what is pushed to the app, and when to check on it.

import type { Challenge, Delivery, E164 } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import { secondsUntilCheck } from '../domain/state-machine.ts'
import { progressOf } from '../domain/transitions/common.ts'
import type { Step } from '../domain/transitions/handler.ts'
import { unrungFault } from '../domain/unrung-delivery.ts'
import { givenBack } from '../guard/guard.ts'
import { unansweredChange } from '../guard/unanswered-calls.ts'
import { reachedBy } from '../guard/who-asks.ts'
import { wrongCodeChange } from '../guard/wrong-codes.ts'
import type { FailureChange } from '../store/failure-counters.ts'
import type { NewRule } from '../store/number-rules.ts'
import type { ChargedCounter } from '../store/schema.ts'
import type { ChallengeRecord, LedgerEntry, OutboxMessage, SaveChallenge } from '../store/types.ts'
import type { GateEntry } from '../store/wrong-gates.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { sortableId } from './sortable-id.ts'
import type { TimelineFacts } from './timeline.ts'

type KeyOf<T> = T extends unknown ? keyof T : never

/** What events have that a timeline does not. */
const UNTOLD: Record<Exclude<KeyOf<ChallengeEvent>, keyof TimelineFacts>, true> = {
  type: true,
  delivery: true,
  unheard: true,
  stopsCodes: true,
}

/**
 * The event in the machine's words, which hold no digits, and what it led to: what the caller hears next, how many attempts
 * are left, whether the carrier was asked to hang up. The outcome is not repeated here, since the challenge has it.
 */
export function ledgerEntry(
  before: Challenge,
  event: ChallengeEvent,
  { challenge: after, effects }: Step,
): LedgerEntry {
  const { type, ...rest } = event
  const delivery = 'delivery' in event ? event.delivery : 'next' in event && event.next ? event.next.id : null
  // A call's name stands at the event that told it.
  const known = before.deliveries.find(({ id }) => id === delivery)?.ref
  const facts = Object.entries(rest).filter(
    ([name, fact]) => name !== 'next' && !Object.hasOwn(UNTOLD, name) && !(name === 'ref' && fact === known),
  )
  // None begins once the challenge has ended, though the event names it.
  const next =
    'next' in event && event.next && after.deliveries.some(({ id }) => id === event.next?.id)
      ? { carrier: event.next.carrier, channel: event.next.channel, next: event.next.id }
      : {}
  const led = {
    ...heardNext(before, after),
    ...(after.attemptsLeft < before.attemptsLeft && { attemptsLeft: after.attemptsLeft }),
    ...(effects.some((effect) => effect.type === 'hang_up') && { hangUp: true }),
    ...(isApprovedByDrawnKey(before, after) && { keyDrawn: true }),
  }
  return { type, delivery, facts: { ...Object.fromEntries(facts), ...next, ...led } }
}

/** Of a call at which a turn began: what is said in it, and why it is said again. */
function heardNext(before: Challenge, after: Challenge): LedgerEntry['facts'] {
  const [was, is] = [before.deliveries.at(-1)!.progress, after.deliveries.at(-1)!.progress]
  if (is.state !== 'answered') return {}
  if (was.state === 'answered' && was.turn === is.turn && was.phase === is.phase) return {}
  return { phase: is.phase, ...(is.notice !== 'none' && { notice: is.notice }) }
}

function isApprovedByDrawnKey(before: Challenge, after: Challenge): boolean {
  if (before.outcome !== null || after.outcome?.reason !== 'key_pressed') return false
  const progress = progressOf(before)
  const turn = progress.state === 'ended' ? progress.openTurn : progress
  return turn != null && 'keyDrawn' in turn && turn.keyDrawn
}

export function outboxMessages(before: Challenge, after: Challenge, rules: readonly NewRule[]): OutboxMessage[] {
  const types: string[] = []
  if (after.outcome && !before.outcome) types.push(`challenge.${after.outcome.status}`)
  const shown = new Map(before.deliveries.map((delivery) => [delivery.id, stateShown(delivery)]))
  if (after.deliveries.some((delivery) => shown.get(delivery.id) !== stateShown(delivery)))
    types.push('delivery.updated')
  const messages: Omit<OutboxMessage, 'id'>[] = types.map((type) => ({ type }))
  for (const { kind, seconds } of rules)
    if (kind === 'report' && seconds !== null) messages.push({ type: 'number.reported', seconds })
  return messages.map((message) => ({ id: `msg_${sortableId()}` as const, ...message }))
}

/** A result that is known before the call has ended is not shown to the app. */
function stateShown({ progress, result }: Delivery): string {
  return progress.state === 'ended' ? `ended ${result}` : progress.state
}

/** What the keys of a gate were, if that is what has changed the challenge. */
export function gateEntryOf(
  { challenge, request }: ChallengeRecord,
  next: Challenge,
  hashes: (number: E164) => string[],
): GateEntry | null {
  const [was, is] = [progressOf(challenge), progressOf(next)]
  if (was.state !== 'answered' || is.state !== 'answered' || was.phase !== 'gate' || request.to === null) return null
  const isRight = is.phase === 'code'
  if (!isRight && is.wrongGates === was.wrongGates) return null
  return { isRight, callGoesOn: is.phase === 'gate', hashes: hashes(request.to) }
}

/** What is counted among the failures of the number. */
export function failuresOf(
  { challenge, request }: ChallengeRecord,
  event: ChallengeEvent,
  next: Challenge,
  { codeLocks, unansweredLocks }: Pick<DeliveryLimits, 'codeLocks' | 'unansweredLocks'>,
): FailureChange[] {
  if (request.to === null) return []
  const channel = next.deliveries.some((delivery) => delivery.channel === 'sms') ? 'sms' : 'call'
  const changes = [
    wrongCodeChange(challenge, next, (failed) => codeLocks(reachedBy(channel, request), failed)),
    unansweredChange(challenge, event, next, (failed) => unansweredLocks(request, failed)),
  ]
  return changes.filter((change) => change !== null && change.keys.length > 0) as FailureChange[]
}

/** What a delivery was counted against and is given back, once it has ended and certainly rang nobody. */
export function refundOf(
  { challenge, charge }: ChallengeRecord,
  event: ChallengeEvent,
  next: Challenge,
): ChargedCounter[] {
  const fault = unrungFault(challenge, event, next)
  return fault === null || charge === null ? [] : givenBack(charge, fault)
}

/** Neither a wrong code nor a cancel puts off or advances the check on a call that no carrier reports about. */
export function secondsUntilNextCheck(
  { challenge, deliveryAge }: ChallengeRecord,
  next: Challenge,
): SaveChallenge['secondsUntilCheck'] {
  const seconds = secondsUntilCheck(next)
  const [{ id, progress: before }, after] = [challenge.deliveries.at(-1)!, next.deliveries.at(-1)!]
  const { progress } = after
  if (seconds === null || id !== after.id || before.state !== 'placing' || progress.state !== 'placing') return seconds
  const isSame = before.unknown === progress.unknown && before.absent === progress.absent
  // At its expiry a check was due anyway, whatever was planned for the call.
  const expires = !challenge.outcome && next.outcome?.status === 'expired'
  if (isSame && !expires) return 'as_planned'
  return progress.unknown ? seconds : Math.max(0, seconds - deliveryAge)
}
