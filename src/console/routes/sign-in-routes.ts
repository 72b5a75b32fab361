// An operator signs in: the password, then a code of an authenticator app or a call, one of which is set up at the first
// time. Each stage opens the next one and nothing else.

import { type Context, Hono } from 'hono'
import type { Factors } from '../../factors/factors.ts'
import { clientAddress } from '../../http/client-address.ts'
import { CONSOLE_SERVICE } from '../../store/operator-schema.ts'
import type { OperatorAccount, OperatorStore } from '../../store/operators.ts'
import { isOperatorName } from '../operator-name.ts'
import type { OperatorSessions } from '../operator-sessions.ts'
import { authenticatorPage, codePage, passwordPage, setUpPage } from '../pages/sign-in-pages.ts'
import { hashPassword, matchesPassword } from '../password.ts'
import { readForm } from '../read-form.ts'
import { type SecondFactors, secondFactorsOf } from '../second-factors.ts'
import { signInQueue } from '../sign-in-queue.ts'
import { type SignInCallParts, signInCallRoutes } from './sign-in-call-routes.ts'

export type SignInParts = SignInCallParts & {
  operators: OperatorStore
  sessions: OperatorSessions
  factors: Pick<Factors, 'createTotp' | 'list' | 'delete' | 'confirm' | 'check'>
  /** Where a proxy in front writes a client's address. */
  clientAddressHeader: string
}

const WRONG = 'The name or the password is wrong.'
const WRONG_CODE = 'That was not the code. After five in a row the app is locked for a minute, then for longer.'

export function signInRoutes(parts: SignInParts): Hono {
  const { operators, sessions, factors, phones, auditLog, serviceName, clientAddressHeader } = parts
  const queue = signInQueue()
  // What an unknown name is compared with, so that the time of an answer does not tell which names exist.
  const nobodysHash = hashPassword('')

  /**
   * `null`: one of them is wrong. Wrong passwords are not counted: no number of guesses finds one (see password.ts), and
   * an account that they lock could be kept locked by a stranger.
   */
  async function accountOf(name: string, password: string): Promise<OperatorAccount | null> {
    const account = isOperatorName(name) ? await operators.find(name) : null
    const matches = await matchesPassword(password, account?.passwordHash ?? (await nobodysHash))
    return matches ? account : null
  }

  const factorsOf = (name: string) => secondFactorsOf(name, factors, phones)

  async function newAuthenticator(c: Context, name: string): Promise<Response> {
    for (const { id } of await factors.list(CONSOLE_SERVICE, name)) await factors.delete(CONSOLE_SERVICE, id)
    const wanted = { subject: name, label: name, issuer: `${serviceName} console` }
    const { factor, secret, qrSvg } = await factors.createTotp(CONSOLE_SERVICE, wanted)
    return c.html(authenticatorPage({ factor: factor.id, shown: { secret, qrSvg }, error: null }))
  }

  async function enter(c: Context, name: string): Promise<Response> {
    if (!(await sessions.openSignedIn(c, name, 'totp'))) return c.redirect('sign-in', 303)
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
      const account = await queue.run(clientAddress(c, clientAddressHeader), () => accountOf(name, password))
      if (account === 'full')
        return c.html(passwordPage({ name, error: 'Too many sign in at once. Try again in a moment.' }), 429)
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
      const checked = await factors.check(CONSOLE_SERVICE, found.authenticator.id, plainCode((await readForm(c)).code))
      if (checked === 'not_found' || !checked.valid) return choice(c, found, WRONG_CODE)
      return enter(c, found.name)
    })
    .post('/authenticator', async (c) => {
      const found = await halfWay(c)
      if (!found || found.isEnrolled) return c.redirect('sign-in-code', 303)
      return newAuthenticator(c, found.name)
    })
    .post('/authenticator-code', async (c) => {
      const found = await halfWay(c)
      if (!found || found.isEnrolled) return c.redirect('sign-in-code', 303)
      const { factor = '', code } = await readForm(c)
      const own = (await factors.list(CONSOLE_SERVICE, found.name)).some(({ id }) => id === factor)
      const confirmed = own ? await factors.confirm(CONSOLE_SERVICE, factor, plainCode(code)) : 'not_found'
      if (typeof confirmed === 'string') return c.redirect('sign-in-code', 303)
      if (!confirmed.valid) return c.html(authenticatorPage({ factor, shown: null, error: WRONG_CODE }), 422)
      await auditLog.append({
        actor: `operator:${found.name}`,
        action: 'operator.factor_added',
        target: found.name,
        reason: null,
        detail: { factor: 'totp' },
      })
      return enter(c, found.name)
    })
    .route('/', signInCallRoutes({ ...parts, factorsOf, choice }))
    .post('/sign-out', async (c) => {
      await sessions.close(c)
      return c.redirect('sign-in', 303)
    })
}

function plainCode(typed = ''): string {
  return typed.replace(/[\s-]/g, '')
}
