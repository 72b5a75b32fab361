// One turn of an answered call: heard again, asked again, moved on to the next phase, or given up.

import type { CallPhase, Challenge, DeliveryResult, DeliveryState, Notice, Outcome } from '../challenge.ts'
import { close, currentDelivery, fail, progressOf, stay, withDelivery } from './common.ts'
import type { Handler, Step } from './handler.ts'

export type AnsweredCall = Extract<DeliveryState, { state: 'answered' }>
export type KeyHandler = Handler<'dtmf_received'>

/** A wrong or missing key is explained once more; after three such turns the call says goodbye. */
const MAX_MISSES = 3
/** Hearing it again costs nothing, but a call must end: after so many repeats each one is a miss. */
export const MAX_REPEATS = 5

export function answeredCall(challenge: Challenge): AnsweredCall {
  return progressOf(challenge) as AnsweredCall
}

export function repeat(challenge: Challenge, call: AnsweredCall): Step {
  return call.repeats < MAX_REPEATS ? stay(askAgain(challenge, call, 'repeat')) : miss(challenge, call, 'repeat')
}

export function miss(challenge: Challenge, call: AnsweredCall, notice: Notice): Step {
  if (call.misses + 1 >= MAX_MISSES) return fail(moveTo(challenge, 'goodbye'), 'no_input')
  const pressed = call.pressed || notice !== 'silent'
  const turn = call.turn + 1
  return stay(withDelivery(challenge, { progress: { ...call, turn, misses: call.misses + 1, pressed, notice } }))
}

export function askAgain(challenge: Challenge, call: AnsweredCall, notice: Notice): Challenge {
  const repeats = notice === 'repeat' ? call.repeats + 1 : call.repeats
  return withDelivery(challenge, { progress: { ...call, turn: call.turn + 1, repeats, pressed: true, notice } })
}

export function moveTo(
  challenge: Challenge,
  phase: CallPhase,
  result: DeliveryResult | null = currentDelivery(challenge).result,
): Challenge {
  const call = answeredCall(challenge)
  return withDelivery(challenge, { result, progress: { ...call, phase, turn: call.turn + 1, notice: 'none' } })
}

/** The outcome was decided on the phone: the call says goodbye and counts as delivered. */
export function finish(challenge: Challenge, outcome: Outcome): Step {
  return close(moveTo(challenge, 'goodbye', 'delivered'), outcome)
}
