// Plivo's hangup causes, call statuses and message errors, and what each means for a delivery.

import type { FailureCause } from '../../domain/challenge.ts'
import type { Blame, EndCause, MessageState } from '../carrier.ts'

/** docs.plivo.com/docs/voice/troubleshooting/hangup-causes. A code listed nowhere here is a failure of Plivo's. */
const FAULT_CODES = new Map<string | null, EndCause>([
  ['2000', 'number_unknown'],
  // Unavailable, or out of service: which of the two is not said.
  ['2010', 'unreachable'],
  ['2020', 'unreachable'],
  ['3000', 'no_answer'],
  ['3010', 'busy'],
  ['3020', 'rejected'],
  ['6010', 'no_answer'],
  // Our answer, action, transfer or redirect URL failed; our XML is not valid.
  ...['7011', '7012', '7013', '7014', '8011', '8012', '8013', '8014'].map((code) => [code, 'document_failed'] as const),
])

/** docs.plivo.com/docs/voice/xml/request/call-status */
const STATUSES = new Map<string | null, EndCause>([
  ['busy', 'busy'],
  ['no-answer', 'no_answer'],
  ['timeout', 'no_answer'],
  ['cancel', 'canceled'],
])

const NORMAL_CODES = new Map<string | null, EndCause>([
  ['1000', 'canceled'],
  ['4000', 'completed'],
  ['4010', 'completed'],
  ['4020', 'completed'],
  ['4030', 'completed'],
])

/** A code that names a fault comes before the status, which is `completed` even when our document could not be fetched. */
export function endCause(code: string | null, status: string | null): EndCause {
  const cause = FAULT_CODES.get(code) ?? STATUSES.get(status) ?? NORMAL_CODES.get(code)
  if (cause) return cause
  // 0 is "unknown".
  return status === 'completed' && (code === null || code === '0') ? 'completed' : 'failed'
}

/** The number's: plivo.com/docs/messaging/troubleshooting/error-codes. `null` where that page has several explanations. */
const NUMBER_ERRORS = new Map<string, FailureCause | null>([
  ['50', null], // mistyped, or takes no messages, a landline among others
  ['70', 'number_unknown'], // not active, and not about to be
  ['80', 'handset_off'], // off or out of coverage
  ['200', 'opted_out'],
])

const SPAM = '30'

/** `null` for a status that says nothing of the message's fate. */
export function messageState(status: string, code: string): MessageState | null {
  if (status === 'sent' || status === 'delivered') return { type: status }
  if (status !== 'undelivered' && status !== 'failed' && status !== 'rejected') return null
  const why = /^\d{1,4}$/.test(code) ? `error ${code}` : 'no error code'
  return { type: 'undelivered', ...blameFor(code), why }
}

function blameFor(code: string): Blame {
  const cause = code === SPAM ? 'filtered' : NUMBER_ERRORS.get(code)
  return { blame: NUMBER_ERRORS.has(code) ? 'number' : 'carrier', ...(cause && { cause }) }
}
