// What a schema finds wrong, said for who wrote the request. Where a schema has no words of its own, Zod's speak of types
// of Zod, and of `undefined` where a field is missing.

import type { z } from 'zod'
import en from 'zod/v4/locales/en.js'

const { localeError } = en()

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** `value`: all that the schema was given. In a query (`isQuery`) a list is a name that comes more than once. */
export function issueMessage(issue: z.core.$ZodIssue, value: unknown, isQuery: boolean): string {
  const input = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null)?.[key], value)
  if (issue.message !== messageOfZod(issue, input)) return issue.message
  if (input === undefined) return 'is missing'
  if (isQuery && Array.isArray(input)) return 'is given more than once'
  return sentence(issue) ?? issue.message
}

function messageOfZod(issue: z.core.$ZodIssue, input: unknown): string | undefined {
  const found = localeError({ ...issue, input } as z.core.$ZodRawIssue)
  return typeof found === 'string' ? found : found?.message
}

function sentence(issue: z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ? `must be ${KINDS[issue.expected]}` : null
    case 'invalid_value':
      return oneOf(issue.values)
    case 'invalid_union':
      return 'options' in issue ? oneOf(issue.options as string[]) : null
    case 'too_small':
      return size('at least', Number(issue.minimum), issue.origin)
    case 'too_big':
      return size('at most', Number(issue.maximum), issue.origin)
    default:
      return null
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`
}

function size(bound: string, count: number, of: string): string | null {
  const plural = count === 1 ? '' : 's'
  if (of === 'string') return `must have ${bound} ${count} character${plural}`
  if (of === 'array') return `must have ${bound} ${count} item${plural}`
  return of === 'number' || of === 'int' ? `must be ${bound} ${count}` : null
}
