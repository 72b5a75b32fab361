// Refusals and missing answers, as errors.

/** Stable names of refusals. `unreachable` and `unexpected` are this client's own: no answer, or none it can read. */
export type ErrorCode =
  | 'malformed'
  | 'unauthorized'
  | 'forbidden'
  | 'country_not_allowed'
  | 'number_blocked'
  | 'policy'
  | 'quiet_hours'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'rate_limited'
  | 'carrier_unavailable'
  | 'database_unavailable'
  | 'unreachable'
  | 'unexpected'
  | (string & {})

export type FieldError = { path: string; message: string }

/** With `rate_limited`: which limit is exhausted. */
export type RateLimitName =
  | 'per-number'
  | 'per-prefix'
  | 'per-client'
  | 'per-network'
  | 'per-session'
  | 'per-account'
  | 'per-service'
  | 'unanswered-calls'
  | 'wrong-codes'
  | 'unverified-calls'
  | 'spending'
  | 'cooldown'

type Problem = {
  status: number
  code: ErrorCode
  detail: string
  errors?: FieldError[]
  retryAfter?: number | null
  limit?: RateLimitName | null
  until?: string | null
}

/** Answerback's refusal, as its problem document says it. */
export class AnswerbackError extends Error {
  override name = 'AnswerbackError'
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly code: ErrorCode
  /** One sentence about this case, in English, for developers. */
  readonly detail: string
  /** With `invalid`: which fields, and why. */
  readonly errors: FieldError[]
  /** Seconds to wait before another try, when the server said so. */
  readonly retryAfter: number | null
  /** With `rate_limited`: which limit, where the server named one. */
  readonly limit: RateLimitName | null
  /** With `number_blocked` and `quiet_hours`: when it ends by itself, ISO 8601, where it does. */
  readonly until: string | null

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options)
    this.status = problem.status
    this.code = problem.code
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.retryAfter = problem.retryAfter ?? null
    this.limit = problem.limit ?? null
    this.until = problem.until ?? null
  }
}

/** No answer: away, too slow, or cut off. Whether the request took effect is not known. */
export class AnswerbackUnreachable extends AnswerbackError {
  override name = 'AnswerbackUnreachable'

  constructor(detail: string, cause?: unknown) {
    super({ status: 0, code: 'unreachable', detail }, { cause })
  }
}

/** Whether a read is worth another try: no answer, or a server that is too busy. */
export function isTemporary(error: unknown): error is AnswerbackError {
  if (!(error instanceof AnswerbackError)) return false
  return error instanceof AnswerbackUnreachable || error.status === 429 || error.status >= 500
}

export function problemError(response: Response, text: string): AnswerbackError {
  const { status } = response
  const retryAfter = parseRetryAfter(response.headers.get('retry-after'))
  let body: Partial<Problem> & { title?: string } = {}
  try {
    body = { ...JSON.parse(text) }
  } catch {
    // A gateway's own error page: only its status is of use.
  }
  const detail = body.detail ?? body.title ?? `answered ${status} without a problem document`
  return new AnswerbackError({
    status,
    code: body.code ?? 'unexpected',
    detail,
    errors: body.errors ?? [],
    retryAfter,
    until: body.until ?? null,
    limit: body.limit ?? null,
  })
}

export function unexpectedAnswer(status: number, cause?: unknown): AnswerbackError {
  const detail = `answered ${status} with something that is not Answerback's: is baseUrl right?`
  return new AnswerbackError({ status, code: 'unexpected', detail }, { cause })
}

export function parseJson<T>(text: string, status: number): T {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unexpectedAnswer(status, cause)
  }
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function parseRetryAfter(header: string | null): number | null {
  if (!header) return null
  if (/^\d+$/.test(header)) return Number(header)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000))
}
