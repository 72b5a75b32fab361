// An operator signs in: the password, then a code of an authenticator app or a call, one of which is set up at the first
// time. Each stage opens the next one and nothing else.

import { type Context, Hono } from 'hono'
import type { OperatorPhones } from '../../factors/operator-phones.ts'
import type { OperatorStore } from '../../store/operators.ts'
import type { StreamParts } from '../console-parts.ts'
import type { OperatorAuthenticators } from '../operator-authenticators.ts'
import type { OperatorCalls } from '../operator-calls.ts'
import type { OperatorSessions } from '../operator-sessions.ts'
import { authenticatorPage, codePage, passwordPage, setUpPage } from '../pages/sign-in-pages.ts'
import type { CheckPassword } from '../password-check.ts'
import { readForm } from '../read-form.ts'
import type { SecondFactors } from '../second-factors.ts'
import type { SignInAudit } from '../sign-in-audit.ts'
import { signInCallRoutes } from './sign-in-call-routes.ts'

export type SignInParts = StreamParts & {
  operators: OperatorStore
  sessions: OperatorSessions
  authenticators: OperatorAuthenticators
  phones: OperatorPhones
  calls: OperatorCalls
  checkPassword: CheckPassword
  factorsOf(name: string): Promise<SecondFactors>
  audit: SignInAudit
}

const WRONG = 'The name or the password is wrong.'
export const WRONG_CODE = 'That was not the code. After five in a row the app is locked for a minute, then for longer.'
export const TOO_MANY = 'Too many sign in at once. Try again in a moment.'

export function signInRoutes(parts: SignInParts): Hono {
  const { sessions, authenticators, checkPassword, factorsOf } = parts

  async function enter(c: Context, name: string, app: string): Promise<Response> {
    if (!(await sessions.openSignedIn(c, name, { type: 'totp', id: app }))) return c.redirect('sign-in', 303)
    return c.redirect('live', 303)
  }

  /** Of an operator whose password was right. */
  async function halfWay(c: Context): Promise<(SecondFactors & { name: string }) | null> {
    const session = await sessions.find(c)
    if (session?.stage !== 'password') return null
    return { name: session.name, ...(await factorsOf(session.name)) }
  }

  function choice(c: Context, found: SecondFactors, error: string | null): Response | Promise<Response> {
    const page = found.isEnrolled
      ? codePage({ hasAuthenticator: found.authenticator !== null, phone: found.phone?.maskedNumber ?? null, error })
      : setUpPage(error)
    return c.html(page, error === null ? 200 : 422)
  }

  return new Hono()
    .get('/sign-in', (c) => c.html(passwordPage({ name: '', error: null })))
    .post('/sign-in', async (c) => {
      const { name = '', password = '' } = await readForm(c)
      const account = await checkPassword(c, name, password)
      if (account === 'full') return c.html(passwordPage({ name, error: TOO_MANY }), 429)
      if (account === null || !(await sessions.openPasswordStage(c, account)))
        return c.html(passwordPage({ name, error: WRONG }), 422)
      return c.redirect('sign-in-code', 303)
    })
    .get('/sign-in-code', async (c) => {
      const found = await halfWay(c)
      if (found === null) return c.redirect('sign-in', 303)
      return choice(c, found, null)
    })
    .post('/sign-in-code', async (c) => {
      const found = await halfWay(c)
      if (!found?.authenticator) return c.redirect('sign-in', 303)
      const isRight = await authenticators.check(found.name, found.authenticator.id, (await readForm(c)).code)
      return isRight ? enter(c, found.name, found.authenticator.id) : choice(c, found, WRONG_CODE)
    })
    .post('/authenticator', async (c) => {
      const found = await halfWay(c)
      if (!found || found.isEnrolled) return c.redirect('sign-in-code', 303)
      return c.html(authenticatorPage({ ...(await authenticators.propose(found.name)), error: null }))
    })
    .post('/authenticator-code', async (c) => {
      const found = await halfWay(c)
      if (!found || found.isEnrolled) return c.redirect('sign-in-code', 303)
      const { factor = '', code } = await readForm(c)
      const isRight = await authenticators.confirm(found.name, { factor, code, alone: true })
      if (isRight === 'not_found') return c.redirect('sign-in-code', 303)
      if (!isRight) return c.html(authenticatorPage({ factor, shown: null, error: WRONG_CODE }), 422)
      return enter(c, found.name, factor)
    })
    .route('/', signInCallRoutes({ ...parts, choice }))
    .post('/sign-out', async (c) => {
      await sessions.close(c)
      return c.redirect('sign-in', 303)
    })
}
