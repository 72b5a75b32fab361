// What a schema finds wrong, as the errors of a problem document.

import type { Hook } from '@hono/zod-openapi'
import type { Env } from 'hono'
import type { z } from 'zod'
import { problem } from './problems.ts'

const MAX_ERRORS = 20
const MAX_PATH = 100

export const validationHook: Hook<unknown, Env, string, Response | undefined> = (result) => {
  if (result.success) return undefined
  const errors = result.error.issues.flatMap(toErrors).slice(0, MAX_ERRORS)
  const [first] = errors
  return problem({ refused: 'invalid', detail: `${first!.path || 'The body'}: ${first!.message}.`, errors })
}

function toErrors(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.').slice(0, MAX_PATH), message: 'is no field' }))
  }
  return [{ path: path.join('.').slice(0, MAX_PATH), message: issue.message }]
}
