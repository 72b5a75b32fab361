// What comes in from forms, and what is wrong with it.

import type { Context } from 'hono'
import type { AnswerbackError } from '../client/client.ts'
import { refusal } from './sentences.ts'

export type Form = Record<string, string>
/** `form` when no one field is to blame. */
export type Fault = { field: 'form' | 'user' | 'password' | 'number' | 'amount'; sentence: string }

const LONGEST = 200

export async function formOf(c: Context): Promise<Form> {
  const fields = Object.entries(await c.req.parseBody())
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.slice(0, LONGEST)]] : [])),
  )
}

export function registrationFault(user: string, password: string, taken: boolean): Fault | null {
  if (!/^[a-z][a-z0-9]{1,19}$/.test(user)) {
    return { field: 'user', sentence: 'Two to twenty small letters or digits, a letter first.' }
  }
  if (taken) return { field: 'user', sentence: 'That name is taken.' }
  if (password.length < 8) return { field: 'password', sentence: 'At least eight characters.' }
  return null
}

export function faultOf(error: AnswerbackError): Fault {
  if (error.errors.some(({ path }) => path === 'to')) {
    return { field: 'number', sentence: 'That is not a phone number we can call. Start with + and the country.' }
  }
  const ofNumber = error.code === 'country_not_allowed' || error.code === 'number_blocked'
  return { field: ofNumber ? 'number' : 'form', sentence: refusal(error) }
}
