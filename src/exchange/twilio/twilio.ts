// Twilio's account, profile and error bodies. twilio.com/docs/usage/api

import { randomBytes, randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { TWILIO_TTS } from '../markup/voices.ts'
import type { RestError } from '../rest/form.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import { CALL_EVENTS } from './call-flow.ts'
import type { CarrierProfile } from './carrier-profile.ts'
import { twilioApi } from './rest-api.ts'

/** `numbers`: the allowed `From` numbers; all when absent. */
export type TwilioAccount = { accountSid: string; authToken: string; numbers?: string[] }

const LONGEST_CALL = 14_400

export function twilio({ accountSid, authToken, numbers }: TwilioAccount, parts: ExchangeParts): Hono {
  const profile: CarrierProfile = {
    carrier: 'Twilio',
    accountId: accountSid,
    path: `/2010-04-01/Accounts/${accountSid}`,
    numbers: numbers ?? null,
    newSid: (kind) => `${kind}${randomBytes(16).toString('hex')}`,
    callEvents: CALL_EVENTS,
    detectionModes: ['Enable', 'DetectMessageEnd'],
    maxDetectionSeconds: 59,
    parseExtraParameters: (form) => ({ maxMs: (form.integer('TimeLimit', 1, 86_400) ?? LONGEST_CALL) * 1000 }),
    extraCallFields: () => ({}),
    tts: TWILIO_TTS,
    renamedWebhookParameters: {},
    signature: { header: 'x-twilio-signature', key: authToken },
    headers: () => ({ 'user-agent': 'TwilioProxy/1.1', 'i-twilio-idempotency-token': randomUUID() }),
    webhookTimeoutMs: 15_000,
    webhookErrorCodes: { refused: 11200, late: 11205, unreached: 11200 },
  }
  return twilioApi({ profile, password: authToken, placed: 201, formatError }, parts)
}

const formatError = ({ code, message, status }: RestError) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
})
