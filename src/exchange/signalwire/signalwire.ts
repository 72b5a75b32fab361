// SignalWire's account, profile and error bodies: Twilio's API with small differences. developer.signalwire.com/compatibility-api

import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { SIGNALWIRE_TTS } from '../markup/voices.ts'
import type { Form, RestError } from '../rest/form.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import { CALL_EVENTS } from '../twilio/call-flow.ts'
import type { CarrierProfile } from '../twilio/carrier-profile.ts'
import { twilioApi } from '../twilio/rest-api.ts'

/** `numbers`: the allowed `From` numbers; all when absent. */
export type SignalwireAccount = { projectId: string; apiToken: string; signingKey: string; numbers?: string[] }

const LONGEST_CALL_MS = 24 * 3_600_000

export function signalwire(account: SignalwireAccount, parts: ExchangeParts): Hono {
  const profile: CarrierProfile = {
    carrier: 'SignalWire',
    accountId: account.projectId,
    path: `/api/laml/2010-04-01/Accounts/${account.projectId}`,
    numbers: account.numbers ?? null,
    newSid: () => randomUUID(),
    callEvents: [...CALL_EVENTS, 'ringing_forwarded', 'ringing_queued'],
    detectionModes: ['Enable', 'DetectMessageEnd', 'none'],
    maxDetectionSeconds: 120,
    parseExtraParameters: readOwn,
    extraCallFields: (call, sip) => ({
      answered_by: call.answeredAt && (call.machine ? 'machine' : 'human'),
      sip_result_code: sip === null ? null : String(sip),
    }),
    tts: SIGNALWIRE_TTS,
    renamedWebhookParameters: RENAMED,
    // developer.signalwire.com/compatibility-api/guides/webhook-security: not the token.
    signature: { header: 'x-signalwire-signature', key: account.signingKey },
    headers: () => ({ 'user-agent': 'SignalWire' }),
    webhookTimeoutMs: 5000,
    webhookErrorCodes: { refused: 11217, late: 11200, unreached: 11200 },
  }
  return twilioApi({ profile, password: account.apiToken, placed: 200, formatError }, parts)
}

/** There is no TimeLimit: a call lasts as long as its documents. */
function readOwn(form: Form) {
  form.integer('MachineWordsThreshold', 1, 100)
  form.oneOf('AsyncAmdPartialResults', ['true', 'false'])
  form.text('MaxPricePerMinute')
  return { maxMs: LONGEST_CALL_MS }
}

/** Webhooks have only the parameters that developer.signalwire.com/compatibility-api lists. */
const RENAMED = {
  Caller: null,
  Called: null,
  msg: null,
  FinishedOnKey: null,
  Duration: null,
  MachineDetectionDuration: null,
  SipResponseCode: 'SipResultCode',
  SmsSid: null,
  SmsStatus: null,
}

/** A list of errors for a wrong parameter, one error otherwise. */
function formatError({ code, message, status }: RestError) {
  const error = { code: String(code), message, more_info: `https://developer.signalwire.com/error-codes/${code}` }
  return status === 400 ? { errors: [error] } : { ...error, status }
}
