// Twilio: twilio.com/docs/voice, twilio.com/docs/messaging

import type { E164 } from '../../domain/challenge.ts'
import type { Carrier } from '../carrier.ts'
import type { Fetch } from '../http-client.ts'
import { news } from '../twiml/parse-webhook.ts'
import { twimlApi } from '../twiml/rest-api.ts'
import { acknowledge, refuse, speaks, twiml } from '../twiml/twiml.ts'

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
  const { place, ...api } = twimlApi(account, accountSid, authTokens[0]!, fetch)
  return {
    ...api,
    name: 'twilio',
    from,
    // twilio.com/docs/voice/api/call-resource: more waits in a queue.
    callsPerSecond: 1,
    dialsExtensions: true,
    speaks,
    place: (call, signal) => place(call, [['TimeLimit', String(call.maxSeconds)]], signal),
    receive: async (incoming) => news(incoming, incoming.headers.get('X-Twilio-Signature'), authTokens),
    refuse,
    reply: twiml,
    acknowledge,
  }
}
