// The waiting page and its forms. Its script does the same over the API; the forms are for browsers without JavaScript.

import { type Context, Hono } from 'hono'
import { AnswerbackError, type ChallengeRequest, type Channel } from '../../client/client.ts'
import { type Confirmation, checkTypedCode, confirmChallenge, mergeChallenge } from '../confirm-challenge.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { formErrorOf, readForm } from '../forms.ts'
import { outcomeMessage } from '../outcome-sentences.ts'
import { pageContext } from '../pages/layout.ts'
import { verifyPage } from '../pages/verify.ts'
import { type PendingVerification, type Session, takeNotice } from '../sessions.ts'
import { transferDetails } from '../transfers.ts'

export function verifyRoutes(context: DemoContext): Hono {
  const { answerback, users, sessions, publicPath, resendCooldown } = context
  const app = new Hono()

  app.get('/verify', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending) return redirectTo(context, c, session?.account ? '/account' : '')
    try {
      pending.challenge = mergeChallenge(pending.challenge, await answerback.get(pending.challenge.id))
    } catch (error) {
      // The page then asks for itself, and says so when it gets no answer either.
      if (!(error instanceof AnswerbackError)) throw error
    }
    return c.html(
      verifyPage(pageContext(publicPath, session), pending, { resendCooldown, notice: takeNotice(session) }),
    )
  })

  /** After an outcome: the same request once more, as a new challenge. */
  app.post('/again', (c) =>
    change(c, async (session, pending, channel) => {
      const now = await answerback.get(pending.challenge.id)
      if (!outcomeMessage(now)?.actions.includes(channel === 'sms' ? 'text' : 'again')) return
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
    const problem = code === undefined ? null : await checkTypedCode(answerback, pending, code)
    const confirmation = problem ?? (await confirmChallenge(answerback, session))
    if (typeof confirmation !== 'string') return complete(c, session, confirmation)
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
      session.notice = formErrorOf(error).sentence
    }
    return redirectTo(context, c, '/verify')
  }

  /** A second tab of a challenge that has been used, an older tab, or a stranger. None of them gets any rights. */
  function notPending(c: Context, session: Session | null): Response {
    if (session?.pending) return redirectTo(context, c, '/verify')
    if (session?.account || sessions.wasRenewed(c)) return redirectTo(context, c, '/account')
    const sentence = 'That confirmation does not belong to this browser, or was used.'
    return redirectToForm(context, c, '', {}, { field: 'form', sentence })
  }

  /** The only place where an approval has an effect. */
  function complete(c: Context, session: Session, { action, number, challenge }: Confirmation): Response {
    if (action.scope === 'transfer') {
      if (!session.account) return redirectTo(context, c, '')
      session.account.transfers.unshift(action.transfer)
      session.notice = `Done: ${transferDetails(action.transfer)}.`
      return redirectTo(context, c, '/account')
    }
    if (action.scope === 'signup' && !users.add({ name: action.user, password: action.password, number })) {
      const error = { field: 'user', sentence: 'That name has been taken meanwhile.' } as const
      return redirectToForm(context, c, '/register', { user: action.user }, error)
    }
    session.account = { user: action.user, number, proof: challenge, transfers: [] }
    sessions.renewId(c, session)
    return redirectTo(context, c, '/account')
  }
}
