// Form fields as strings, and what is wrong with them.

import type { Context } from 'hono'
import type { AnswerbackError } from '../client/client.ts'
import { errorSentence } from './error-sentences.ts'

export type Form = Record<string, string>
/** `form` when it concerns no single field. */
export type FormError = { field: 'form' | 'user' | 'password' | 'number' | 'amount'; sentence: string }

const MAX_FIELD_LENGTH = 200

export async function readForm(c: Context): Promise<Form> {
  const fields = Object.entries(await c.req.parseBody())
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, MAX_FIELD_LENGTH)]] : [])),
  )
}

export function registrationError(user: string, password: string, taken: boolean): FormError | null {
  if (!/^[a-z][a-z0-9]{1,19}$/.test(user)) {
    return { field: 'user', sentence: 'Two to twenty small letters or digits, a letter first.' }
  }
  if (taken) return { field: 'user', sentence: 'That name is taken.' }
  if (password.length < 8) return { field: 'password', sentence: 'At least eight characters.' }
  return null
}

export function formErrorOf(error: AnswerbackError): FormError {
  if (error.errors.some(({ path }) => path === 'to')) {
    return { field: 'number', sentence: 'That is not a phone number we can call. Start with + and the country.' }
  }
  const concernsNumber = error.code === 'country_not_allowed' || error.code === 'number_blocked'
  return { field: concernsNumber ? 'number' : 'form', sentence: errorSentence(error) }
}
