// What a schema finds wrong, as the errors of a problem document.

import type { Hook } from '@hono/zod-openapi'
import type { Env } from 'hono'
import type { z } from 'zod'
import { issueMessage } from './issue-messages.ts'
import { problem } from './problems.ts'

const MAX_ERRORS = 20
const MAX_PATH = 100

export const validationHook: Hook<unknown, Env, string, Response | undefined> = (result) => {
  if (result.success) return undefined
  // The validator hands over what it was given, which its type does not say.
  const { data, target } = result as typeof result & { data: unknown }
  const found = result.error.issues.flatMap((issue) => toErrors(issue, issueMessage(issue, data, target === 'query')))
  const errors = firstOfEachPath(found).slice(0, MAX_ERRORS)
  const [first] = errors
  return problem({ refused: 'invalid', detail: `${first!.path || 'The body'}: ${first!.message}.`, errors })
}

type FieldError = { path: string; message: string }

/** What is no list is not also a list that is too long. */
function firstOfEachPath(errors: FieldError[]): FieldError[] {
  const paths = new Set<string>()
  return errors.filter(({ path }) => !paths.has(path) && paths.add(path))
}

function toErrors(issue: z.core.$ZodIssue, message: string): FieldError[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.').slice(0, MAX_PATH), message: 'is no field' }))
  }
  return [{ path: path.join('.').slice(0, MAX_PATH), message }]
}
