// send_code: a key pressed while the code is read, or the silence after it.

import { answeredCall, type KeyHandler, MAX_REPEATS, moveTo, repeat } from './call-turn.ts'
import { onReport, stay } from './common.ts'

/**
 * Silence after the readings is goodbye. Star reads the code again, and so does any other key: a gate key that a keypad
 * sent twice has cut the reading short.
 */
export const onReplayKey: KeyHandler = (challenge, { turn, key }) => {
  const call = answeredCall(challenge)
  if (key === 'report') return onReport(challenge)
  if (turn !== call.turn) return stay(challenge)
  if (key === 'none' || call.repeats >= MAX_REPEATS) return stay(moveTo(challenge, 'goodbye'))
  return repeat(challenge, call, 'repeat')
}
