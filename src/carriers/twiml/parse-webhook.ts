// Webhooks of Twilio and SignalWire as events, once their signature is verified.

import type { CarrierEvent, MessageState, WebhookKind } from '../carrier.ts'
import type { WebhookFields } from '../twilio/signature.ts'
import { dtmfDigits, refOrNull, stringOrEmpty } from '../validators.ts'
import { type ErrorCodes, endCause, messageState } from './error-codes.ts'

export function parseWebhook(kind: WebhookKind, fields: WebhookFields, errors: ErrorCodes): CarrierEvent {
  const ref = refOrNull(kind === 'receipt' ? fields.MessageSid : fields.CallSid)
  if (ref === null) return { refs: [], type: 'irrelevant' }
  const refs = [ref]
  if (kind === 'answer') return { refs, type: 'answered' }
  // Only Twilio sends FinishedOnKey; at SignalWire a lone finish key is a silence.
  if (kind === 'turn') return { refs, type: 'dtmf', digits: dtmfDigits(fields.Digits, fields.FinishedOnKey) }
  if (kind === 'status') return parseStatus(refs, fields)
  if (kind === 'detection') return parseDetection(refs, stringOrEmpty(fields.AnsweredBy))
  if (kind === 'receipt')
    return receipt(refs, messageState(stringOrEmpty(fields.MessageStatus), stringOrEmpty(fields.ErrorCode), errors))
  return { refs, type: 'document_failed' }
}

function parseStatus(refs: string[], fields: WebhookFields): CarrierEvent {
  const status = stringOrEmpty(fields.CallStatus)
  if (status === 'ringing') return { refs, type: 'ringing' }
  if (status === 'in-progress') return { refs, type: 'answered' }
  // Twilio's name of the field, and SignalWire's.
  const sipCode = stringOrEmpty(fields.SipResponseCode ?? fields.SipResultCode)
  const cause = endCause(status, sipCode)
  if (cause === null) return { refs, type: 'irrelevant' }
  // Events are numbered from 0 as they are fired: "initiated", then "ringing" where the phone rang, then the end.
  const number = Number(fields.SequenceNumber)
  const rang = status !== 'completed' && number >= 2
  // No other end depends on it: the status itself, or how soon it came, says what became of the call.
  const neverRang = cause === 'canceled' && number < 2
  const why = status !== 'completed' && /^[1-6]\d\d$/.test(sipCode) ? { why: `SIP ${sipCode}` } : {}
  return { refs, type: 'ended', cause, ...((rang || neverRang) && { rang }), ...why }
}

/** `machine_start` or `machine_end_*`, by the kind of detection: twilio.com/docs/voice/answering-machine-detection */
function parseDetection(refs: string[], answeredBy: string): CarrierEvent {
  if (answeredBy === 'human') return { refs, type: 'detected', machine: false }
  if (/^machine_|^fax$/.test(answeredBy)) return { refs, type: 'detected', machine: true }
  return { refs, type: 'irrelevant' }
}

function receipt(refs: string[], state: MessageState | null): CarrierEvent {
  return state ? { refs, ...state } : { refs, type: 'irrelevant' }
}
