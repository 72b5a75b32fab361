// How Plivo writes numbers and times.

import { E164 } from '../rest/form.ts'
import { type Fields, refuse } from '../rest/json.ts'

/** With or without a plus. Several, parted by `<`, would each be called or written to. */
export function numberOf(fields: Fields, name: string): string {
  const value = fields.needed(name)
  if (value.includes('<')) refuse(name, 'would be several numbers', true)
  const number = value.startsWith('+') ? value : `+${value}`
  return E164.test(number) ? number : refuse(name, 'must be an E164 telephone number')
}

export const plain = (number: string) => number.replace('+', '')

export const timeOf = (date: Date) => date.toISOString().replace('T', ' ').replace('Z', '000')
