// Everything that decides the fate of a challenge is in this file, and nothing here knows a clock, a carrier, a number
// or a digit. `step` is one look-up in a table of state and event that has no holes: the compiler refuses a missing cell.
// A cell that returns the challenge it was given has changed nothing, and nothing need be saved.

import type { Challenge } from './challenge.ts'
import type { ChallengeEvent, Effect, Policy } from './events.ts'
import { dials, fallsBack, live, present, sawReceipt, settle, stay } from './transitions/common.ts'
import { answer, comesLate, ended, goesOn, machine, refused, rings, sent, undelivered } from './transitions/delivery.ts'
import { ask, checked, expire, gate, hear, withdraw } from './transitions/proof.ts'

export type Step = { challenge: Challenge; effects: Effect[] }
export type On<T extends ChallengeEvent['type']> = Extract<ChallengeEvent, { type: T }>
export type Cell<T extends ChallengeEvent['type']> = (challenge: Challenge, event: On<T>, policy: Policy) => Step

/** Where a challenge stands: on the live side of its present delivery, or closed. */
export type State = 'placing' | 'ringing' | 'gate' | 'code' | 'question' | 'goodbye' | 'sent' | 'ended' | 'closed'

type Table = { [S in State]: { [T in ChallengeEvent['type']]: Cell<T> } }

const pending = { checked, canceled: withdraw, expired: expire }
const closed = { checked: stay, canceled: stay, expired: stay }

// biome-ignore format: a table is read in columns
const table: Table = {
  placing:  { ...pending, deliver: stay,  placed: sent,      lost: goesOn, refused,         rang: rings,     answered: answer, keyed: stay, machine,       ended,         delivered: sawReceipt, undelivered,         overdue: goesOn },
  ringing:  { ...pending, deliver: stay,  placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: answer, keyed: stay, machine,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  gate:     { ...pending, deliver: stay,  placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: gate, machine,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  code:     { ...pending, deliver: stay,  placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: hear, machine,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  question: { ...pending, deliver: stay,  placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: ask,  machine,       ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  goodbye:  { ...pending, deliver: stay,  placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: stay, machine: stay, ended,         delivered: stay,       undelivered: stay,   overdue: stay },
  sent:     { ...pending, deliver: dials, placed: sent,      lost: stay,   refused: stay,   rang: stay,      answered: stay,   keyed: stay, machine: stay, ended: stay,   delivered: sawReceipt, undelivered,         overdue: fallsBack },
  ended:    { ...pending, deliver: dials, placed: comesLate, lost: stay,   refused: stay,   rang: comesLate, answered: stay,   keyed: stay, machine: stay, ended: stay,   delivered: sawReceipt, undelivered: stay,   overdue: fallsBack },
  closed:   { ...closed,  deliver: stay,  placed: comesLate, lost: goesOn, refused: settle, rang: comesLate, answered: answer, keyed: stay, machine: stay, ended: settle, delivered: sawReceipt, undelivered: settle, overdue: goesOn },
}

export function stateOf(challenge: Challenge): State {
  if (challenge.outcome) return 'closed'
  const at = live(challenge)
  return at.state === 'answered' ? at.step : at.state
}

export function step(challenge: Challenge, event: ChallengeEvent, policy: Policy): Step {
  if ('delivery' in event && event.delivery !== challenge.deliveries.at(-1)?.id) return past(challenge, event)
  const cell = table[stateOf(challenge)][event.type] as Cell<typeof event.type>
  return cell(challenge, event as never, policy)
}

/** Late news of a delivery that another has replaced: it can only be hung up. */
function past(challenge: Challenge, event: ChallengeEvent): Step {
  return event.type === 'placed' || event.type === 'rang' ? comesLate(challenge, event) : stay(challenge)
}

/**
 * How many seconds may pass in silence before somebody should look: after a lost answer, a lost callback, a crash.
 * `null`: nothing is under way but the wait for a guess or for time.
 */
export function patience(challenge: Challenge): number | null {
  const { channel, live: at } = present(challenge)
  // A message can't be looked for, so it is waited for longer than the carrier's queue and its answer may take.
  if (at.state === 'placing') return channel === 'sms' ? 20 : 10
  if (at.state === 'ringing') return 40
  if (at.state === 'answered') return 60
  if (challenge.outcome || challenge.fallback.length === 0) return null
  if (at.state === 'sent') return 30
  return challenge.told ? null : 2
}

/** A call that may still ring or speak: while there is one, no other may be placed to its number. */
export function onTheLine(challenge: Challenge): boolean {
  const { channel, live: at } = present(challenge)
  return channel === 'call' && at.state !== 'ended'
}
