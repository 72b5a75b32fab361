// Sign-in, registration and sign-out.

import { Hono } from 'hono'
import type { ChallengeRequest } from '../../client/client.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { type Form, readForm, registrationError } from '../forms.ts'
import { pageContext } from '../pages/layout.ts'
import { registerPage } from '../pages/register.ts'
import { signInPage } from '../pages/sign-in.ts'
import { takeFailedForm } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import { hashPassword } from '../users.ts'
import { LOCALES, parseMethod, VERIFICATION_METHODS } from '../verification-methods.ts'

export function signInRoutes(context: DemoContext): Hono {
  const { users, sessions, publicPath } = context
  const app = new Hono()

  app.get('/', (c) => {
    const session = sessions.find(c)
    if (session?.account) return redirectTo(context, c, '/account')
    const { form = {}, error } = takeFailedForm(session, '') ?? {}
    return c.html(signInPage(pageContext(publicPath, session), form, error))
  })

  app.post('/sign-in', async (c) => {
    const form = await readForm(c)
    const user = await users.check(form.user ?? '', form.password ?? '')
    if (!user) {
      const sentence = 'That name and password do not match.'
      return redirectToForm(context, c, '', form, { field: 'password', sentence })
    }
    const action = { scope: 'login', user: user.name } as const
    return startChallenge(context, c, { action, options: requestOf(form, user.number), path: '', form })
  })

  app.get('/register', (c) => {
    const session = sessions.find(c)
    const { form = {}, error } = takeFailedForm(session, '/register') ?? {}
    return c.html(registerPage(pageContext(publicPath, session), form, error))
  })

  app.post('/register', async (c) => {
    const form = await readForm(c)
    const { user = '', password = '' } = form
    const error = registrationError(user, password, users.isTaken(user))
    if (error) return redirectToForm(context, c, '/register', form, error)
    const action = { scope: 'signup', user, password: await hashPassword(password) } as const
    return startChallenge(context, c, { action, options: requestOf(form, null), path: '/register', form })
  })

  app.post('/sign-out', (c) => {
    sessions.close(c)
    return redirectTo(context, c, '')
  })

  return app
}

function requestOf(form: Form, knownNumber: string | null): ChallengeRequest {
  const { flow, channel } = VERIFICATION_METHODS[parseMethod(form.method)]
  const locale = LOCALES.has(form.locale ?? '') ? form.locale! : 'en-US'
  return { to: knownNumber ?? (form.number ?? '').replace(/[\s().-]/g, ''), flow, channel, locale }
}
