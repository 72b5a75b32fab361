// Everything that decides the fate of a challenge is in this file, and nothing here knows a clock, a carrier, a number
// or a digit. `step` is one look-up in a table of state and event that has no holes: the compiler refuses a missing cell.
// A cell that returns the challenge it was given has changed nothing, and nothing need be saved.

import type { Challenge, Delivery } from './challenge.ts'
import type { ChallengeEvent, Effect, Policy } from './events.ts'
import { answer, ended, goesOn, hangsUpLate, machine, refused, rings, sent, undelivered } from './delivery.ts'
import { dials, fallsBack, live, sawReceipt, settle, stay } from './steps.ts'
import { ask, checked, expire, gate, hear, withdraw } from './proof.ts'

export type Step = { challenge: Challenge; effects: Effect[] }
type On<T extends ChallengeEvent['type']> = Extract<ChallengeEvent, { type: T }>
export type Cell<T extends ChallengeEvent['type']> = (challenge: Challenge, event: On<T>, policy: Policy) => Step

/** Where a challenge stands: on the live side of its present delivery, or closed. */
export type State = 'placing' | 'ringing' | 'gate' | 'code' | 'question' | 'goodbye' | 'sent' | 'ended' | 'closed'

type Table = { [S in State]: { [T in ChallengeEvent['type']]: Cell<T> } }

const pending = { checked, canceled: withdraw, expired: expire }

// biome-ignore format: a table is read in columns
const table: Table = {
  placing:  { ...pending, deliver: stay,  placed: sent,  lost: goesOn, refused,       rang: rings,       answered: answer,  keyed: stay, machine,       ended, delivered: sawReceipt, undelivered, overdue: stay },
  ringing:  { ...pending, deliver: stay,  placed: sent,  lost: stay,   refused: stay, rang: stay,        answered: answer,  keyed: stay, machine,       ended, delivered: stay,       undelivered: stay, overdue: stay },
  gate:     { ...pending, deliver: stay,  placed: sent,  lost: stay,   refused: stay, rang: stay,        answered: stay,    keyed: gate, machine,       ended, delivered: stay,       undelivered: stay, overdue: stay },
  code:     { ...pending, deliver: stay,  placed: sent,  lost: stay,   refused: stay, rang: stay,        answered: stay,    keyed: hear, machine: stay, ended, delivered: stay,       undelivered: stay, overdue: stay },
  question: { ...pending, deliver: stay,  placed: sent,  lost: stay,   refused: stay, rang: stay,        answered: stay,    keyed: ask,  machine,       ended, delivered: stay,       undelivered: stay, overdue: stay },
  goodbye:  { ...pending, deliver: stay,  placed: sent,  lost: stay,   refused: stay, rang: stay,        answered: stay,    keyed: stay, machine: stay, ended, delivered: stay,       undelivered: stay, overdue: stay },
  sent:     { ...pending, deliver: dials, placed: stay,  lost: stay,   refused: stay, rang: stay,        answered: stay,    keyed: stay, machine: stay, ended: stay, delivered: sawReceipt, undelivered, overdue: fallsBack },
  ended:    { ...pending, deliver: dials, placed: hangsUpLate, lost: stay, refused: stay, rang: hangsUpLate, answered: stay, keyed: stay, machine: stay, ended: stay, delivered: sawReceipt, undelivered: stay, overdue: fallsBack },
  closed:   { deliver: stay, checked: stay, canceled: stay, expired: stay, placed: hangsUpLate, lost: stay, refused: settle, rang: hangsUpLate, answered: answer, keyed: stay, machine: stay, ended: settle, delivered: sawReceipt, undelivered: settle, overdue: stay },
}

export function stateOf(challenge: Challenge): State {
  if (challenge.outcome) return 'closed'
  const present = live(challenge)
  return present.state === 'answered' ? present.step : present.state
}

export function step(challenge: Challenge, event: ChallengeEvent, policy: Policy): Step {
  if ('delivery' in event && event.delivery !== challenge.deliveries.at(-1)?.id) return past(challenge, event)
  const cell = table[stateOf(challenge)][event.type] as Cell<typeof event.type>
  return cell(challenge, event as never, policy)
}

/** Late news of a delivery that another has replaced: it can only be hung up. */
function past(challenge: Challenge, event: ChallengeEvent & { delivery: string }): Step {
  const known: Delivery | undefined = challenge.deliveries.find((delivery) => delivery.id === event.delivery)
  if (!known || known.channel === 'sms' || (event.type !== 'placed' && event.type !== 'rang')) return stay(challenge)
  return { challenge, effects: [{ type: 'hang_up', delivery: known.id, ref: event.ref }] }
}

/**
 * How many seconds may pass in silence before somebody should look: after a lost answer, a lost callback, a crash.
 * `null`: nothing is under way but the wait for a guess or for time.
 */
export function patience(challenge: Challenge): number | null {
  const present = live(challenge)
  if (present.state === 'placing') return 10
  if (present.state === 'ringing') return 40
  if (present.state === 'answered') return 60
  if (challenge.outcome || challenge.fallback.length === 0) return null
  return present.state === 'sent' ? 30 : 2
}

/** A call that may still ring or speak: while there is one, no other may be placed to its number. */
export function onTheLine(challenge: Challenge): boolean {
  const present = challenge.deliveries.at(-1)
  return present?.channel === 'call' && present.live.state !== 'ended'
}
