// What the webhooks of Twilio and SignalWire say, and whether they are theirs.

import { validateBody, validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import type { CarrierEvent, EndCause, IncomingWebhook } from '../carrier.ts'
import { parse } from '../classify-response.ts'
import { keyed, name, text } from '../validators.ts'
import { isNumbersFault } from './error-codes.ts'

type Fields = Record<string, string | string[]>

/** `null` unless the signature in that header was made with one of the keys. */
export function parseWebhook(
  incoming: IncomingWebhook,
  signature: string | null,
  keys: readonly string[],
): CarrierEvent | null {
  if (signature === null || incoming.method !== 'POST') return null
  const isJson = /^application\/json\b/.test(incoming.headers.get('content-type') ?? '')
  const fields = isJson ? fromJson(incoming.body) : fromForm(incoming.body)
  return keys.some((key) => isSigned(incoming, signature, key, fields)) ? said(incoming.kind, fields) : null
}

/**
 * The package's check, since it knows with and without port, and the old ways of encoding that some servers still sign:
 * twilio.com/docs/usage/webhooks/webhooks-security
 */
function isSigned({ url, body }: IncomingWebhook, signature: string, key: string, fields: Fields): boolean {
  if (!URL.canParse(url)) return false
  const hash = new URL(url).searchParams.get('bodySHA256')
  if (hash === null) return validateRequest(key, signature, url, fields)
  return validateRequest(key, signature, url, {}) && validateBody(body, hash)
}

/** A field that is there twice is signed once for each of its values; an empty one is signed too. */
function fromForm(body: string): Fields {
  const form = new URLSearchParams(body)
  return Object.fromEntries(
    [...new Set(form.keys())].map((key) => {
      const values = [...new Set(form.getAll(key))]
      return [key, values.length === 1 ? values[0]! : values]
    }),
  )
}

/** SignalWire's specification says JSON where its samples say form. Only what can be signed is read. */
function fromJson(body: string): Fields {
  const entries = Object.entries(Object(parse(body)))
  return Object.fromEntries(
    entries.filter(([, value]) => Object(value) !== value).map(([key, value]) => [key, `${value}`]),
  )
}

function said(hook: IncomingWebhook['kind'], fields: Fields): CarrierEvent {
  const ref = name(hook === 'receipt' ? fields.MessageSid : fields.CallSid)
  if (ref === null) return { refs: [], type: 'nothing' }
  const refs = [ref]
  if (hook === 'answer') return { refs, type: 'answered' }
  if (hook === 'turn') return { refs, type: 'keyed', digits: keyed(fields.Digits) }
  if (hook === 'status') return progress(refs, text(fields.CallStatus), sipOf(fields))
  if (hook === 'detection') return detected(refs, text(fields.AnsweredBy))
  if (hook === 'receipt') return receipt(refs, text(fields.MessageStatus), text(fields.ErrorCode))
  return { refs, type: 'nothing' }
}

function progress(refs: string[], status: string, sip: string): CarrierEvent {
  if (status === 'ringing') return { refs, type: 'rang' }
  if (status === 'in-progress') return { refs, type: 'answered' }
  const cause = ending(status, sip)
  return cause === null ? { refs, type: 'nothing' } : { refs, type: 'ended', cause }
}

/** Twilio's name, and SignalWire's. */
function sipOf({ SipResponseCode, SipResultCode }: Fields): string {
  return text(SipResponseCode ?? SipResultCode)
}

const ENDINGS = new Map<string, EndCause>([
  ['completed', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no_answer'],
  ['canceled', 'canceled'],
  ['failed', 'failed'],
])

/** What the network said, where the carrier's own word is only "failed": rfc-editor.org/rfc/rfc3261#section-21 */
const SIP = new Map<string, EndCause>([
  ['404', 'unreachable'],
  ['408', 'no_answer'],
  ['410', 'unreachable'],
  // A telephone that is off, or out of reach.
  ['480', 'no_answer'],
  ['484', 'unreachable'],
  ['486', 'busy'],
  ['600', 'busy'],
  ['603', 'rejected'],
  ['604', 'unreachable'],
])

/** How a call ended by its status; `null` for one that has not. */
export function ending(status: string, sip: string): EndCause | null {
  const cause = ENDINGS.get(status)
  if (cause === 'failed') return SIP.get(sip) ?? cause
  // No status says that the person refused: a declined call is busy, or was not answered.
  return sip === '603' && (cause === 'busy' || cause === 'no_answer') ? 'rejected' : (cause ?? null)
}

/** Twilio's words with and without waiting for the end of the greeting: twilio.com/docs/voice/answering-machine-detection */
function detected(refs: string[], answeredBy: string): CarrierEvent {
  if (answeredBy === 'human') return { refs, type: 'detected', machine: false }
  if (/^machine_|^fax$/.test(answeredBy)) return { refs, type: 'detected', machine: true }
  return { refs, type: 'nothing' }
}

function receipt(refs: string[], status: string, code: string): CarrierEvent {
  if (status === 'sent') return { refs, type: 'sent' }
  if (status === 'delivered' || status === 'read') return { refs, type: 'delivered' }
  if (status !== 'undelivered' && status !== 'failed') return { refs, type: 'nothing' }
  const why = /^\d{4,6}$/.test(code) ? `${status}, ${code}` : status
  return { refs, type: 'undelivered', blame: isNumbersFault(code) ? 'number' : 'carrier', why }
}
