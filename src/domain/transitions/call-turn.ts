// One turn of an answered call: heard again, asked again, moved on to the next phase, or given up.

import type { AnsweredCall, CallPhase, Challenge, DeliveryResult, Notice, Outcome } from '../challenge.ts'
import { currentDelivery, fail, onReport, progressOf, stay, withDelivery } from './common.ts'
import type { EventOf, Handler, Step } from './handler.ts'

export type KeyHandler = Handler<'dtmf_received'>

/** A wrong or missing key is explained once more; after three such turns the call says goodbye. */
const MAX_MISSES = 3
/** Hearing it again costs nothing, but a call must end: after so many repeats each one is a miss. */
export const MAX_REPEATS = 5

export function answeredCall(challenge: Challenge): AnsweredCall {
  return progressOf(challenge) as AnsweredCall
}

/** Of another turn than the one that is asked now: a report may have been kept through an outage. */
export function ofAnotherTurn(challenge: Challenge, key: EventOf<'dtmf_received'>['key']): Step {
  return key === 'report' ? onReport(challenge) : stay(challenge)
}

/** The same question again, which is no miss. `notice` says why. `unheard`: asked for before the keys were named. */
export function repeat(challenge: Challenge, call: AnsweredCall, notice: Notice, unheard = false): Step {
  if (call.repeats >= MAX_REPEATS) return miss(challenge, call, notice, unheard)
  return stay(nextTurn(challenge, call, { repeats: call.repeats + 1, notice }, unheard))
}

export function miss(challenge: Challenge, call: AnsweredCall, notice: Notice, unheard = false): Step {
  if (call.misses + 1 >= MAX_MISSES) return giveUp(challenge)
  return stay(nextTurn(challenge, call, { misses: call.misses + 1, notice }, unheard))
}

export function giveUp(challenge: Challenge): Step {
  return fail(moveTo(challenge, 'goodbye'), 'no_input')
}

export function moveTo(
  challenge: Challenge,
  phase: CallPhase,
  result: DeliveryResult | null = currentDelivery(challenge).result,
): Challenge {
  return withDelivery(nextTurn(challenge, answeredCall(challenge), { phase, notice: 'none' }), { result })
}

/** The outcome was decided on the phone, which says its last sentence and hangs up by itself; it counts as delivered. */
export function finish(challenge: Challenge, outcome: Outcome): Step {
  return stay({ ...moveTo(challenge, 'goodbye', 'delivered'), outcome })
}

export function nextTurn(
  challenge: Challenge,
  call: AnsweredCall,
  change: Partial<AnsweredCall>,
  unheard = false,
): Challenge {
  // A silence follows the whole sentence, and a star is pressed to hear it again, unless it cut the sentence off.
  const isNamedAgain = change.notice === 'silent' || (change.notice === 'repeat' && !unheard)
  const turnStartedAt = isNamedAgain ? call.turnStartedAt : ''
  return withDelivery(challenge, { progress: { ...call, ...change, turn: call.turn + 1, turnStartedAt } })
}
