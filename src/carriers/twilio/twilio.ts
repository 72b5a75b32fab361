// Twilio: twilio.com/docs/voice, twilio.com/docs/messaging

import type { E164 } from '../../domain/challenge.ts'
import type { Carrier } from '../carrier.ts'
import type { Fetch } from '../http-client.ts'
import { twimlResponse } from '../twiml/documents.ts'
import { parseWebhook } from '../twiml/parse-webhook.ts'
import { twimlRestApi } from '../twiml/rest-api.ts'
import { signedFields } from '../twiml/signature.ts'

export type TwilioSettings = {
  accountSid: string
  /** Newest first: requests use the first, and webhooks may be signed with any. */
  authTokens: string[]
  from: E164
  baseUrl: string
  fetch?: Fetch
}

export function twilio({ accountSid, authTokens, from, baseUrl, fetch = globalThis.fetch }: TwilioSettings): Carrier {
  const accountUrl = `${baseUrl}/2010-04-01/Accounts/${accountSid}`
  const { place, ...api } = twimlRestApi(accountUrl, accountSid, authTokens[0]!, fetch)
  return {
    ...api,
    name: 'twilio',
    from,
    // twilio.com/docs/voice/api/call-resource: more waits in a queue.
    callsPerSecond: 1,
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,
    place: (call, signal) => place(call, [['TimeLimit', String(call.maxSeconds)]], signal),
    async receive(incoming) {
      const fields = signedFields(incoming, incoming.headers.get('X-Twilio-Signature'), authTokens)
      return fields && parseWebhook(incoming.kind, fields)
    },
    refuse: () => new Response('This request is not signed by the carrier.\n', { status: 403 }),
    reply: twimlResponse,
    acknowledge: () => new Response(null, { status: 204 }),
  }
}
