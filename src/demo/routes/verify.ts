// The waiting page and its forms. Its script does the same over the API; the forms are for browsers without JavaScript.

import { type Context, Hono } from 'hono'
import { AnswerbackError, type ChallengeRequest, type Channel } from '../../client/client.ts'
import { channelsOffered } from '../../elements/retries.ts'
import { completeAction } from '../complete-action.ts'
import { checkTypedCode, confirmChallenge, mergeChallenge } from '../confirm-challenge.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { formErrorOf, readForm } from '../forms.ts'
import { languageOf } from '../language.ts'
import { pageContext } from '../pages/layout.ts'
import { verifyPage } from '../pages/verify.ts'
import { type PendingVerification, type Session, takeNotice } from '../sessions.ts'

export function verifyRoutes(context: DemoContext): Hono {
  const { answerback, sessions } = context
  const app = new Hono()

  app.get('/verify', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending)
      return redirectTo(context, c, session?.account ? '/account' : session?.passwordOk ? '/second-factor' : '')
    try {
      pending.challenge = mergeChallenge(pending.challenge, await answerback.get(pending.challenge.id))
    } catch (error) {
      // The page then asks for itself, and says so when it gets no answer either.
      if (!(error instanceof AnswerbackError)) throw error
    }
    return c.html(verifyPage(pageContext(context, c, session), pending, takeNotice(session)))
  })

  /** After an outcome: the same request once more, as a new challenge. */
  app.post('/again', (c) =>
    change(c, async (session, pending, channel) => {
      const now = await answerback.get(pending.challenge.id)
      if (now.status === 'pending' || !channelsOffered(now).includes(channel)) return
      const request: ChallengeRequest = { ...pending.request, channel }
      session.pending = { ...pending, request, challenge: await answerback.create(request) }
    }),
  )

  /** While it is pending: the same code once more. */
  app.post('/redeliver', (c) =>
    change(c, async (_, pending, channel) => {
      pending.challenge = mergeChallenge(pending.challenge, await answerback.redeliver(pending.challenge.id, channel))
    }),
  )

  app.post('/cancel', (c) =>
    change(c, async (_, pending) => {
      pending.challenge = mergeChallenge(pending.challenge, await answerback.cancel(pending.challenge.id))
    }),
  )

  app.post('/finish', async (c) => {
    const session = sessions.find(c)
    const { challenge, code } = await readForm(c)
    const pending = session?.pending
    if (!pending || pending.challenge.id !== challenge) return notPending(c, session)
    const language = languageOf(c)
    const problem = code === undefined ? null : await checkTypedCode(answerback, pending, code, language)
    const confirmation = problem ?? (await confirmChallenge(answerback, session, language))
    if (typeof confirmation !== 'string') return completeAction(context, c, session, confirmation)
    // Otherwise another tab has used the approval meanwhile, and the waiting page leads to where that one went.
    if (session.pending) session.notice = confirmation
    return redirectTo(context, c, '/verify')
  })

  return app

  async function change(
    c: Context,
    apply: (session: Session, pending: PendingVerification, channel: Channel) => Promise<void>,
  ): Promise<Response> {
    const session = sessions.find(c)
    if (!session?.pending) return redirectTo(context, c, '')
    const channel = (await readForm(c)).channel === 'sms' ? 'sms' : 'call'
    try {
      await apply(session, session.pending, channel)
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      session.notice = formErrorOf(error, languageOf(c).texts).sentence
    }
    return redirectTo(context, c, '/verify')
  }

  /** A second tab of a challenge that has been used, an older tab, or a foreign session. None of them gets any rights. */
  function notPending(c: Context, session: Session | null): Response {
    if (session?.pending) return redirectTo(context, c, '/verify')
    if (session?.account || sessions.wasRenewed(c)) return redirectTo(context, c, '/account')
    const sentence = languageOf(c).texts.errors.notYours
    return redirectToForm(context, c, '', {}, { field: 'form', sentence })
  }
}
