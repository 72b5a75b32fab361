// A code of an authenticator app, or a recovery code, in place of a phone.

import { type Answerback, AnswerbackError, type Factor, type FactorCheck } from '../client/client.ts'
import { errorSentence } from './error-sentences.ts'
import type { DemoTexts } from './texts/en.ts'
import type { User } from './users.ts'

/** The factors that may be used now. None when Answerback doesn't answer: the phone is then the way that says why. */
export async function usableFactors(answerback: Answerback, { subject }: User): Promise<Factor[]> {
  try {
    const factors = await answerback.factors.list(subject)
    return factors.filter(({ status, codes_left }) => status === 'confirmed' && codes_left !== 0)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return []
  }
}

/** What is wrong with the code, or null. */
export async function checkFactor(
  answerback: Answerback,
  user: User,
  type: Factor['type'],
  typed: string,
  texts: DemoTexts,
): Promise<string | null> {
  const factor = (await usableFactors(answerback, user)).findLast((one) => one.type === type)
  const code = typed.normalize('NFKC').trim().replace(/\s/g, '')
  if (!factor || code === '') return texts.errors.notApproved
  if (type === 'totp' && !/^\d{6}$/.test(code)) return texts.authenticator.code
  try {
    const result = await answerback.factors.check(factor.id, code)
    return result.valid ? null : refusal(result, texts)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return errorSentence(error, texts)
  }
}

export function refusal({ reason, attempts_left, locked_until }: FactorCheckLike, { errors }: DemoTexts): string {
  if (reason === 'code_used') return errors.usedCode
  if (locked_until === null) return errors.wrongCode(attempts_left)
  return errors.locked(Math.max(1, Math.ceil((Date.parse(locked_until) - Date.now()) / 60_000)))
}

type FactorCheckLike = Pick<FactorCheck, 'attempts_left' | 'locked_until'> & { reason: string }
