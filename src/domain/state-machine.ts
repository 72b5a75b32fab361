// Everything that decides the fate of a challenge is in this file, and nothing here knows a clock, a carrier, a number
// or a digit. `step` is one look-up in a table of state and event that has no holes: the compiler refuses a missing cell.
// A cell that returns the challenge it was given has changed nothing, and nothing need be saved.

import type { Challenge } from './challenge.ts'
import type { ChallengeEvent, Effect, Policy } from './events.ts'
import {
  currentDelivery,
  onCheckDue,
  onDeliver,
  onDelivered,
  onEndedAfterOutcome,
  progressOf,
  stay,
} from './transitions/common.ts'
import {
  ended,
  onAnswered,
  onPlaced,
  onPlacedLate,
  onPlacementFailed,
  onRinging,
  onUndelivered,
  onUnknown,
  onVoicemail,
} from './transitions/delivery.ts'
import { onCanceled, onCodeSubmitted, onExpired, onGateKey, onQuestionKey, onReplayKey } from './transitions/proof.ts'

export type Step = { challenge: Challenge; effects: Effect[] }
export type On<T extends ChallengeEvent['type']> = Extract<ChallengeEvent, { type: T }>
export type Handler<T extends ChallengeEvent['type']> = (challenge: Challenge, event: On<T>, policy: Policy) => Step

/** Where a challenge stands: on the live side of its present delivery, or closed. */
export type State = 'placing' | 'ringing' | 'gate' | 'code' | 'question' | 'goodbye' | 'sent' | 'ended' | 'closed'

type Table = { [S in State]: { [T in ChallengeEvent['type']]: Handler<T> } }

const pending = { checked: onCodeSubmitted, canceled: onCanceled, expired: onExpired }
const closed = { checked: stay, canceled: stay, expired: stay }

// biome-ignore format: a table is read in columns
const table: Table = {
  placing:  { ...pending, deliver: stay,  placed: onPlaced,      lost: onUnknown, refused: onPlacementFailed,         rang: onRinging,     answered: onAnswered, keyed: stay, machine: onVoicemail,       ended,         delivered: onDelivered, undelivered: onUndelivered,         overdue: onUnknown },
  ringing:  { ...pending, deliver: stay,  placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: onAnswered, keyed: stay, machine: onVoicemail,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  gate:     { ...pending, deliver: stay,  placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: onGateKey, machine: onVoicemail,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  code:     { ...pending, deliver: stay,  placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: onReplayKey, machine: onVoicemail,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  question: { ...pending, deliver: stay,  placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: onQuestionKey,  machine: onVoicemail,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  goodbye:  { ...pending, deliver: stay,  placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: stay, machine: stay, ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  sent:     { ...pending, deliver: onDeliver, placed: onPlaced,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: stay, machine: stay, ended: stay,   delivered: onDelivered, undelivered: onUndelivered,         overdue: onCheckDue },
  ended:    { ...pending, deliver: onDeliver, placed: onPlacedLate, lost: stay,   refused: stay,   rang: onPlacedLate, answered: stay,   keyed: stay, machine: stay, ended: stay,   delivered: onDelivered, undelivered: stay,   overdue: onCheckDue },
  closed:   { ...closed,  deliver: stay,  placed: onPlacedLate, lost: onUnknown, refused: onEndedAfterOutcome, rang: onPlacedLate, answered: onAnswered, keyed: stay, machine: stay, ended: onEndedAfterOutcome, delivered: onDelivered, undelivered: onEndedAfterOutcome, overdue: onUnknown },
}

export function stateOf(challenge: Challenge): State {
  if (challenge.outcome) return 'closed'
  const at = progressOf(challenge)
  return at.state === 'answered' ? at.phase : at.state
}

export function step(challenge: Challenge, event: ChallengeEvent, policy: Policy): Step {
  if ('delivery' in event && event.delivery !== challenge.deliveries.at(-1)?.id) return past(challenge, event)
  const cell = table[stateOf(challenge)][event.type] as Handler<typeof event.type>
  return cell(challenge, event as never, policy)
}

/** Late news of a delivery that another has replaced: it can only be hung up. */
function past(challenge: Challenge, event: ChallengeEvent): Step {
  return event.type === 'placed' || event.type === 'rang' ? onPlacedLate(challenge, event) : stay(challenge)
}

/**
 * How many seconds may pass in silence before somebody should look: after a lost answer, a lost callback, a crash.
 * `null`: nothing is under way but the wait for a guess or for time.
 */
export function secondsUntilCheck(challenge: Challenge): number | null {
  const { channel, progress: at } = currentDelivery(challenge)
  // A message can't be looked for, so it is waited for longer than the carrier's queue and its answer may take.
  if (at.state === 'placing') return channel === 'sms' ? 20 : 10
  if (at.state === 'ringing') return 40
  if (at.state === 'answered') return 60
  if (challenge.outcome || challenge.fallback.length === 0) return null
  if (at.state === 'sent') return 30
  return challenge.codeDisclosed ? null : 2
}

/** A call that may still ring or speak: while there is one, no other may be placed to its number. */
export function hasActiveCall(challenge: Challenge): boolean {
  const { channel, progress: at } = currentDelivery(challenge)
  return channel === 'call' && at.state !== 'ended'
}
