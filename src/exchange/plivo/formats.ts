// How Plivo writes numbers and times.

import { E164 } from '../rest/form.ts'
import { type JsonFields, rejectField } from '../rest/json.ts'

/** With or without a plus. Plivo takes several numbers separated by `<`, the exchange one. */
export function numberOf(fields: JsonFields, name: string): string {
  const value = fields.requiredText(name)
  if (value.includes('<')) rejectField(name, 'would be several numbers', true)
  const number = value.startsWith('+') ? value : `+${value}`
  return E164.test(number) ? number : rejectField(name, 'must be an E164 telephone number')
}

export const withoutPlus = (number: string) => number.replace('+', '')

export const timeOf = (date: Date) => date.toISOString().replace('T', ' ').replace('Z', '000')
