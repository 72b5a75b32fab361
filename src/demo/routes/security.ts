// Phone numbers and factors. Whoever changes them has just proved again who they are.

import { type Context, Hono } from 'hono'
import { AnswerbackError, type ChallengeRequest, type Channel } from '../../client/client.ts'
import { checkFactor, usableFactors } from '../check-factor.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { type Form, formErrorOf, numberOf, readForm } from '../forms.ts'
import { languageOf } from '../language.ts'
import { pageContext } from '../pages/layout.ts'
import { securityPage } from '../pages/security.ts'
import { recoveryCodesPage } from '../pages/show-recovery-codes.ts'
import type { PhoneNumber } from '../phone-numbers.ts'
import { isSteppedUp, type SignedIn, stepUp, takeFailedForm, takeNotice } from '../sessions.ts'
import { startChallenge } from '../start-challenge.ts'
import type { User } from '../users.ts'

type SteppedUp = SignedIn & { form: Form }

export function securityRoutes(context: DemoContext): Hono {
  const { answerback, sessions, regions } = context
  const app = new Hono()

  app.get('/security', async (c) => {
    const signedIn = sessions.findSignedIn(c)
    if (!signedIn) return redirectTo(context, c, '')
    const { session, user } = signedIn
    const { form = {}, error } = takeFailedForm(session, '/security') ?? {}
    const factors = await usableFactors(answerback, user)
    const shown = { user, factors, unlocked: isSteppedUp(session), notice: takeNotice(session), form, error }
    return c.html(securityPage(pageContext(context, c, session), shown))
  })

  app.post('/security/unlock', async (c) => {
    const user = sessions.findSignedIn(c)?.user
    if (!user) return redirectTo(context, c, '')
    const to = user.numbers.preferred
    const { texts } = languageOf(c)
    if (!to) return refuse(c, texts.secondFactor.notProved)
    const request: ChallengeRequest = to.proved.call
      ? { to: to.number, flow: 'approve', details: texts.security.details }
      : { to: to.number, flow: 'send_code', channel: 'sms' }
    return startChallenge(context, c, { action: { scope: 'security', user }, request, path: '/security', form: {} })
  })

  app.post('/security/unlock-by-app', async (c) => {
    const signedIn = sessions.findSignedIn(c)
    if (!signedIn) return redirectTo(context, c, '')
    const form = await readForm(c)
    const problem = await checkFactor(answerback, signedIn.user, 'totp', form.code ?? '', languageOf(c).texts)
    if (problem) return redirectToForm(context, c, '/security', form, { field: 'code', sentence: problem })
    stepUp(signedIn.session)
    return redirectTo(context, c, '/security')
  })

  app.post('/numbers', (c) =>
    change(c, async ({ user, form }) => {
      const { texts } = languageOf(c)
      const number = numberOf(form, regions)
      if (user.numbers.findNumber(number))
        return redirectToForm(context, c, '/security', form, { field: 'number', sentence: texts.security.known })
      return prove(c, user, null, number, form.channel === 'sms' ? 'sms' : 'call', form)
    }),
  )

  app.post('/numbers/prove', (c) =>
    changeNumber(c, ({ user, form }, number) =>
      prove(c, user, number, number.number, form.channel === 'sms' ? 'sms' : 'call', {}),
    ),
  )
  app.post('/numbers/prefer', (c) =>
    changeNumber(c, async ({ user }, number) => {
      user.numbers.prefer(number)
      return redirectTo(context, c, '/security')
    }),
  )
  app.post('/numbers/remove', (c) =>
    changeNumber(c, async ({ user }, number) =>
      user.numbers.remove(number)
        ? redirectTo(context, c, '/security')
        : refuse(c, languageOf(c).texts.security[number.isTold ? 'beingTold' : 'lastNumber']),
    ),
  )

  app.post('/recovery', (c) =>
    change(c, async ({ session, user }) => {
      session.newCodes = (await answerback.factors.create({ type: 'recovery_codes', subject: user.subject })).codes
      return redirectTo(context, c, '/recovery-codes')
    }),
  )

  /** Once: they are told now and never again. */
  app.get('/recovery-codes', (c) => {
    const session = sessions.find(c)
    const codes = session?.account ? session.newCodes : null
    if (!session || !codes) return redirectTo(context, c, '/security')
    session.newCodes = null
    return c.html(recoveryCodesPage(pageContext(context, c, session), codes))
  })

  return app

  function prove(
    c: Context,
    user: User,
    number: PhoneNumber | null,
    to: string,
    channel: Channel,
    form: Form,
  ): Promise<Response> {
    const request: ChallengeRequest = { to, flow: 'send_code', channel }
    const action = { scope: 'number', user, number, channel } as const
    return startChallenge(context, c, { action, request, path: '/security', form })
  }

  /** Signed in, and stepped up not long ago. */
  async function change(c: Context, apply: (who: SteppedUp) => Promise<Response>): Promise<Response> {
    const signedIn = sessions.findSignedIn(c)
    if (!signedIn) return redirectTo(context, c, '')
    if (!isSteppedUp(signedIn.session)) return refuse(c, languageOf(c).texts.security.locked)
    const form = await readForm(c)
    try {
      return await apply({ ...signedIn, form })
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      return redirectToForm(context, c, '/security', form, formErrorOf(error, languageOf(c).texts))
    }
  }

  function changeNumber(
    c: Context,
    apply: (who: SteppedUp, number: PhoneNumber) => Promise<Response>,
  ): Promise<Response> {
    return change(c, async (who) => {
      const number = who.user.numbers.find(who.form.number_id)
      return number ? apply(who, number) : redirectTo(context, c, '/security')
    })
  }

  function refuse(c: Context, sentence: string): Response {
    return redirectToForm(context, c, '/security', {}, { field: 'form', sentence })
  }
}
