// An example web app, a bank's sign-in: it reaches Answerback by the HTTP API alone, through the client.

import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Answerback, AnswerbackError, type ChallengeRequest, type Fetch } from '../client/client.ts'
import { assets } from './assets.ts'
import { type Confirmation, checkTypedCode, confirmChallenge, mergeChallenge } from './confirm-challenge.ts'
import { headers, noStore, ownForms } from './csrf-and-headers.ts'
import { type Form, type FormError, formErrorOf, readForm, registrationError } from './forms.ts'
import { accountPage } from './pages/account.ts'
import { type Html, pageContext } from './pages/layout.ts'
import { registerPage } from './pages/register.ts'
import { signInPage } from './pages/sign-in.ts'
import { verifyPage } from './pages/verify.ts'
import { outcomeMessage } from './sentences.ts'
import { type ProtectedAction, type Session, Sessions } from './sessions.ts'
import { readTransfer, transferDetails } from './transfers.ts'
import { hashPassword, Users } from './users.ts'
import { CODE_LENGTH, LOCALES, parseMethod, VERIFICATION_METHODS } from './verification-methods.ts'

export type DemoOptions = {
  /** Answerback as this server reaches it. Pages reach it at their own origin, under `/v1`. */
  answerbackUrl: string
  apiKey: string
  /** Where this app is mounted. */
  publicPath?: string
  fetch?: Fetch
}

