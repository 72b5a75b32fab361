// A webhook as Twilio posts it, signed: twilio.com/docs/voice/twiml#request-parameters

import { sign } from '../../src/exchange/twilio/signature.ts'
import { ACCOUNT_SID, AUTH_TOKEN, FROM, PUBLIC_URL } from './bench-account.ts'
import type { LoadRequest } from './http-load.ts'

type Call = { sid: string; to: string; status: string }

export function signedWebhook(path: string, { sid, to, status }: Call, more: Record<string, string> = {}): LoadRequest {
  const place = (name: string) => ({
    [`${name}City`]: '',
    [`${name}State`]: 'DC',
    [`${name}Zip`]: '',
    [`${name}Country`]: 'US',
  })
  const fields = Object.entries({
    AccountSid: ACCOUNT_SID,
    ApiVersion: '2010-04-01',
    CallSid: sid,
    CallStatus: status,
    Called: to,
    ...place('Called'),
    Caller: FROM,
    ...place('Caller'),
    Direction: 'outbound-api',
    From: FROM,
    ...place('From'),
    To: to,
    ...place('To'),
    ...more,
  })
  return {
    method: 'POST',
    path,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'User-Agent': 'TwilioProxy/1.1',
      'X-Twilio-Signature': sign(AUTH_TOKEN, PUBLIC_URL + path, fields),
    },
    body: new URLSearchParams(fields).toString(),
  }
}
