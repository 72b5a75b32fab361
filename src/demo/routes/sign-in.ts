// Password sign-in, registration, sign-out, and the language of it all.

import { Hono } from 'hono'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { numberOf, readForm, registrationError } from '../forms.ts'
import { chooseLanguage, languageOf } from '../language.ts'
import { pageContext } from '../pages/layout.ts'
import { registerPage } from '../pages/register.ts'
import { signInPage } from '../pages/sign-in.ts'
import { takeFailedForm } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import { hashPassword } from '../users.ts'
import { parseMethod, VERIFICATION_METHODS } from '../verification-methods.ts'

export function signInRoutes(context: DemoContext): Hono {
  const { users, sessions, publicPath, regions } = context
  const app = new Hono()

  app.get('/', (c) => {
    const session = sessions.find(c)
    if (session?.account) return redirectTo(context, c, '/account')
    const { form = {}, error } = takeFailedForm(session, '') ?? {}
    return c.html(signInPage(pageContext(context, c, session), form, error))
  })

  app.post('/sign-in', async (c) => {
    const form = await readForm(c)
    const user = await users.check(form.user ?? '', form.password ?? '', sessions.visitor(c))
    if (!user) {
      const error = { field: 'password', sentence: languageOf(c).texts.errors.mismatch } as const
      return redirectToForm(context, c, '', form, error)
    }
    const session = sessions.findOrOpen(c)
    session.passwordOk = user
    session.account = null
    session.steppedUpUntil = 0
    // It may be another customer's, who did not sign out of this browser.
    session.pendingFactor = null
    session.newCodes = null
    sessions.renewId(c, session)
    return redirectTo(context, c, '/second-factor')
  })

  app.get('/register', (c) => {
    const session = sessions.find(c)
    const { form = {}, error } = takeFailedForm(session, '/register') ?? {}
    return c.html(registerPage(pageContext(context, c, session), form, error))
  })

  app.post('/register', async (c) => {
    const form = await readForm(c)
    const { user: name = '', password = '' } = form
    const error = registrationError(form, users.isTaken(name), languageOf(c).texts)
    if (error) return redirectToForm(context, c, '/register', form, error)
    const method = parseMethod(form.method ?? 'keypad_code')
    const action = { scope: 'signup', name, password: await hashPassword(password), method } as const
    const request = { to: numberOf(form, regions), ...VERIFICATION_METHODS[method] }
    return startChallenge(context, c, { action, request, path: '/register', form })
  })

  app.post('/sign-out', (c) => {
    sessions.close(c)
    return redirectTo(context, c, '')
  })

  app.post('/language', async (c) => {
    const { locale, page = '' } = await readForm(c)
    chooseLanguage(c, publicPath, locale)
    return redirectTo(context, c, /^(\/[a-z-]+)?$/.test(page) ? page : '')
  })

  return app
}