export function demo({ answerbackUrl, apiKey, publicPath = '/demo', fetch }: DemoOptions): Hono {
  const answerback = new Answerback({ baseUrl: answerbackUrl, key: apiKey, ...(fetch && { fetch }) })
  const users = new Users()
  const sessions = new Sessions(publicPath)
  const context = pageContext(publicPath)
  const redirectTo = (c: Context, path: string) => c.redirect(`${publicPath}${path}`, 303)

  const app = new Hono()
  app.use(headers, noStore, ownForms)
  app.route('/', assets(publicPath))

  app.get('/', (c) => {
    if (sessions.find(c)?.account) return redirectTo(c, '/account')
    return c.html(signInPage(context(null), {}))
  })

  app.post('/sign-in', async (c) => {
    const form = await readForm(c)
    const page = (error: FormError) => signInPage(context(null), form, error)
    const user = await users.check(form.user ?? '', form.password ?? '')
    if (!user) return c.html(page({ field: 'password', sentence: 'That name and password do not match.' }), 401)
    return startChallenge(c, { scope: 'login', user: user.name }, challengeRequest(form, user.number), page)
  })

  app.get('/register', (c) => {
    const sentence = takeNotice(sessions.find(c))
    return c.html(registerPage(context(null), {}, sentence === null ? undefined : { field: 'form', sentence }))
  })

  app.post('/register', async (c) => {
    const form = await readForm(c)
    const { user = '', password = '' } = form
    const page = (error: FormError) => registerPage(context(null), form, error)
    const error = registrationError(user, password, users.isTaken(user))
    if (error) return c.html(page(error), 422)
    return startChallenge(
      c,
      { scope: 'signup', user, password: await hashPassword(password) },
      challengeRequest(form, null),
      page,
    )
  })

  app.get('/verify', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending) return redirectTo(c, session?.account ? '/account' : '')
    try {
      pending.challenge = mergeChallenge(pending.challenge, await answerback.get(pending.challenge.id))
    } catch (error) {
      // The page then asks for itself, and says so when it gets no answer either.
      if (!(error instanceof AnswerbackError)) throw error
    }
    return c.html(verifyPage(context(session.account), pending, takeNotice(session)))
  })

  app.post('/again', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending) return redirectTo(c, '')
    const channel = (await readForm(c)).channel === 'sms' ? 'sms' : 'call'
    try {
      const now = await answerback.get(pending.challenge.id)
      if (outcomeMessage(now)?.actions.includes(channel === 'sms' ? 'text' : 'again')) {
        const request: ChallengeRequest = { ...pending.request, channel }
        session.pending = { ...pending, request, challenge: await answerback.create(request) }
      }
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      session.notice = formErrorOf(error).sentence
    }
    return redirectTo(c, '/verify')
  })

  app.post('/finish', async (c) => {
    const session = sessions.find(c)
    const { challenge, code } = await readForm(c)
    if (!session?.pending || session.pending.challenge.id !== challenge) {
      const sentence = 'That confirmation does not belong to this browser, or was used.'
      return c.html(signInPage(context(null), {}, { field: 'form', sentence }), 409)
    }
    const wrong = code === undefined ? null : await checkTypedCode(answerback, session.pending, code)
    const proof = wrong ?? (await confirmChallenge(answerback, session))
    if (typeof proof !== 'string') return complete(c, session, proof)
    // Otherwise another request has used the approval meanwhile, and its answer counts.
    if (session.pending) session.notice = proof
    return redirectTo(c, '/verify')
  })

  app.get('/account', (c) => {
    const session = sessions.find(c)
    if (!session?.account) return redirectTo(c, '')
    return c.html(accountPage(context(session.account), session.account, takeNotice(session)))
  })

  app.post('/transfer', async (c) => {
    const account = sessions.find(c)?.account
    if (!account) return redirectTo(c, '')
    const form = await readForm(c)
    const page = (error: FormError) => accountPage(context(account), account, null, form, error)
    const transfer = readTransfer(form)
    if (!transfer) return c.html(page({ field: 'amount', sentence: 'Whole euros, from 1 to 5000.' }), 422)
    // The number that signed in, never one from this form; in English, since the sentence to be spoken is.
    const request: ChallengeRequest = { to: account.number, flow: 'approve', details: transferDetails(transfer) }
    return startChallenge(c, { scope: 'transfer', transfer }, request, page)
  })

  app.post('/sign-out', (c) => {
    sessions.close(c)
    return redirectTo(c, '')
  })

  // The addresses of forms stand in browser histories.
  app.get('*', (c) => redirectTo(c, ''))

  return app

  /** Starts the challenge and moves on to the waiting page, or shows the form again with the reason. */
  async function startChallenge(
    c: Context,
    action: ProtectedAction,
    options: ChallengeRequest,
    again: (error: FormError) => Html,
  ) {
    const request = { ...options, scope: action.scope, code_length: CODE_LENGTH }
    try {
      const challenge = await answerback.create(request)
      const session = sessions.find(c) ?? sessions.open(c)
      session.pending = { action, request, challenge }
      return redirectTo(c, '/verify')
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      return c.html(again(formErrorOf(error)), (error.status || 502) as ContentfulStatusCode)
    }
  }

  /** The only place where an approval has an effect. */
  function complete(c: Context, session: Session, { action, number, challenge }: Confirmation) {
    if (action.scope === 'transfer') {
      if (!session.account) return redirectTo(c, '')
      session.account.transfers.unshift(action.transfer)
      session.notice = `Done: ${transferDetails(action.transfer)}.`
      return redirectTo(c, '/account')
    }
    if (action.scope === 'signup' && !users.add({ name: action.user, password: action.password, number })) {
      session.notice = 'That name has been taken meanwhile.'
      return redirectTo(c, '/register')
    }
    session.account = { user: action.user, number, proof: challenge, transfers: [] }
    sessions.renewId(c, session)
    return redirectTo(c, '/account')
  }
}

function challengeRequest(form: Form, known: string | null): ChallengeRequest {
  const { flow, channel } = VERIFICATION_METHODS[parseMethod(form.method)]
  const locale = LOCALES.has(form.locale ?? '') ? form.locale! : 'en-US'
  return { to: known ?? (form.number ?? '').replace(/[\s().-]/g, ''), flow, channel, locale }
}

/** A notice is shown once. */
function takeNotice(session: Session | null): string | null {
  const notice = session?.notice ?? null
  if (session) session.notice = null
  return notice
}
