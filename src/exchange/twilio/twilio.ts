// The Twilio dialect: its REST API in, its signed webhooks out. twilio.com/docs/usage/api

import { randomBytes, randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { TWILIO } from '../markup/voices.ts'
import type { RestError } from '../rest/form.ts'
import type { Wire } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import { CALL_EVENTS } from './call-flow.ts'
import type { Manner } from './carrier-profile.ts'
import { twilioApi } from './rest-api.ts'

/** `numbers`: those that calls and messages may come from; any, when absent. */
export type TwilioAccount = { accountSid: string; authToken: string; numbers?: string[] }

const LONGEST_CALL = 14_400

export function twilio({ accountSid, authToken, numbers }: TwilioAccount, board: Switchboard, wire: Wire): Hono {
  const manner: Manner = {
    company: 'Twilio',
    accountId: accountSid,
    path: `/2010-04-01/Accounts/${accountSid}`,
    numbers: numbers ?? null,
    newSid: (kind) => `${kind}${randomBytes(16).toString('hex')}`,
    callEvents: CALL_EVENTS,
    detectionModes: ['Enable', 'DetectMessageEnd'],
    longestDetection: 59,
    readOwn: (form) => ({ maxMs: (form.integer('TimeLimit', 1, 86_400) ?? LONGEST_CALL) * 1000 }),
    own: () => ({}),
    tongue: TWILIO,
    renamed: {},
    signature: { header: 'x-twilio-signature', key: authToken },
    headers: () => ({ 'user-agent': 'TwilioProxy/1.1', 'i-twilio-idempotency-token': randomUUID() }),
    patience: 15_000,
    codes: { refused: 11200, late: 11205, unreached: 11200 },
  }
  return twilioApi({ manner, password: authToken, placed: 201, shape: errorBody }, board, wire)
}

const errorBody = ({ code, message, status }: RestError) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
})
