// The account, and a transfer, which is approved by a challenge of its own.

import { Hono } from 'hono'
import type { ChallengeRequest } from '../../client/client.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { readForm } from '../forms.ts'
import { accountPage } from '../pages/account.ts'
import { pageContext } from '../pages/layout.ts'
import { takeFailedForm, takeNotice } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import { readTransfer, transferDetails } from '../transfers.ts'

export function accountRoutes(context: DemoContext): Hono {
  const { sessions, publicPath } = context
  const app = new Hono()

  app.get('/account', (c) => {
    const session = sessions.find(c)
    if (!session?.account) return redirectTo(context, c, '')
    const { form, error } = takeFailedForm(session, '/account') ?? {}
    const page = pageContext(publicPath, session)
    return c.html(accountPage(page, session.account, takeNotice(session), form, error))
  })

  app.post('/transfer', async (c) => {
    const account = sessions.find(c)?.account
    if (!account) return redirectTo(context, c, '')
    const form = await readForm(c)
    const transfer = readTransfer(form)
    if (!transfer) {
      const error = { field: 'amount', sentence: 'Whole euros, from 1 to 5000.' } as const
      return redirectToForm(context, c, '/account', form, error)
    }
    // The number that signed in, never one from this form; in English, since the details are.
    const options: ChallengeRequest = { to: account.number, flow: 'approve', details: transferDetails(transfer) }
    return startChallenge(context, c, { action: { scope: 'transfer', transfer }, options, path: '/account', form })
  })

  return app
}
