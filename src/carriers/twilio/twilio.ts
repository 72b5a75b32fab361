// Twilio: twilio.com/docs/voice, twilio.com/docs/messaging

import type { AccountSettings, Carrier } from '../carrier.ts'
import { twimlResponse } from '../twiml/documents.ts'
import { parseWebhook } from '../twiml/parse-webhook.ts'
import { twimlRestApi } from '../twiml/rest-api.ts'
import { TWILIO_ERRORS } from './error-codes.ts'
import { signedFields } from './signature.ts'

export type TwilioSettings = AccountSettings & {
  accountSid: string
  /** Newest first: requests use the first, and webhooks may be signed with any. */
  authTokens: string[]
  /** Takes the place of `smsFrom`: twilio.com/docs/messaging/services */
  messagingServiceSid: string | null
  baseUrl: string
}

export function twilio({ accountSid, authTokens, baseUrl, ...settings }: TwilioSettings): Carrier {
  const accountUrl = `${baseUrl}/2010-04-01/Accounts/${accountSid}`
  const { place, ...api } = twimlRestApi(accountUrl, accountSid, authTokens[0]!, { ...settings, errors: TWILIO_ERRORS })
  return {
    ...api,
    name: 'twilio',
    from: settings.from,
    perSecond: { call: settings.callsPerSecond, sms: settings.messagesPerSecond },
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,
    place: (call, signal) => place(call, [['TimeLimit', String(call.maxSeconds)]], signal),
    async receive(incoming) {
      const fields = signedFields(incoming, incoming.headers.get('X-Twilio-Signature'), authTokens)
      return fields && parseWebhook(incoming.kind, fields, TWILIO_ERRORS)
    },
    refuse: () => new Response('This request is not signed by the carrier.\n', { status: 403 }),
    // `FinishedOnKey` comes with every entry, though the page of the verb does not list it.
    reply: (script, urls) => twimlResponse(script, urls, true),
    acknowledge: () => new Response(null, { status: 204 }),
  }
}
