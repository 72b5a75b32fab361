// What an operator signs in by: an authenticator app, a phone, or both. Each change asks for the password, so that an open
// console is not enough to change it.

import { type Context, Hono } from 'hono'
import { parseNumber } from '../../domain/phone-number.ts'
import type { OperatorPhones } from '../../factors/operator-phones.ts'
import type { OperatorFactors } from '../../store/operator-factors.ts'
import type { OperatorSession, OperatorStore } from '../../store/operators.ts'
import { type ConsoleEnv, type ConsoleParts, frameOf, type StreamParts } from '../console-parts.ts'
import { fragmentStream } from '../fragment-stream.ts'
import type { OperatorAuthenticators } from '../operator-authenticators.ts'
import type { OperatorCalls } from '../operator-calls.ts'
import type { OperatorSessions } from '../operator-sessions.ts'
import { type AccountChange, accountPage, newAuthenticatorPage, phoneCallPage } from '../pages/account-pages.ts'
import { callFragment, endSentence, refusalSentence } from '../pages/sign-in-call-pages.ts'
import type { CheckPassword } from '../password-check.ts'
import { readForm } from '../read-form.ts'
import type { SecondFactors } from '../second-factors.ts'
import type { SignInAudit } from '../sign-in-audit.ts'
import { TOO_MANY, WRONG_CODE } from './sign-in-routes.ts'

type Deps = StreamParts &
  Pick<ConsoleParts, 'links'> & {
    operators: Pick<OperatorStore, 'noteFailedCalls'>
    sessions: OperatorSessions
    authenticators: OperatorAuthenticators
    phones: OperatorPhones
    calls: OperatorCalls
    operatorFactors: Pick<OperatorFactors, 'remove'>
    checkPassword: CheckPassword
    factorsOf(name: string): Promise<SecondFactors>
    audit: SignInAudit
  }

const WRONG_PASSWORD = 'The password is wrong.'
const ANOTHER_PHONE = 'This phone is not added: it was removed, or another one was added, meanwhile.'
const ONLY_ONE = 'This is the only one: add the other one first.'

