// Refusals and faults as problem documents (RFC 9457). The only table from code to status.

import type { ErrorHandler, NotFoundHandler, TypedResponse } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { SecretMissing } from '../domain/one-time-codes.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Logger } from '../log/logger.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { problem as problemSchema } from './problem-schema.ts'
import { waitFields } from './wait-fields.ts'

/** What each code means to the developer who meets it. */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The body cannot be read as JSON' },
  unauthorized: { status: 401, title: 'A valid API key or page token is needed' },
  forbidden: { status: 403, title: 'This API key may not do that' },
  country_not_allowed: { status: 403, title: 'Numbers of this country are not allowed' },
  number_blocked: { status: 403, title: 'This number may not be reached' },
  policy: { status: 403, title: 'The policy of this server forbids it' },
  quiet_hours: { status: 403, title: 'It is night where this number is, and the person did not ask for it' },
  not_found: { status: 404, title: 'There is nothing here for this bearer' },
  method_not_allowed: { status: 405, title: 'This path does not answer that method' },
  conflict: { status: 409, title: 'The present state does not allow it' },
  too_large: { status: 413, title: 'The body is larger than 64 KiB' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json in UTF-8' },
  invalid: { status: 422, title: 'The request is understood and wrong' },
  rate_limited: { status: 429, title: 'Too many, too soon' },
  internal: { status: 500, title: 'The fault is ours' },
  carrier_unavailable: { status: 503, title: 'No carrier could be tried, and nothing was dialled' },
  database_unavailable: { status: 503, title: 'The database does not answer' },
  secret_missing: { status: 503, title: 'This instance lacks the secret of that challenge' },
  stopping: { status: 503, title: 'This process is stopping' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>

export type ProblemCode = keyof typeof PROBLEMS

/** The refusals of the use cases, and those of HTTP itself. */
export type Refused = Omit<Refusal, 'refused'> & { refused: ProblemCode }

export function isRefused(value: object): value is Refused {
  return 'refused' in value
}

/** One field is wrong. */
export function invalid(path: string, message: string): Refused {
  return { refused: 'invalid', detail: `${path}: ${message.replace(/\.$/, '')}.`, errors: [{ path, message }] }
}

/** Fits the answers of any route: that a route may give it is declared by `problemResponses`. */
export type ProblemResponse = Response & TypedResponse<never, never, never>

export function problem(refused: Refused, headers: Record<string, string> = {}): ProblemResponse {
  const { status, title } = PROBLEMS[refused.refused]
  const body: z.infer<typeof problemSchema> = {
    type: `/docs#${refused.refused}`,
    title,
    status,
    detail: refused.detail,
    code: refused.refused,
    ...(refused.until !== undefined && { until: refused.until }),
    ...(refused.limit && { limit: refused.limit.name }),
    ...(refused.errors && { errors: refused.errors }),
  }
  const type = { 'Content-Type': 'application/problem+json' }
  return Response.json(body, { status, headers: { ...type, ...waitFields(refused), ...headers } }) as ProblemResponse
}

export const notFound: NotFoundHandler = () =>
  problem({ refused: 'not_found', detail: 'There is nothing at this path.' })

/** An unexpected error says nothing outside. The log has its message and stack, and the route, never the URL. */
export function onFault(log: Logger): ErrorHandler {
  return (fault, c) => {
    if (fault instanceof DatabaseUnavailable) {
      return problem({ refused: 'database_unavailable', detail: 'Please try again in a moment.', retryAfter: 2 })
    }
    if (fault instanceof SecretMissing) {
      return problem({ refused: 'secret_missing', detail: 'SECRET must list every secret in use, on every instance.' })
    }
    log.error({ err: fault, method: c.req.method, route: c.req.routePath }, 'request failed')
    return problem({ refused: 'internal', detail: 'The fault has been logged. Nothing was changed by halves.' })
  }
}
