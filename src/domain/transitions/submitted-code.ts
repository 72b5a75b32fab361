// A code typed on the page (send_code), of which only a wrong one costs an attempt; and what ends every guessing.

import type { Challenge, Outcome } from '../challenge.ts'
import { finish } from './call-turn.ts'
import { close, currentDelivery, progressOf, stay, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'

export const onCodeSubmitted: Handler<'code_submitted'> = (challenge, { right }) => {
  if (challenge.flow !== 'send_code') return stay(challenge)
  if (right) return close(messageArrived(challenge), { status: 'approved', reason: 'code_matched' })
  const guessed = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }
  return guessed.attemptsLeft > 0 ? stay(guessed) : close(guessed, TOO_MANY)
}

/** The one who keys the code hears it; another call, which reads a code, is hung up. */
export const onCodesLocked: Handler<'codes_locked'> = (challenge) => {
  const { progress } = currentDelivery(challenge)
  const isAsked = progress.state === 'answered' && progress.phase === 'question'
  return isAsked ? finish(challenge, TOO_MANY) : close(challenge, TOO_MANY)
}

const TOO_MANY: Outcome = { status: 'denied', reason: 'too_many_attempts' }

/** A right code proves that the message arrived, with or without a receipt. */
function messageArrived(challenge: Challenge): Challenge {
  return progressOf(challenge).state === 'sent'
    ? withDelivery(challenge, { progress: { state: 'ended' }, result: 'delivered' })
    : challenge
}
