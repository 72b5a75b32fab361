// Plivo's hangup causes, call statuses and message errors, and what each means for a delivery.

import type { EndCause } from '../carrier.ts'

/** docs.plivo.com/docs/voice/troubleshooting/hangup-causes. A code listed nowhere here is a failure of Plivo's or ours. */
const FAULT_CODES = new Map<string | null, EndCause>([
  ['2000', 'unreachable'],
  ['2010', 'unreachable'],
  ['2020', 'unreachable'],
  ['3000', 'no_answer'],
  ['3010', 'busy'],
  ['3020', 'rejected'],
  ['6010', 'no_answer'],
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

/** No such number, gone for good, or opted out: plivo.com/docs/messaging/troubleshooting/error-codes */
const NUMBER_ERRORS = new Set(['50', '70', '200'])

export function isNumberError(code: string): boolean {
  return NUMBER_ERRORS.has(code)
}
