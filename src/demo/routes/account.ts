// The account, and a transfer, which is approved by a challenge of its own.

import { Hono } from 'hono'
import type { ChallengeRequest } from '../../client/client.ts'
import { usableFactors } from '../check-factor.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { readForm } from '../forms.ts'
import { languageOf } from '../language.ts'
import { accountPage } from '../pages/account.ts'
import { pageContext } from '../pages/layout.ts'
import { takeFailedForm, takeNotice } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import { readTransfer } from '../transfers.ts'

export function accountRoutes(context: DemoContext): Hono {
  const { answerback, sessions } = context
  const app = new Hono()

  app.get('/account', async (c) => {
    const session = sessions.find(c)
    if (!session?.account) return redirectTo(context, c, session?.passwordOk ? '/second-factor' : '')
    const { form = {}, error } = takeFailedForm(session, '/account') ?? {}
    const factors = await usableFactors(answerback, session.account.user)
    const page = pageContext(context, c, session)
    return c.html(accountPage(page, { ...session.account, factors, notice: takeNotice(session), form, error }))
  })

  app.post('/transfer', async (c) => {
    const user = sessions.findSignedIn(c)?.user
    if (!user) return redirectTo(context, c, '')
    const form = await readForm(c)
    const { texts } = languageOf(c)
    const transfer = readTransfer(form)
    if (!transfer)
      return redirectToForm(context, c, '/account', form, { field: 'amount', sentence: texts.errors.amount })
    // The preferred number, never one from this form.
    const to =
      user.numbers.provedBy('call').find((one) => one === user.numbers.preferred) ?? user.numbers.provedBy('call')[0]
    if (!to) {
      const error = { field: 'form', sentence: texts.secondFactor.notProved } as const
      return redirectToForm(context, c, '/account', form, error)
    }
    const details = texts.account.details(transfer.amount, transfer.payee)
    const request: ChallengeRequest = { to: to.number, flow: 'approve', details }
    return startChallenge(context, c, {
      action: { scope: 'transfer', user, transfer },
      request,
      path: '/account',
      form,
    })
  })

  return app
}
