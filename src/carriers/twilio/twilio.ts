// Twilio: twilio.com/docs/voice, twilio.com/docs/messaging

import type { E164 } from '../../domain/challenge.ts'
import type { Carrier } from '../carrier.ts'
import type { Fetch } from '../http-client.ts'
import { parseWebhook } from '../twiml/parse-webhook.ts'
import { twimlRestApi } from '../twiml/rest-api.ts'
import { acknowledge, refuse, resolveVoiceLocale, twiml } from '../twiml/twiml.ts'

export type TwilioSettings = {
  accountSid: string
  /** Newest first: it is the one that we speak with. All are listened to, for as long as two are live. */
  authTokens: string[]
  from: E164
  baseUrl: string
  fetch?: Fetch
}

export function twilio({ accountSid, authTokens, from, baseUrl, fetch = globalThis.fetch }: TwilioSettings): Carrier {
  const account = `${baseUrl}/2010-04-01/Accounts/${accountSid}`
  const { place, ...api } = twimlRestApi(account, accountSid, authTokens[0]!, fetch)
  return {
    ...api,
    name: 'twilio',
    from,
    // twilio.com/docs/voice/api/call-resource: more waits in a queue.
    callsPerSecond: 1,
    supportsExtensions: true,
    resolveVoiceLocale: resolveVoiceLocale,
    place: (call, signal) => place(call, [['TimeLimit', String(call.maxSeconds)]], signal),
    receive: async (incoming) => parseWebhook(incoming, incoming.headers.get('X-Twilio-Signature'), authTokens),
    refuse,
    reply: twiml,
    acknowledge,
  }
}
