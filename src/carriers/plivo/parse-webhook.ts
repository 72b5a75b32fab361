// What Plivo's webhooks say, once the signature is known to be right: docs.plivo.com/docs/voice/xml/request

import type { CarrierEvent, EndCause, IncomingWebhook } from '../carrier.ts'
import { keyed, name } from '../validators.ts'

/** The names of one call, equal or not: it goes by the first, and placing it was answered with the second. */
const NAMES = ['CallUUID', 'RequestUUID', 'ALegRequestUUID', 'ALegUUID', 'MessageUUID']

export function parseWebhook({ kind: hook, body }: IncomingWebhook): CarrierEvent {
  const fields = new URLSearchParams(body)
  const refs = [...new Set(NAMES.map((field) => name(fields.get(field))))].filter((ref) => ref !== null)
  if (refs.length === 0) return { type: 'nothing', refs }
  if (hook === 'receipt') return receipt(refs, fields)
  if (fields.get('Event') === 'Hangup') {
    return { type: 'ended', refs, cause: cause(fields.get('HangupCauseCode'), fields.get('CallStatus')) }
  }
  if (hook === 'answer') return { type: 'answered', refs }
  // After a silence this is the request of the redirect below the question, and has no such field.
  if (hook === 'turn') return { type: 'keyed', refs, digits: keyed(fields.get('Digits')) }
  if (hook === 'status' && fields.get('Event') === 'Ring') return { type: 'rang', refs }
  // Asynchronous detection tells only of machines: docs.plivo.com/docs/voice/concepts/answering-machine-detection
  if (hook === 'detection' && fields.get('Machine') === 'true') return { type: 'detected', refs, machine: true }
  return { type: 'nothing', refs }
}

/** docs.plivo.com/docs/voice/troubleshooting/hangup-causes. What is listed nowhere here is a failure, of Plivo or of ours. */
const CODES = new Map<string | null, EndCause>([
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

const ENDINGS = new Map<string | null, EndCause>([
  ['1000', 'canceled'],
  ['4000', 'completed'],
  ['4010', 'completed'],
  ['4020', 'completed'],
  ['4030', 'completed'],
])

/** A code that accuses is believed before the status, which calls even an unheard document `completed`. */
export function cause(code: string | null, status: string | null): EndCause {
  const known = CODES.get(code) ?? STATUSES.get(status) ?? ENDINGS.get(code)
  if (known) return known
  // 0 is Plivo's own "unknown".
  return status === 'completed' && (code === null || code === '0') ? 'completed' : 'failed'
}

/** docs.plivo.com/docs/messaging/api/message/callbacks */
function receipt(refs: string[], fields: URLSearchParams): CarrierEvent {
  const status = fields.get('Status')
  if (status === 'sent' || status === 'delivered') return { type: status, refs }
  if (status !== 'undelivered' && status !== 'failed' && status !== 'rejected') return { type: 'nothing', refs }
  const code = fields.get('ErrorCode') ?? ''
  const why = /^\d{1,4}$/.test(code) ? `error ${code}` : 'no error code'
  return { type: 'undelivered', refs, blame: NUMBERS_FAULT.has(code) ? 'number' : 'carrier', why }
}

/** No such number, gone for good, or it said STOP: plivo.com/docs/messaging/troubleshooting/error-codes */
const NUMBERS_FAULT = new Set(['50', '70', '200'])
