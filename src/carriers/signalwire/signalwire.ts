// SignalWire's Compatibility API: Twilio's, but for the names of things. developer.signalwire.com/compatibility-api

import type { E164 } from '../../domain/challenge.ts'
import type { Carrier } from '../carrier.ts'
import type { Fetch } from '../http-client.ts'
import { parseWebhook } from '../twiml/parse-webhook.ts'
import { twimlRestApi } from '../twiml/rest-api.ts'
import { acknowledge, refuse, resolveVoiceLocale, twiml } from '../twiml/twiml.ts'

export type SignalwireSettings = {
  projectId: string
  apiToken: string
  /** Webhooks are not signed with the token: developer.signalwire.com/compatibility-api/guides/webhook-security */
  signingKeys: string[]
  from: E164
  baseUrl: string
  fetch?: Fetch
}

export function signalwire(settings: SignalwireSettings): Carrier {
  const { projectId, apiToken, signingKeys, from, baseUrl, fetch = globalThis.fetch } = settings
  const account = `${baseUrl}/api/laml/2010-04-01/Accounts/${projectId}`
  const { place, ...api } = twimlRestApi(account, projectId, apiToken, fetch)
  return {
    ...api,
    name: 'signalwire',
    from,
    callsPerSecond: 1,
    supportsExtensions: true,
    resolveVoiceLocale: resolveVoiceLocale,
    // It knows no TimeLimit: a call is bounded by its documents, and by our hanging up.
    place: (call, signal) => place(call, [], signal),
    receive: async (incoming) => parseWebhook(incoming, signatureOf(incoming.headers), signingKeys),
    refuse,
    reply: twiml,
    acknowledge,
  }
}

/** Its own package reads Twilio's header too: npmjs.com/package/@signalwire/compatibility-api */
function signatureOf(headers: Headers): string | null {
  return headers.get('X-SignalWire-Signature') ?? headers.get('X-Twilio-Signature')
}
