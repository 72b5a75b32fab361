// What every route of the demo works with.

import type { Context } from 'hono'
import type { Answerback } from '../client/client.ts'
import type { Form, FormError } from './forms.ts'
import type { FormPath, Sessions } from './sessions.ts'
import type { Users } from './users.ts'

export type DemoContext = {
  answerback: Answerback
  users: Users
  sessions: Sessions
  publicPath: string
  /** ISO regions whose numbers may be written as people write them there; the first is assumed. */
  regions: readonly string[]
}

const SECRET_FIELDS = ['password', 'code', 'recovery_code']

/** Every form is answered by a redirect, so that a reload repeats a GET (Post/Redirect/Get). */
export function redirectTo({ publicPath }: DemoContext, c: Context, path: string): Response {
  return c.redirect(`${publicPath}${path}`, 303)
}

/** Back to the form's own page, which shows it as it was sent, without what is secret, and what is wrong with it. */
export function redirectToForm(
  context: DemoContext,
  c: Context,
  path: FormPath,
  form: Form,
  error: FormError,
): Response {
  const shown = Object.fromEntries(Object.entries(form).filter(([name]) => !SECRET_FIELDS.includes(name)))
  context.sessions.findOrOpen(c).failedForm = { path, form: shown, error }
  return redirectTo(context, c, path)
}
