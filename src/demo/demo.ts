// A bank that does not exist, as a relying party: it knows Answerback only by its HTTP API, through the client.

import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Answerback, AnswerbackError, type ChallengeRequest, type Fetch } from '../client/client.ts'
import { assets } from './assets.ts'
import { confirm, guess, merge, type Proof } from './confirm-challenge.ts'
import { guard } from './csrf-and-headers.ts'
import { type Fault, type Form, faultOf, formOf, registrationFault } from './forms.ts'
import { accountPage } from './pages/account.ts'
import { type Html, placeFor } from './pages/layout.ts'
import { registerPage } from './pages/register.ts'
import { signInPage } from './pages/sign-in.ts'
import { verifyPage } from './pages/verify.ts'
import { ending } from './sentences.ts'
import { type Session, Sessions, type Wish } from './sessions.ts'
import { readTransfer, transferDetails } from './transfers.ts'
import { hashPassword, Users } from './users.ts'
import { CODE_LENGTH, LOCALES, WAYS, wayOf } from './verification-methods.ts'

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
  const place = placeFor(publicPath)
  const go = (c: Context, page: string) => c.redirect(`${publicPath}${page}`, 303)

  const app = new Hono()
  app.use(guard)
  app.route('/assets', assets())

  app.get('/', (c) => {
    if (sessions.find(c)?.account) return go(c, '/account')
    return c.html(signInPage(place(null), {}))
  })

  app.post('/sign-in', async (c) => {
    const form = await formOf(c)
    const page = (fault: Fault) => signInPage(place(null), form, fault)
    const user = await users.check(form.user ?? '', form.password ?? '')
    if (!user) return c.html(page({ field: 'password', sentence: 'That name and password do not match.' }), 401)
    return begin(c, { scope: 'login', user: user.name }, termsOf(form, user.number), page)
  })

  app.get('/register', (c) => {
    const sentence = takeNotice(sessions.find(c))
    return c.html(registerPage(place(null), {}, sentence === null ? undefined : { field: 'form', sentence }))
  })

  app.post('/register', async (c) => {
    const form = await formOf(c)
    const { user = '', password = '' } = form
    const page = (fault: Fault) => registerPage(place(null), form, fault)
    const fault = registrationFault(user, password, users.taken(user))
    if (fault) return c.html(page(fault), 422)
    return begin(c, { scope: 'signup', user, password: await hashPassword(password) }, termsOf(form, null), page)
  })

  app.get('/verify', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending) return go(c, session?.account ? '/account' : '')
    try {
      pending.challenge = merge(pending.challenge, await answerback.get(pending.challenge.id))
    } catch (error) {
      // The page then asks for itself, and says so when it gets no answer either.
      if (!(error instanceof AnswerbackError)) throw error
    }
    return c.html(verifyPage(place(session.account), pending, takeNotice(session)))
  })

  app.post('/again', async (c) => {
    const session = sessions.find(c)
    const pending = session?.pending
    if (!pending) return go(c, '')
    const channel = (await formOf(c)).channel === 'sms' ? 'sms' : 'call'
    try {
      const now = await answerback.get(pending.challenge.id)
      if (ending(now)?.actions.includes(channel === 'sms' ? 'text' : 'again')) {
        const request: ChallengeRequest = { ...pending.request, channel }
        session.pending = { ...pending, request, challenge: await answerback.create(request) }
      }
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      session.notice = faultOf(error).sentence
    }
    return go(c, '/verify')
  })

  app.post('/finish', async (c) => {
    const session = sessions.find(c)
    const { challenge, code } = await formOf(c)
    if (!session?.pending || session.pending.challenge.id !== challenge) {
      const sentence = 'That confirmation does not belong to this browser, or was used.'
      return c.html(signInPage(place(null), {}, { field: 'form', sentence }), 409)
    }
    const wrong = code === undefined ? null : await guess(answerback, session.pending, code)
    const proof = wrong ?? (await confirm(answerback, session))
    if (typeof proof !== 'string') return fulfil(c, session, proof)
    // When another request has used the proof meanwhile, that one has spoken.
    if (session.pending) session.notice = proof
    return go(c, '/verify')
  })

  app.get('/account', (c) => {
    const session = sessions.find(c)
    if (!session?.account) return go(c, '')
    return c.html(accountPage(place(session.account), session.account, takeNotice(session)))
  })

  app.post('/transfer', async (c) => {
    const account = sessions.find(c)?.account
    if (!account) return go(c, '')
    const form = await formOf(c)
    const page = (fault: Fault) => accountPage(place(account), account, null, form, fault)
    const transfer = readTransfer(form)
    if (!transfer) return c.html(page({ field: 'amount', sentence: 'Whole euros, from 1 to 5000.' }), 422)
    // The number that signed in, never one from this form; in English, since the sentence to be spoken is.
    const terms: ChallengeRequest = { to: account.number, flow: 'approve', details: transferDetails(transfer) }
    return begin(c, { scope: 'transfer', transfer }, terms, page)
  })

  app.post('/sign-out', (c) => {
    sessions.close(c)
    return go(c, '')
  })

  // Forms answer in place when something is wrong, so their addresses are opened again from histories.
  app.get('*', (c) => go(c, ''))

  return app

  /** Starts the challenge and moves on to the waiting page, or shows the form again with the reason. */
  async function begin(c: Context, wish: Wish, terms: ChallengeRequest, again: (fault: Fault) => Html) {
    const request = { ...terms, scope: wish.scope, code_length: CODE_LENGTH }
    try {
      const challenge = await answerback.create(request)
      const session = sessions.find(c) ?? sessions.open(c)
      session.pending = { wish, request, challenge }
      return go(c, '/verify')
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      return c.html(again(faultOf(error)), (error.status || 502) as ContentfulStatusCode)
    }
  }

  /** The one place where a proof turns into something. */
  function fulfil(c: Context, session: Session, { wish, number, challenge }: Proof) {
    if (wish.scope === 'transfer') {
      if (!session.account) return go(c, '')
      session.account.transfers.unshift(wish.transfer)
      session.notice = `Done: ${transferDetails(wish.transfer)}.`
      return go(c, '/account')
    }
    if (wish.scope === 'signup' && !users.add({ name: wish.user, password: wish.password, number })) {
      session.notice = 'Meanwhile somebody else has taken that name.'
      return go(c, '/register')
    }
    session.account = { user: wish.user, number, proof: challenge, transfers: [] }
    sessions.rename(c, session)
    return go(c, '/account')
  }
}

function termsOf(form: Form, known: string | null): ChallengeRequest {
  const { flow, channel } = WAYS[wayOf(form.way)]
  const locale = LOCALES.has(form.locale ?? '') ? form.locale! : 'en-US'
  return { to: known ?? (form.number ?? '').replace(/[\s().-]/g, ''), flow, channel, locale }
}

/** Said once. */
function takeNotice(session: Session | null): string | null {
  const notice = session?.notice ?? null
  if (session) session.notice = null
  return notice
}