/** Behind the sign-in. */
export function accountRoutes(deps: Deps): Hono<ConsoleEnv> {
  const { operators, sessions, authenticators, phones, calls, operatorFactors, checkPassword, factorsOf, audit } = deps

  const nameOf = (c: Context<ConsoleEnv>) => c.var.signedIn.name ?? ''
  const done = (c: Context<ConsoleEnv>, change: AccountChange) => c.redirect(`account?done=${change}`, 303)

  async function again(c: Context<ConsoleEnv>, error: string | null, status: 200 | 422 | 429 = 422): Promise<Response> {
    const factors = await factorsOf(nameOf(c))
    return c.html(accountPage({ factors, error, done: c.req.query('done') ?? null, frame: frameOf(c, deps) }), status)
  }

  /** `null`: the password is right. */
  async function refused(c: Context<ConsoleEnv>, password = ''): Promise<Response | null> {
    const account = await checkPassword(c, nameOf(c), password)
    if (account === 'full') return again(c, TOO_MANY, 429)
    return account === null ? again(c, WRONG_PASSWORD) : null
  }

  /** The call to a phone that is to be added. */
  async function callOf(c: Context<ConsoleEnv>) {
    const session = await sessions.find(c)
    const found = session?.stage === 'signed_in' ? await calls.of(session) : null
    return session && found?.phone.status === 'pending' ? { ...found, session } : null
  }

  const isStillCalled = async (c: Context<ConsoleEnv>, { challengeId }: OperatorSession) => {
    const session = await sessions.find(c)
    return session?.stage === 'signed_in' && session.challengeId === challengeId
  }

  return new Hono<ConsoleEnv>()
    .get('/account', (c) => again(c, null, 200))
    .post('/account-authenticator', async (c) => {
      if ((await factorsOf(nameOf(c))).authenticator) return c.redirect('account', 303)
      const refusal = await refused(c, (await readForm(c)).password)
      if (refusal) return refusal
      const proposed = await authenticators.propose(nameOf(c))
      return c.html(newAuthenticatorPage({ ...proposed, error: null, frame: frameOf(c, deps) }))
    })
    .post('/account-authenticator-code', async (c) => {
      if ((await factorsOf(nameOf(c))).authenticator) return c.redirect('account', 303)
      const { factor = '', code } = await readForm(c)
      const isRight = await authenticators.confirm(nameOf(c), { factor, code, alone: false })
      if (isRight === 'not_found') return c.redirect('account', 303)
      if (isRight) return done(c, 'app_added')
      return c.html(newAuthenticatorPage({ factor, shown: null, error: WRONG_CODE, frame: frameOf(c, deps) }), 422)
    })
    .post('/account-phone', async (c) => {
      if ((await factorsOf(nameOf(c))).phone) return c.redirect('account', 303)
      const form = await readForm(c)
      const number = parseNumber(form.number ?? '', null, '*')
      if (!number.ok) return again(c, number.message)
      const refusal = await refused(c, form.password)
      if (refusal) return refusal
      const phone = await phones.propose(nameOf(c), number.number)
      const placed = await calls.place(nameOf(c), phone)
      if ('refused' in placed) {
        await audit.callRefused(nameOf(c), phone.maskedNumber, placed)
        return again(c, refusalSentence(placed))
      }
      await sessions.setCall(c, placed.challenge.id)
      return c.redirect('account-call', 303)
    })
    .get('/account-call', async (c) => {
      const found = await callOf(c)
      return found ? c.html(phoneCallPage(calls.shown(found.record), frameOf(c, deps))) : c.redirect('account', 303)
    })
    .get('/account-call-events', async (c) => {
      const found = await callOf(c)
      if (!found) return c.redirect('account', 303)
      c.set('isStillSignedIn', () => isStillCalled(c, found.session))
      return fragmentStream(c, deps, async () => {
        const view = calls.shown(await calls.find(found.record))
        return { html: callFragment(view), isLast: view.code === null }
      })
    })
    .post('/account-call', async (c) => {
      const found = await callOf(c)
      if (!found) return c.redirect('account', 303)
      const { record, phone } = found
      const { outcome } = record.challenge
      if (outcome === null && !record.expired) return c.redirect('account-call', 303)
      if (outcome?.status !== 'approved') {
        await sessions.setCall(c, null)
        await operators.noteFailedCalls()
        return again(c, endSentence(record))
      }
      const noted = audit.factorAdded(nameOf(c), { factor: 'phone', number: phone.maskedNumber })
      const isAdded = await phones.confirm(nameOf(c), phone.id, false, noted)
      await sessions.setCall(c, null)
      if (!isAdded) return again(c, ANOTHER_PHONE)
      return done(c, 'phone_added')
    })
    .post('/account-call-cancel', async (c) => {
      const found = await callOf(c)
      if (found) {
        await sessions.setCall(c, null)
        await calls.cancel(found.record)
        await operators.noteFailedCalls()
      }
      return c.redirect('account', 303)
    })
    .post('/account-remove', async (c) => {
      const { factor = '', password } = await readForm(c)
      const { authenticator, phone } = await factorsOf(nameOf(c))
      const isApp = authenticator?.id === factor
      if (!isApp && phone?.id !== factor) return c.redirect('account', 303)
      const refusal = await refused(c, password)
      if (refusal) return refusal
      const noted = isApp ? ({ factor: 'totp' } as const) : ({ factor: 'phone', number: phone!.maskedNumber } as const)
      const removed = { name: nameOf(c), id: factor, session: sessions.current(c) }
      if (!(await operatorFactors.remove(removed, audit.factorRemoved(nameOf(c), noted)))) return again(c, ONLY_ONE)
      return done(c, isApp ? 'app_removed' : 'phone_removed')
    })
}
