// Form fields as strings, and what is wrong with them.

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { AnswerbackError } from '../client/client.ts'
import { errorSentence } from './error-sentences.ts'
import type { DemoTexts } from './texts/en.ts'

export type Form = Record<string, string>
/** `form` when it concerns no single field. */
export type FormError = { field: FormField | 'form'; sentence: string }
export type FormField = 'user' | 'password' | 'number' | 'amount' | 'code' | 'recovery_code'

const MAX_FIELD_LENGTH = 200

export async function readForm(c: Context): Promise<Form> {
  const body = await c.req.parseBody().catch((cause) => {
    throw new HTTPException(400, { message: 'The form cannot be read.', cause })
  })
  const fields = Object.entries(body)
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, MAX_FIELD_LENGTH)]] : [])),
  )
}

/** In E.164, from how people write it: with + from anywhere, otherwise as in the region chosen. As typed if it is none. */
export function numberOf({ number = '', region }: Form, regions: readonly string[]): string {
  const chosen = region !== undefined && regions.includes(region) ? region : regions[0]
  const parsed = parsePhoneNumberFromString(number.normalize('NFKC'), chosen as CountryCode | undefined)
  return parsed?.number ?? number.trim()
}

export function registrationError(
  { user = '', password = '' }: Form,
  taken: boolean,
  { errors }: DemoTexts,
): FormError | null {
  if (!/^[a-z][a-z0-9]{1,19}$/.test(user)) return { field: 'user', sentence: errors.nameForm }
  if (taken) return { field: 'user', sentence: errors.nameTaken }
  if (password.length < 8) return { field: 'password', sentence: errors.shortPassword }
  return null
}

export function formErrorOf(error: AnswerbackError, texts: DemoTexts): FormError {
  if (error.errors.some(({ path }) => path === 'to' || path === 'region'))
    return { field: 'number', sentence: texts.errors.number }
  const concernsNumber = error.code === 'country_not_allowed' || error.code === 'number_blocked'
  return { field: concernsNumber ? 'number' : 'form', sentence: errorSentence(error, texts) }
}
