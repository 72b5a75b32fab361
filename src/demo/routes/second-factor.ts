// After the password: a proof by phone, by authenticator app, or by a recovery code.

import { Hono } from 'hono'
import type { Factor } from '../../client/client.ts'
import { checkFactor, usableFactors } from '../check-factor.ts'
import { openAccount } from '../complete-action.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { numberOf, readForm } from '../forms.ts'
import { languageOf } from '../language.ts'
import { pageContext } from '../pages/layout.ts'
import { secondFactorPage } from '../pages/second-factor.ts'
import { takeFailedForm } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import { parseMethod, VERIFICATION_METHODS } from '../verification-methods.ts'

export function secondFactorRoutes(context: DemoContext): Hono {
  const { answerback, sessions, regions } = context
  const app = new Hono()

  app.get('/second-factor', async (c) => {
    const session = sessions.find(c)
    const user = session?.passwordOk
    if (!session || !user) return redirectTo(context, c, session?.account ? '/account' : '')
    const { form = {}, error } = takeFailedForm(session, '/second-factor') ?? {}
    const factors = await usableFactors(answerback, user)
    return c.html(secondFactorPage(pageContext(context, c, session), { user, factors, form, error }))
  })

  app.post('/second-factor', async (c) => {
    const user = sessions.find(c)?.passwordOk
    if (!user) return redirectTo(context, c, '')
    const form = await readForm(c)
    const method = parseMethod(form.method)
    const { flow, channel } = VERIFICATION_METHODS[method]
    // Never a number of the form once one is on file (only the id of one that is proved for this way).
    const known = user.numbers.all.length > 0
    const chosen = user.numbers.provedBy(channel).find(({ id }) => id === form.number_id)
    if (known && !chosen) {
      const error = { field: 'number', sentence: languageOf(c).texts.secondFactor.notProved } as const
      return redirectToForm(context, c, '/second-factor', form, error)
    }
    const to = chosen?.number ?? numberOf(form, regions)
    const action = { scope: 'login', user, method } as const
    return startChallenge(context, c, { action, request: { to, flow, channel }, path: '/second-factor', form })
  })

  app.post('/authenticator/sign-in', (c) => signInBy(c, 'totp', 'code'))
  app.post('/recovery/sign-in', (c) => signInBy(c, 'recovery_codes', 'recovery_code'))
  return app

  async function signInBy(
    c: Parameters<typeof readForm>[0],
    type: Factor['type'],
    field: 'code' | 'recovery_code',
  ): Promise<Response> {
    const session = sessions.find(c)
    const user = session?.passwordOk
    if (!session || !user) return redirectTo(context, c, '')
    const form = await readForm(c)
    const problem = await checkFactor(answerback, user, type, form[field] ?? '', languageOf(c).texts)
    if (problem) return redirectToForm(context, c, '/second-factor', form, { field, sentence: problem })
    // Of two requests at once one has opened the account, and the other finds the stage over.
    return session.passwordOk === user
      ? openAccount(context, c, session, { user, proof: type })
      : redirectTo(context, c, '')
  }
}
