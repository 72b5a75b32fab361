// What the person proves: keys on the phone, a code on the page, and the ways out.

import type { Challenge, DeliveryResult, DeliveryState, Notice, Outcome, CallPhase as Stage } from '../challenge.ts'
import type { Handler, Step } from '../state-machine.ts'
import { close, currentDelivery, fail, progressOf, stay, withDelivery } from './common.ts'

/** A wrong or missing key is explained once more; three such turns and the call says goodbye. */
const MISSES = 3
/** Hearing it again costs nothing, but a call must end: after so many repeats each is a miss. */
const REPEATS = 5

type Answered = Extract<DeliveryState, { state: 'answered' }>
type Keyed = Handler<'keyed'>

/** The key that proves somebody is listening, before a code is spoken. */
export const onGateKey: Keyed = (challenge, { turn, key }) => {
  const call = progressOf(challenge) as Answered
  if (turn !== call.turn) return stay(challenge)
  if (key === 'right') return stay(moves({ ...challenge, codeDisclosed: true }, 'code', 'none', 'delivered'))
  if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })
  return key === 'repeat' ? repeat(challenge, call) : miss(challenge, call, key === 'none' ? 'silent' : 'wrong')
}

/**
 * Silence after the readings is goodbye. Star reads the code again, and so does any other key: a gate key that bounced
 * has cut the reading short.
 */
export const onReplayKey: Keyed = (challenge, { turn, key }) => {
  const call = progressOf(challenge) as Answered
  if (turn !== call.turn) return stay(challenge)
  const again = key !== 'none' && call.repeats < REPEATS
  return stay(again ? retold(challenge, call, 'repeat') : moves(challenge, 'goodbye', 'none'))
}

/** "Press 1 to approve", or "enter the code on your screen". */
export const onQuestionKey: Keyed = (challenge, { turn, key }) => {
  const call = progressOf(challenge) as Answered
  if (turn !== call.turn) return stay(challenge)
  if (key === 'repeat') return repeat(challenge, call)
  if (key === 'none' || key === 'malformed') return miss(challenge, call, key === 'none' ? 'silent' : 'wrong')
  if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })
  if (challenge.flow === 'approve') {
    return finish(
      challenge,
      key === 'right' ? { status: 'approved', reason: 'key_pressed' } : { status: 'denied', reason: 'rejected' },
    )
  }
  if (key === 'right') return finish(challenge, { status: 'approved', reason: 'code_matched' })
  const spent = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }
  if (spent.attemptsLeft <= 0) return finish(spent, { status: 'denied', reason: 'too_many_attempts' })
  return stay(retold(spent, call, 'wrong'))
}

/** A guess on the page. Only a wrong one costs. */
export const onCodeSubmitted: Handler<'checked'> = (challenge, { right }) => {
  if (challenge.flow !== 'send_code') return stay(challenge)
  if (right) return close(received(challenge), { status: 'approved', reason: 'code_matched' })
  const spent = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }
  return spent.attemptsLeft > 0 ? stay(spent) : close(spent, { status: 'denied', reason: 'too_many_attempts' })
}

/** Canceled by the app: the line drops whatever it is saying, and a message that was sent opens nothing any more. */
export const onCanceled: Handler<'canceled'> = (challenge) => {
  const { id, ref, progress: at } = currentDelivery(challenge)
  const over = at.state === 'sent' ? withDelivery(challenge, { progress: { state: 'ended' } }) : challenge
  const closed = close(over, { status: 'canceled', reason: 'canceled' }, 'canceled')
  if (at.state !== 'answered' || ref === null) return closed
  return { ...closed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

/** Time is up. Somebody who is on the phone hears so at the next turn; a phone that only rings is hung up. */
export const onExpired: Handler<'expired'> = (challenge) => close(challenge, { status: 'expired', reason: 'expired' })

/** A typed code proves that the message came, receipt or not. */
function received(challenge: Challenge): Challenge {
  return progressOf(challenge).state === 'sent'
    ? withDelivery(challenge, { progress: { state: 'ended' }, result: 'delivered' })
    : challenge
}

function finish(challenge: Challenge, outcome: Outcome): Step {
  return close(moves(challenge, 'goodbye', 'none', 'delivered'), outcome)
}

function repeat(challenge: Challenge, call: Answered): Step {
  return call.repeats < REPEATS ? stay(retold(challenge, call, 'repeat')) : miss(challenge, call, 'repeat')
}

function miss(challenge: Challenge, call: Answered, notice: Notice): Step {
  if (call.misses + 1 >= MISSES) return fail(moves(challenge, 'goodbye', 'none'), 'no_input')
  const pressed = call.pressed || notice !== 'silent'
  const turn = call.turn + 1
  return stay(withDelivery(challenge, { progress: { ...call, turn, misses: call.misses + 1, pressed, notice } }))
}

function retold(challenge: Challenge, call: Answered, notice: Notice): Challenge {
  const repeats = notice === 'repeat' ? call.repeats + 1 : call.repeats
  return withDelivery(challenge, { progress: { ...call, turn: call.turn + 1, repeats, pressed: true, notice } })
}

function moves(
  challenge: Challenge,
  step: Stage,
  notice: Notice,
  result: DeliveryResult | null = currentDelivery(challenge).result,
): Challenge {
  const call = progressOf(challenge) as Answered
  return withDelivery(challenge, { result, progress: { ...call, phase: step, turn: call.turn + 1, notice } })
}
