// Plivo's webhooks as events, once their signature is verified: docs.plivo.com/docs/voice/xml/request

import type { CallPrice, CarrierEvent, WebhookKind } from '../carrier.ts'
import { dtmfDigits, refOrNull, secondsBetween } from '../validators.ts'
import { endCause, messageState } from './error-codes.ts'

/** Ids of one call, which may differ: webhooks use the first, and the request that placed it was answered with the second. */
const REF_FIELDS = ['CallUUID', 'RequestUUID', 'ALegRequestUUID', 'ALegUUID', 'MessageUUID']

export function parseWebhook(kind: WebhookKind, fields: URLSearchParams): CarrierEvent {
  const refs = [...new Set(REF_FIELDS.map((field) => refOrNull(fields.get(field))))].filter((ref) => ref !== null)
  if (refs.length === 0) return { type: 'irrelevant', refs }
  if (kind === 'receipt') return parseReceipt(refs, fields)
  if (fields.get('Event') === 'Hangup') return endOfCall(refs, fields)
  if (kind === 'answer') return { type: 'answered', refs }
  // After a silence it is the request of the redirect that follows the question, and has no such field.
  if (kind === 'turn') return { type: 'dtmf', refs, digits: dtmfDigits(fields.get('Digits')) }
  if (kind === 'status' && fields.get('Event') === 'Ring') return { type: 'ringing', refs }
  // Asynchronous detection reports machines only: docs.plivo.com/docs/voice/concepts/answering-machine-detection
  if (kind === 'detection' && fields.get('Machine') === 'true') return { type: 'detected', refs, machine: true }
  if (kind === 'fallback') return { type: 'document_failed', refs }
  return { type: 'irrelevant', refs }
}

function endOfCall(refs: string[], fields: URLSearchParams): CarrierEvent {
  const seconds = secondsBetween(fields.get('StartTime'), fields.get('EndTime'))
  const code = fields.get('HangupCauseCode')
  const cause = endCause(code, fields.get('CallStatus'))
  // It failed after it was answered.
  const rang = cause === 'failed' && Boolean(fields.get('AnswerTime'))
  const why = cause !== 'completed' && /^\d{4}$/.test(code ?? '') ? { why: `hangup cause ${code}` } : {}
  return {
    type: 'ended',
    refs,
    cause,
    ...(rang && { rang }),
    ...(seconds !== null && { seconds }),
    ...why,
    ...priceOf(fields),
  }
}

/** docs.plivo.com/docs/voice/concepts/callbacks: both are of the whole call, and 0 of one that nobody answered. */
function priceOf(fields: URLSearchParams): { price?: CallPrice } {
  const [amount, billedSeconds] = [amountOf(fields, 'TotalCost'), amountOf(fields, 'BillDuration')]
  return amount && billedSeconds ? { price: { amount, billedSeconds } } : {}
}

/** docs.plivo.com/docs/messaging/api/message/callbacks */
function parseReceipt(refs: string[], fields: URLSearchParams): CarrierEvent {
  const state = messageState(fields.get('Status') ?? '', fields.get('ErrorCode') ?? '')
  const [amount, segments] = [amountOf(fields, 'TotalAmount'), amountOf(fields, 'Units') || 1]
  return state ? { refs, ...state, ...(amount > 0 && { price: { amount, segments } }) } : { refs, type: 'irrelevant' }
}

function amountOf(fields: URLSearchParams, name: string): number {
  const text = fields.get(name) ?? ''
  return /^\d{1,6}(\.\d{1,8})?$/.test(text) ? Number(text) : 0
}
