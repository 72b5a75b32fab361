// Setting up an authenticator app: it counts once a right code came from it, and its secret is shown until then alone.

import { Hono } from 'hono'
import { AnswerbackError } from '../../client/client.ts'
import { refusal, usableFactors } from '../check-factor.ts'
import { type DemoContext, redirectTo, redirectToForm } from '../demo-context.ts'
import { errorSentence } from '../error-sentences.ts'
import { readForm } from '../forms.ts'
import { languageOf } from '../language.ts'
import { pageContext } from '../pages/layout.ts'
import { authenticatorPage } from '../pages/set-up-authenticator.ts'
import { isSteppedUp, takeFailedForm } from '../sessions.ts'
import type { User } from '../users.ts'

const ISSUER = 'Saltmarsh Bank'

export function authenticatorRoutes(context: DemoContext): Hono {
  const { answerback, sessions } = context
  const app = new Hono()

  app.get('/authenticator', (c) => {
    const session = sessions.find(c)
    if (!session?.account || !session.pendingFactor) return redirectTo(context, c, '/security')
    const { error } = takeFailedForm(session, '/authenticator') ?? {}
    return c.html(authenticatorPage(pageContext(context, c, session), session.pendingFactor, error))
  })

  app.post('/authenticator', async (c) => {
    const signedIn = sessions.findSignedIn(c)
    if (!signedIn || !isSteppedUp(signedIn.session)) return redirectTo(context, c, '/security')
    const { session, user } = signedIn
    try {
      const request = { type: 'totp', subject: user.subject, label: user.name, issuer: ISSUER } as const
      const { id, secret, qr_svg } = await answerback.factors.create(request)
      session.pendingFactor = { id, secret, qrSvg: qr_svg }
      return redirectTo(context, c, '/authenticator')
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      const sentence = errorSentence(error, languageOf(c).texts)
      return redirectToForm(context, c, '/security', {}, { field: 'form', sentence })
    }
  })

  app.post('/authenticator/confirm', async (c) => {
    const signedIn = sessions.findSignedIn(c)
    const pending = signedIn?.session.pendingFactor
    if (!signedIn || !pending) return redirectTo(context, c, '/security')
    const { session, user } = signedIn
    const { texts } = languageOf(c)
    const form = await readForm(c)
    const code = (form.code ?? '').normalize('NFKC').replace(/\s/g, '')
    const problem = /^\d{6}$/.test(code) ? await confirm(pending.id, code) : texts.authenticator.code
    if (problem) return redirectToForm(context, c, '/authenticator', form, { field: 'code', sentence: problem })
    session.pendingFactor = null
    session.notice = texts.authenticator.on
    return redirectTo(context, c, '/security')

    async function confirm(id: string, typed: string): Promise<string | null> {
      try {
        const result = await answerback.factors.confirm(id, typed)
        if (!result.valid) return refusal(result, texts)
        await removeApps(user, id)
        return null
      } catch (error) {
        if (!(error instanceof AnswerbackError)) throw error
        return errorSentence(error, texts)
      }
    }
  })

  app.post('/authenticator/remove', async (c) => {
    const signedIn = sessions.findSignedIn(c)
    if (!signedIn || !isSteppedUp(signedIn.session)) return redirectTo(context, c, '/security')
    await removeApps(signedIn.user, null)
    return redirectTo(context, c, '/security')
  })

  return app

  /** The newest app takes the place of earlier ones. */
  async function removeApps(user: User, except: string | null): Promise<void> {
    const apps = (await usableFactors(answerback, user)).filter(({ id, type }) => type === 'totp' && id !== except)
    await Promise.all(apps.map(({ id }) => answerback.factors.delete(id).catch(() => {})))
  }
}
