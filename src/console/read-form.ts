// Form fields as strings that the database takes: it stores neither NUL nor half of a surrogate pair.

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { unreadableFormPage } from './pages/unreadable-form-page.ts'

const LONGEST_FIELD = 600

export async function readForm(c: Context): Promise<Record<string, string>> {
  const body = await c.req.parseBody().catch((cause) => {
    throw new HTTPException(400, { message: 'The form cannot be read.', cause })
  })
  const fields = Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.slice(0, LONGEST_FIELD).toWellFormed()] as const] : [],
  )
  if (fields.some(([, value]) => value.includes('\0')))
    throw new HTTPException(422, { res: await c.html(unreadableFormPage(), 422) })
  return Object.fromEntries(fields)
}
