// What Bandwidth's webhooks say, once the sender is known: dev.bandwidth.com/docs/voice/webhooks

import type { CarrierEvent, EndCause, Receipt, WebhookKind } from '../carrier.ts'
import { keyed, name, text } from '../validators.ts'

export function parseWebhook(hook: WebhookKind, body: unknown): CarrierEvent {
  const { callId, eventType, ...event } = Object(body)
  if (name(callId) === null) return { type: 'nothing', refs: [] }
  const refs = [callId]
  if (hook === 'answer' && (eventType === 'answer' || eventType === 'redirect')) return { type: 'answered', refs }
  // Sent after a silence too, then without digits: dev.bandwidth.com/docs/voice/webhooks/gather
  if (hook === 'turn' && eventType === 'gather') return { type: 'keyed', refs, digits: keyed(event.digits) }
  if (hook === 'status' && eventType === 'disconnect') return { type: 'ended', refs, cause: cause(event.cause) }
  if (hook === 'detection' && eventType === 'machineDetectionComplete') {
    const { value } = Object(event.machineDetectionResult)
    // Silence, a timeout and an error are no judgement.
    if (value === 'human' || value === 'answering-machine')
      return { type: 'detected', refs, machine: value !== 'human' }
  }
  return { type: 'nothing', refs }
}

/** Several at once, in an array even when there is one: dev.bandwidth.com/docs/messaging/webhooks */
export function receipts(body: unknown): Receipt[] {
  return Array.isArray(body) ? body.flatMap(receipt) : []
}

/** Without a tag it is of a message that we did not send. */
function receipt(event: unknown): Receipt[] {
  const { type, errorCode, message } = Object(event)
  const { id, tag } = Object(message)
  if (name(id) === null || text(tag) === '') return []
  const refs = [id]
  if (type === 'message-sent') return [{ tag, event: { type: 'sent', refs } }]
  if (type === 'message-delivered') return [{ tag, event: { type: 'delivered', refs } }]
  if (type !== 'message-failed') return [{ tag, event: { type: 'nothing', refs } }]
  const blame = NUMBERS_FAULT.has(errorCode) ? 'number' : 'carrier'
  const why = errorCode >= 1000 && errorCode <= 9999 ? `error ${errorCode}` : 'no error code'
  return [{ tag, event: { type: 'undelivered', refs, blame, why } }]
}

/** No such number, not in service, or it said STOP: dev.bandwidth.com/docs/messaging/errors/codes */
const NUMBERS_FAULT = new Set([4303, 4404, 4406, 4475, 4482, 4720, 4721, 4775])

/** All others are failures: Bandwidth's own, or of our documents. dev.bandwidth.com/docs/voice/webhooks/disconnect */
const CAUSES = new Map<unknown, EndCause>([
  ['hangup', 'completed'],
  ['busy', 'busy'],
  ['timeout', 'no_answer'],
  ['cancel', 'canceled'],
  ['rejected', 'rejected'],
])

export function cause(given: unknown): EndCause {
  return CAUSES.get(given) ?? 'failed'
}
