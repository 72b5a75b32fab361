// What the error codes, statuses and SIP codes that Twilio and SignalWire share mean for a delivery.

import type { FailureCause } from '../../domain/challenge.ts'
import type { Blame, EndCause, MessageState } from '../carrier.ts'

/**
 * One carrier's codes. `number`: no carrier could deliver, since the number is none, takes no such call or message, or
 * opted out. `carrier`: the account's or the carrier's own, and so is every code that is not listed. The value is what the
 * code names, or `null` where its page leaves it open.
 */
export type ErrorCodes = Record<Blame['blame'], ReadonlyMap<string, FailureCause | null>>

export function blameFor(code: string, { number, carrier }: ErrorCodes): Blame {
  const blame = number.has(code) ? 'number' : 'carrier'
  const cause = number.get(code) ?? carrier.get(code)
  return cause ? { blame, cause } : { blame }
}

/** `null` for a status that says nothing of the message's fate. */
export function messageState(status: string, code: string, errors: ErrorCodes): MessageState | null {
  if (status === 'sent') return { type: 'sent' }
  if (status === 'delivered' || status === 'read') return { type: 'delivered' }
  // Canceled: by somebody with the account, before it was sent. twilio.com/docs/messaging/api/message-resource
  if (status !== 'undelivered' && status !== 'failed' && status !== 'canceled') return null
  const why = /^\d{4,6}$/.test(code) ? `${status}, ${code}` : status
  return { type: 'undelivered', ...blameFor(code, errors), why }
}

const END_STATUSES = new Map<string, EndCause>([
  ['completed', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no_answer'],
  ['canceled', 'canceled'],
  ['failed', 'failed'],
])

/** The network's own reason, where the status only says "failed": rfc-editor.org/rfc/rfc3261#section-21 */
const SIP_CAUSES = new Map<string, EndCause>([
  ['404', 'number_unknown'],
  ['408', 'no_answer'],
  ['410', 'number_unknown'],
  // Of a phone that did not ring, it is off or out of reach: rfc-editor.org/rfc/rfc3398#section-7.2.4.1
  ['480', 'handset_off'],
  ['484', 'number_unknown'],
  ['486', 'busy'],
  ['600', 'busy'],
  ['603', 'rejected'],
  ['604', 'number_unknown'],
])

const MORE_THAN_STATUS: readonly EndCause[] = ['rejected', 'handset_off', 'number_unknown']

/** `null` for a status of a call that has not ended. */
export function endCause(status: string, sipCode: string): EndCause | null {
  const cause = END_STATUSES.get(status)
  if (cause === 'failed') return SIP_CAUSES.get(sipCode) ?? cause
  // There is no status for a declined call, nor for a phone that did not ring: they are reported as busy or not answered.
  if (cause !== 'busy' && cause !== 'no_answer') return cause ?? null
  const network = SIP_CAUSES.get(sipCode)
  return network && MORE_THAN_STATUS.includes(network) ? network : cause
}
