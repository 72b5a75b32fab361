// A refusal is part of the product, and so a value that is returned. `http/problems.ts` gives each code its status.

import type { ReachedLimit } from './rate-limit.ts'

export type Refusal = {
  refused:
    | 'country_not_allowed'
    | 'number_blocked'
    | 'policy'
    | 'quiet_hours'
    | 'not_found'
    | 'conflict'
    | 'invalid'
    | 'rate_limited'
    | 'carrier_unavailable'
  /** One sentence for the developer. Never a code or a full number. */
  detail: string
  /** Seconds, with `rate_limited`. */
  retryAfter?: number
  /** With `rate_limited`: which limit it is. */
  limit?: ReachedLimit
  /** ISO 8601, with `number_blocked` and `quiet_hours` where it ends by itself. */
  until?: string
  /** With `invalid`. */
  errors?: { path: string; message: string }[]
}

/** One field is wrong. */
export function invalidField(path: string, message: string): Refusal {
  return { refused: 'invalid', detail: message, errors: [{ path, message }] }
}
