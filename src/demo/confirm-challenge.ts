// The rule for every relying party: the browser may say when to ask Answerback, and nothing it says is evidence.

import { type Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../client/client.ts'
import { codeProblem, normalizeCode } from '../elements/code-entry.ts'
import { textsFor } from '../elements/locales/texts-for.ts'
import type { ProtectedAction } from './actions.ts'
import { errorSentence } from './error-sentences.ts'
import type { Language } from './language.ts'
import type { PendingVerification, Session } from './sessions.ts'

export type Confirmation = { action: ProtectedAction; number: string; challenge: Challenge }

const CODE_LENGTH = 6

/**
 * Asks Answerback itself about the challenge of this session. An approval is used up by the first answer that sees it:
 * of two requests that ask at once, one gets the confirmation. Otherwise, the sentence that says what is missing.
 */
export async function confirmChallenge(
  answerback: Answerback,
  session: Session,
  { texts }: Language,
): Promise<Confirmation | string> {
  const { errors } = texts
  const { pending } = session
  if (!pending) return errors.nothing
  let challenge: Challenge
  try {
    challenge = await answerback.get(pending.challenge.id)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return errors.couldNot(errorSentence(error, texts))
  }
  if (session.pending !== pending) return errors.used
  pending.challenge = mergeChallenge(pending.challenge, challenge)
  if (challenge.status === 'pending') return errors.notYet
  if (!isApprovalOf(challenge, pending)) return errors.notApproved
  session.pending = null
  return { action: pending.action, number: pending.request.to, challenge }
}

/** For a page without JavaScript, which cannot ask by itself. What is wrong with the code, or null. */
export async function checkTypedCode(
  answerback: Answerback,
  { challenge }: PendingVerification,
  typed: string,
  { locale, texts }: Language,
): Promise<string | null> {
  const { texts: sentences } = textsFor(locale)
  const code = normalizeCode(typed)
  const problem = codeProblem(code, CODE_LENGTH, sentences)
  if (problem) return problem
  try {
    const { valid, status, attempts_left } = await answerback.check(challenge.id, code)
    return valid || status !== 'pending' ? null : sentences.wrongCode(attempts_left)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return errorSentence(error, texts)
  }
}

/** Approved, and for exactly what this session asked for: the same scope, flow and details. */
function isApprovalOf(challenge: Challenge, { action, request, challenge: started }: PendingVerification): boolean {
  return (
    challenge.status === 'approved' &&
    challenge.id === started.id &&
    challenge.scope === action.scope &&
    challenge.flow === (request.flow ?? 'send_code') &&
    challenge.details === (request.details ?? null)
  )
}

/** The challenge as it stands now, with the page token and display code that only the answer to its creation holds. */
export function mergeChallenge({ page_token, display_code }: CreatedChallenge, now: Challenge): CreatedChallenge {
  const code = now.status === 'pending' && display_code !== undefined ? { display_code } : {}
  return { ...now, ...code, page_token }
}
