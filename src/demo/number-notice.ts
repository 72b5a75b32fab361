// The owner of the old number is told of a new one, by a call that can undo it: who took over the account at the page
// does not hold that phone.

import { AnswerbackError } from '../client/client.ts'
import type { DemoContext } from './demo-context.ts'
import type { Language } from './language.ts'
import type { Numbers, PhoneNumber } from './phone-numbers.ts'
import type { Session } from './sessions.ts'

/** Gives the sentence for the page. */
export async function tellOldNumber(
  { answerback }: DemoContext,
  session: Session,
  numbers: Numbers,
  old: PhoneNumber,
  added: PhoneNumber,
  { locale, texts }: Language,
): Promise<string> {
  const { security } = texts
  const ending = added.masked.slice(-4)
  const request = { to: old.number, flow: 'approve', scope: 'security', locale } as const
  try {
    const notice = await answerback.create({ ...request, details: security.noticeDetails(ending.split('').join(' ')) })
    if (notice.status !== 'pending') return security.notTold(old.masked)
    old.isTold = true
    void answerback
      .wait(notice.id)
      .then(({ reason }) => {
        if (reason === 'fraud_reported') undo()
      })
      .catch(() => {})
      .finally(() => {
        old.isTold = false
      })
    return security.told(old.masked)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return security.notTold(old.masked)
  }

  /** Whoever added it is signed out too. */
  function undo(): void {
    numbers.remove(added)
    session.account = null
    session.steppedUpUntil = 0
    session.notice = security.undone(ending)
  }
}
