// The rule that every relying party needs: the browser may say when to look, and nothing it says is evidence.

import { type Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../client/client.ts'
import { digitsOf, refusal, wrongCode } from './sentences.ts'
import type { Pending, Session, Wish } from './sessions.ts'

export type Proof = { wish: Wish; number: string; challenge: Challenge }

/**
 * Asks Answerback itself about the challenge of this session. An approval is used up by the first answer that sees it:
 * of two requests that ask at once, one gets the proof. Otherwise, the sentence that says what is missing.
 */
export async function confirm(answerback: Answerback, session: Session): Promise<Proof | string> {
  const { pending } = session
  if (!pending) return 'There is nothing to confirm.'
  let challenge: Challenge
  try {
    challenge = await answerback.get(pending.challenge.id)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return `We could not confirm it. ${refusal(error)}`
  }
  if (session.pending !== pending) return 'That confirmation was used already.'
  pending.challenge = merge(pending.challenge, challenge)
  if (challenge.status === 'pending') return 'It is not confirmed yet.'
  if (!proves(challenge, pending)) return 'It was not approved.'
  session.pending = null
  return { wish: pending.wish, number: pending.request.to, challenge }
}

/** For a page without JavaScript, which cannot ask by itself. What is wrong with the code, or null. */
export async function guess(answerback: Answerback, { challenge }: Pending, typed: string): Promise<string | null> {
  try {
    const { valid, status, attempts_left } = await answerback.check(challenge.id, digitsOf(typed))
    return valid || status !== 'pending' ? null : wrongCode(attempts_left)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return refusal(error)
  }
}

/** Approved, and for exactly what this session wished: not another purpose, not other details. */
function proves(challenge: Challenge, { wish, request, challenge: started }: Pending): boolean {
  return (
    challenge.status === 'approved' &&
    challenge.id === started.id &&
    challenge.scope === wish.scope &&
    challenge.flow === request.flow &&
    challenge.details === (request.details ?? null)
  )
}

/** The challenge as it stands now, with what only its creation told. */
export function merge({ page_token, display_code }: CreatedChallenge, now: Challenge): CreatedChallenge {
  const code = now.status === 'pending' && display_code !== undefined ? { display_code } : {}
  return { ...now, ...code, page_token }
}
