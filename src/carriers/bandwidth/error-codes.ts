// Bandwidth's disconnect causes and error codes, and what each means for a delivery.

import type { FailureCause } from '../../domain/challenge.ts'
import type { Blame, EndCause } from '../carrier.ts'

/** Every other cause is a failure of Bandwidth's: dev.bandwidth.com/docs/voice/webhooks/disconnect */
const CAUSES = new Map<unknown, EndCause>([
  ['hangup', 'completed'],
  ['busy', 'busy'],
  ['timeout', 'no_answer'],
  ['cancel', 'canceled'],
  ['rejected', 'rejected'],
  ['callback-error', 'document_failed'],
  ['invalid-bxml', 'document_failed'],
  ['application-error', 'document_failed'],
])

export function endCause(cause: unknown): EndCause {
  return CAUSES.get(cause) ?? 'failed'
}

/** The number's: dev.bandwidth.com/docs/messaging/errors/codes. `null` where that page has several explanations. */
const NUMBER_ERRORS = new Map<unknown, FailureCause | null>([
  [4303, 'number_unknown'], // malformed
  [4404, null], // not active, not enabled for messages, or invalid
  [4406, 'number_unknown'], // not assigned to any carrier
  [4475, null],
  [4482, 'blocked'],
  [4700, null], // its carrier or handset takes no such messages
  [4702, 'handset_off'], // the subscriber is unavailable
  [4720, null], // invalid, or a landline
  [4721, 'number_unknown'], // deactivated
  [4753, null], // rejected by the handset
  [4775, 'opted_out'],
])

/** Spam, as Bandwidth or the destination's carrier sees it. */
const FILTERED = new Set<unknown>([4470, 4770])

export function blameFor(code: unknown): Blame {
  const cause = FILTERED.has(code) ? 'filtered' : NUMBER_ERRORS.get(code)
  return { blame: NUMBER_ERRORS.has(code) ? 'number' : 'carrier', ...(cause && { cause }) }
}
