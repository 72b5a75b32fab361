// Bandwidth's webhooks as events, once they are authenticated: dev.bandwidth.com/docs/voice/webhooks

import type { CarrierEvent, Receipt, WebhookKind } from '../carrier.ts'
import { isLoggable } from '../classify-response.ts'
import { dtmfDigits, refOrNull, secondsBetween, stringOrEmpty } from '../validators.ts'
import { blameFor, endCause } from './error-codes.ts'

export function parseWebhook(kind: WebhookKind, body: unknown): CarrierEvent {
  const { callId, eventType, digits, terminatingDigit, cause, machineDetectionResult, startTime, answerTime, endTime } =
    Object(body)
  if (refOrNull(callId) === null) return { type: 'irrelevant', refs: [] }
  const refs = [callId]
  if (kind === 'answer' && (eventType === 'answer' || eventType === 'redirect')) return { type: 'answered', refs }
  // Sent after a silence too, then without digits: dev.bandwidth.com/docs/voice/webhooks/gather
  if (kind === 'turn' && eventType === 'gather')
    return { type: 'dtmf', refs, digits: dtmfDigits(digits, terminatingDigit) }
  if (kind === 'status' && eventType === 'disconnect') {
    const seconds = secondsBetween(startTime, endTime)
    const end = endCause(cause)
    // Sent only of a call that was answered, as one is whose document could not be had: `callback-error`.
    const rang = end === 'failed' && Boolean(answerTime)
    const why = end !== 'completed' && isLoggable(cause) ? { why: cause } : {}
    return { type: 'ended', refs, cause: end, ...(rang && { rang }), ...(seconds !== null && { seconds }), ...why }
  }
  if (kind === 'detection' && eventType === 'machineDetectionComplete') {
    const { value } = Object(machineDetectionResult)
    // `silence`, `timeout` and `error` say neither.
    if (value === 'human' || value === 'answering-machine')
      return { type: 'detected', refs, machine: value === 'answering-machine' }
  }
  if (kind === 'fallback') return { type: 'document_failed', refs }
  return { type: 'irrelevant', refs }
}

/** Posted as an array even when there is one: dev.bandwidth.com/docs/messaging/webhooks */
export function parseReceipts(body: unknown): Receipt[] {
  return Array.isArray(body) ? body.flatMap(parseReceipt) : []
}

/** Empty for a message without a tag: another program of the same account sent it. */
function parseReceipt(event: unknown): Receipt[] {
  const { type, errorCode, message } = Object(event)
  const { id, tag } = Object(message)
  if (refOrNull(id) === null || stringOrEmpty(tag) === '') return []
  const refs = [id]
  if (type === 'message-sent') return [{ tag, event: { type: 'sent', refs } }]
  if (type === 'message-delivered') return [{ tag, event: { type: 'delivered', refs } }]
  if (type !== 'message-failed') return [{ tag, event: { type: 'irrelevant', refs } }]
  const why = errorCode >= 1000 && errorCode <= 9999 ? `error ${errorCode}` : 'no error code'
  return [{ tag, event: { type: 'undelivered', refs, ...blameFor(errorCode), why } }]
}
