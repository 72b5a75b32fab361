// approve and keypad_code: "to approve, press 1", or "enter the code on your screen".

import { answeredCall, finish, type KeyHandler, miss, nextTurn, ofAnotherTurn, repeat } from './call-turn.ts'
import { stay } from './common.ts'

export const onQuestionKey: KeyHandler = (challenge, { turn, key, unheard }) => {
  const call = answeredCall(challenge)
  if (turn !== call.turn) return ofAnotherTurn(challenge, key)
  if (key === 'repeat') return repeat(challenge, call, 'repeat', unheard)
  // The finish key after the last digit that was awaited: it belongs to the entry before.
  if (key === 'finish')
    return call.notice === 'wrong' ? repeat(challenge, call, 'wrong') : miss(challenge, call, 'silent')
  if (key === 'none' || key === 'malformed') return miss(challenge, call, key === 'none' ? 'silent' : 'wrong')
  if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })
  if (challenge.flow === 'approve') {
    return finish(
      challenge,
      key === 'right' ? { status: 'approved', reason: 'key_pressed' } : { status: 'denied', reason: 'rejected' },
    )
  }
  if (key === 'right') return finish(challenge, { status: 'approved', reason: 'code_matched' })
  const guessed = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }
  if (guessed.attemptsLeft <= 0) return finish(guessed, { status: 'denied', reason: 'too_many_attempts' })
  return stay(nextTurn(guessed, call, { notice: 'wrong' }))
}
