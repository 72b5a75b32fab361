// send_code: the key that a person presses before the code is spoken.

import { answeredCall, finish, type KeyHandler, miss, moveTo, repeat } from './call-turn.ts'
import { stay } from './common.ts'

export const onGateKey: KeyHandler = (challenge, { turn, key }) => {
  const call = answeredCall(challenge)
  if (turn !== call.turn) return stay(challenge)
  if (key === 'right') return stay(moveTo({ ...challenge, codeDisclosed: true }, 'code', 'delivered'))
  if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })
  return key === 'repeat' ? repeat(challenge, call) : miss(challenge, call, key === 'none' ? 'silent' : 'wrong')
}
