// send_code: a code typed on the page. Only a wrong one costs an attempt.

import type { Challenge } from '../challenge.ts'
import { close, progressOf, stay, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'

export const onCodeSubmitted: Handler<'code_submitted'> = (challenge, { right }) => {
  if (challenge.flow !== 'send_code') return stay(challenge)
  if (right) return close(messageArrived(challenge), { status: 'approved', reason: 'code_matched' })
  const guessed = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }
  return guessed.attemptsLeft > 0 ? stay(guessed) : close(guessed, { status: 'denied', reason: 'too_many_attempts' })
}

/** A right code proves that the message arrived, with or without a receipt. */
function messageArrived(challenge: Challenge): Challenge {
  return progressOf(challenge).state === 'sent'
    ? withDelivery(challenge, { progress: { state: 'ended' }, result: 'delivered' })
    : challenge
}
