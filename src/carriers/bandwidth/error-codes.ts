// Bandwidth's disconnect causes and error codes, and what each means for a delivery.

import type { EndCause } from '../carrier.ts'

/** Every other cause is a failure of Bandwidth's or of our documents: dev.bandwidth.com/docs/voice/webhooks/disconnect */
const CAUSES = new Map<unknown, EndCause>([
  ['hangup', 'completed'],
  ['busy', 'busy'],
  ['timeout', 'no_answer'],
  ['cancel', 'canceled'],
  ['rejected', 'rejected'],
])

export function endCause(cause: unknown): EndCause {
  return CAUSES.get(cause) ?? 'failed'
}

/** No such number, not in service, or opted out: dev.bandwidth.com/docs/messaging/errors/codes */
const NUMBER_ERRORS = new Set<unknown>([4303, 4404, 4406, 4475, 4482, 4720, 4721, 4775])

export function isNumberError(code: unknown): boolean {
  return NUMBER_ERRORS.has(code)
}
