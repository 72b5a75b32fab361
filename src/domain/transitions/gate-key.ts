// send_code: the two keys that a person presses before the code is spoken.

import { answeredCall, finish, giveUp, type KeyHandler, miss, moveTo, ofAnotherTurn, repeat } from './call-turn.ts'
import { stay, withDelivery } from './common.ts'

/** One wrong gate may be a slip; a greeting that plays tones gets no third guess. */
const MAX_WRONG_GATES = 2

export const onGateKey: KeyHandler = (challenge, { turn, key, unheard, stopsCodes }) => {
  const call = answeredCall(challenge)
  if (turn !== call.turn) return ofAnotherTurn(challenge, key)
  if (key === 'right') return stay(moveTo({ ...challenge, codeDisclosed: true }, 'code', 'delivered'))
  if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })
  if (key === 'repeat') return repeat(challenge, call, 'repeat', unheard)
  if (key === 'none') return miss(challenge, call, 'silent')
  // The finish key that a person presses after the two keys, by habit: it belongs to the entry before.
  if (key === 'finish' && call.notice === 'wrong') return repeat(challenge, call, 'wrong')
  const wrongGates = call.wrongGates + 1
  const counted = withDelivery(challenge, { progress: { ...call, wrongGates } })
  if (stopsCodes || wrongGates >= MAX_WRONG_GATES) return giveUp(counted)
  return miss(counted, answeredCall(counted), 'wrong')
}
