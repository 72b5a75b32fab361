// The only place where an approval has an effect. Each way leads to the page that shows it.

import type { Context } from 'hono'
import { AnswerbackError, type Challenge, type Channel } from '../client/client.ts'
import type { Confirmation } from './confirm-challenge.ts'
import { type DemoContext, redirectTo, redirectToForm } from './demo-context.ts'
import { errorSentence } from './error-sentences.ts'
import { languageOf } from './language.ts'
import { tellOldNumber } from './number-notice.ts'
import type { PhoneNumber } from './phone-numbers.ts'
import { type Account, type Session, stepUp } from './sessions.ts'
import type { User } from './users.ts'
import { VERIFICATION_METHODS, type VerificationMethod } from './verification-methods.ts'

export async function completeAction(
  context: DemoContext,
  c: Context,
  session: Session,
  confirmation: Confirmation,
): Promise<Response> {
  const { action, number, challenge } = confirmation
  const { texts } = languageOf(c)
  switch (action.scope) {
    case 'login':
      return logIn(action.user, action.method)
    case 'signup': {
      const user = context.users.add(action.name, action.password)
      if (user) return logIn(user, action.method)
      const error = { field: 'user', sentence: texts.errors.nameTakenMeanwhile } as const
      return redirectToForm(context, c, '/register', { user: action.name }, error)
    }
    case 'transfer': {
      if (!isSignedIn(action.user)) return redirectTo(context, c, '')
      const { scope } = action
      const { details } = challenge
      try {
        // Used up before the money moves, and for these words alone: a crash in between moves nothing twice.
        const { receipt } = await context.answerback.consume(challenge.id, { scope, details })
        action.user.transfers.unshift({ ...action.transfer, receipt })
      } catch (error) {
        if (!(error instanceof AnswerbackError)) throw error
        const sentence = texts.errors.couldNot(errorSentence(error, texts))
        return redirectToForm(context, c, '/account', {}, { field: 'form', sentence })
      }
      session.notice = texts.account.done(details ?? '')
      return redirectTo(context, c, '/account')
    }
    case 'security': {
      const onFile = action.user.numbers.findNumber(number)
      if (!isSignedIn(action.user) || !onFile || !reachedAsProved(onFile, challenge))
        return redirectTo(context, c, '/security')
      stepUp(session)
      return redirectTo(context, c, '/security')
    }
    case 'number': {
      if (!isSignedIn(action.user)) return redirectTo(context, c, '')
      const channel = channelOf(challenge)
      if (channel !== action.channel) {
        session.notice = texts.security.otherWay
        return redirectTo(context, c, '/security')
      }
      const { numbers } = action.user
      const old = numbers.preferred
      const isNew = action.number === null && numbers.findNumber(number) === null
      const proved = action.number ?? numbers.findNumber(number) ?? numbers.add(number, challenge.to)
      proved.proved[channel] = true
      session.notice = texts.security.proved(proved.masked)
      if (isNew && old)
        session.notice += ` ${await tellOldNumber(context, session, numbers, old, proved, languageOf(c))}`
      return redirectTo(context, c, '/security')
    }
  }

  /** The number that let the person in is theirs by that very proof. */
  function logIn(user: User, method: VerificationMethod): Response {
    const onFile = user.numbers.findNumber(number)
    if (onFile && !reachedAsProved(onFile, challenge)) {
      const error = { field: 'number', sentence: texts.secondFactor.notProved } as const
      return redirectToForm(context, c, '/second-factor', {}, error)
    }
    // A number that was good for one sign-in is good for the next, also after a text and a call of one code.
    if (!onFile)
      user.numbers.add(number, challenge.to).proved[channelOf(challenge) ?? VERIFICATION_METHODS[method].channel] = true
    user.method = method
    return openAccount(context, c, session, { user, proof: challenge })
  }

  function isSignedIn(user: User): boolean {
    return session.account?.user === user
  }
}

/** "Call me instead" on the waiting page must not let in who holds only one of the two ways to a number. */
function reachedAsProved({ proved }: PhoneNumber, { deliveries }: Challenge): boolean {
  return deliveries.every(({ channel }) => proved[channel])
}

/** How the person was reached. After a text and a call of one code, nobody can tell. */
function channelOf({ deliveries }: Challenge): Channel | null {
  const channels = new Set(deliveries.map(({ channel }) => channel))
  return channels.size === 1 ? [...channels][0]! : null
}

/** The last stage of a sign-in. */
export function openAccount(context: DemoContext, c: Context, session: Session, account: Account): Response {
  session.account = account
  session.passwordOk = null
  context.sessions.renewId(c, session)
  return redirectTo(context, c, '/account')
}
