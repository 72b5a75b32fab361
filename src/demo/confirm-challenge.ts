// The rule for every relying party: the browser may say when to ask Answerback, and nothing it says is evidence.

import { type Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../client/client.ts'
import { errorSentence } from './error-sentences.ts'
import { codeProblem, stripSeparators, wrongCodeSentence } from './sentences.ts'
import type { PendingVerification, ProtectedAction, Session } from './sessions.ts'
import { CODE_LENGTH } from './verification-methods.ts'

export type Confirmation = { action: ProtectedAction; number: string; challenge: Challenge }

/**
 * Asks Answerback itself about the challenge of this session. An approval is used up by the first answer that sees it:
 * of two requests that ask at once, one gets the confirmation. Otherwise, the sentence that says what is missing.
 */
export async function confirmChallenge(answerback: Answerback, session: Session): Promise<Confirmation | string> {
  const { pending } = session
  if (!pending) return 'There is nothing to confirm.'
  let challenge: Challenge
  try {
    challenge = await answerback.get(pending.challenge.id)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return `We could not confirm it. ${errorSentence(error)}`
  }
  if (session.pending !== pending) return 'That confirmation was used already.'
  pending.challenge = mergeChallenge(pending.challenge, challenge)
  if (challenge.status === 'pending') return 'It is not confirmed yet.'
  if (!isApprovalOf(challenge, pending)) return 'It was not approved.'
  session.pending = null
  return { action: pending.action, number: pending.request.to, challenge }
}

/** For a page without JavaScript, which cannot ask by itself. What is wrong with the code, or null. */
export async function checkTypedCode(
  answerback: Answerback,
  { challenge }: PendingVerification,
  typed: string,
): Promise<string | null> {
  const code = stripSeparators(typed)
  const problem = codeProblem(code, CODE_LENGTH)
  if (problem) return problem
  try {
    const { valid, status, attempts_left } = await answerback.check(challenge.id, code)
    return valid || status !== 'pending' ? null : wrongCodeSentence(attempts_left)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return errorSentence(error)
  }
}

/** Approved, and for exactly what this session asked for: the same scope, flow and details. */
function isApprovalOf(challenge: Challenge, { action, request, challenge: started }: PendingVerification): boolean {
  return (
    challenge.status === 'approved' &&
    challenge.id === started.id &&
    challenge.scope === action.scope &&
    challenge.flow === request.flow &&
    challenge.details === (request.details ?? null)
  )
}

/** The challenge as it stands now, with the page token and display code that only the answer to its creation holds. */
export function mergeChallenge({ page_token, display_code }: CreatedChallenge, now: Challenge): CreatedChallenge {
  const code = now.status === 'pending' && display_code !== undefined ? { display_code } : {}
  return { ...now, ...code, page_token }
}
