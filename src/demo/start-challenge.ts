// Starts the challenge that a form asks for.

import { isDeepStrictEqual } from 'node:util'
import type { Context } from 'hono'
import { AnswerbackError, type ChallengeRequest } from '../client/client.ts'
import { isSameAction, type ProtectedAction } from './actions.ts'
import { mergeChallenge } from './confirm-challenge.ts'
import { type DemoContext, redirectTo, redirectToForm } from './demo-context.ts'
import { type Form, formErrorOf } from './forms.ts'
import { languageOf } from './language.ts'
import type { FormPath, Session } from './sessions.ts'

type Started = { action: ProtectedAction; request: ChallengeRequest; path: FormPath; form: Form }

/** Moves on to the waiting page, or back to the form with the reason. The call speaks the language of the page. */
export async function startChallenge(
  context: DemoContext,
  c: Context,
  { action, request: wanted, path, form }: Started,
): Promise<Response> {
  const { locale, texts } = languageOf(c)
  const request = { ...wanted, scope: action.scope, locale }
  const session = context.sessions.findOrOpen(c)
  try {
    if (await resumes(context, session, action, request)) return redirectTo(context, c, '/verify')
    session.pending = { action, request, challenge: await context.answerback.create(request) }
    return redirectTo(context, c, '/verify')
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    return redirectToForm(context, c, path, form, formErrorOf(error, texts))
  }
}

/**
 * A visitor who went back and sent the same form again gets the call that is under way, since a second one to the number
 * would be refused. One who sent another form wants that instead, so the call under way is ended.
 */
async function resumes(
  { answerback }: DemoContext,
  session: Session,
  action: ProtectedAction,
  request: ChallengeRequest,
): Promise<boolean> {
  const { pending } = session
  if (pending?.challenge.status !== 'pending') return false
  const challenge = await answerback.get(pending.challenge.id)
  if (challenge.status !== 'pending') return false
  if (isDeepStrictEqual(pending.request, request) && isSameAction(pending.action, action)) {
    // A registration may have been sent again with another password.
    session.pending = { ...pending, action, challenge: mergeChallenge(pending.challenge, challenge) }
    return true
  }
  try {
    pending.challenge = mergeChallenge(pending.challenge, await answerback.cancel(pending.challenge.id))
  } catch (error) {
    // A conflict: it has ended meanwhile.
    if (!(error instanceof AnswerbackError && error.code === 'conflict')) throw error
  }
  return false
}
