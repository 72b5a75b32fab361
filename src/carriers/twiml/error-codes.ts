// Statuses, SIP codes and error codes that Twilio and SignalWire share, and what each means for a delivery.

import type { EndCause } from '../carrier.ts'

/** twilio.com/docs/api/errors. No carrier could deliver: the number is none, takes no such call or message, or opted out. */
const NUMBER_ERRORS = new Set([
  '21211', // no valid "To"
  '21214', // "To" cannot be reached
  '21216', // "To" is blocked
  '21217', // "To" is no telephone number
  '21610', // opted out: not to be asked again through another carrier
  '21614', // not a mobile number
  '30003', // switched off, or not in service
  '30004', // blocked by its owner or its network
  '30005', // unknown to its network
  '30006', // a landline
])

/** Every other error is the account's or the carrier's, a country that the account may not call among them. */
export function isNumberError(code: string): boolean {
  return NUMBER_ERRORS.has(code)
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
  ['404', 'unreachable'],
  ['408', 'no_answer'],
  ['410', 'unreachable'],
  // A phone that is off or out of reach: it did not ring.
  ['480', 'unreachable'],
  ['484', 'unreachable'],
  ['486', 'busy'],
  ['600', 'busy'],
  ['603', 'rejected'],
  ['604', 'unreachable'],
])

/** `null` for a status of a call that has not ended. */
export function endCause(status: string, sipCode: string): EndCause | null {
  const cause = END_STATUSES.get(status)
  if (cause === 'failed') return SIP_CAUSES.get(sipCode) ?? cause
  // There is no status for a declined call, nor for a phone that did not ring: they are reported as busy or not answered.
  if (cause !== 'busy' && cause !== 'no_answer') return cause ?? null
  const network = SIP_CAUSES.get(sipCode)
  return network === 'rejected' || network === 'unreachable' ? network : cause
}
