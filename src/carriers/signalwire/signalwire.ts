// SignalWire's Compatibility API: Twilio's with other names for accounts and keys. developer.signalwire.com/compatibility-api

import type { AccountSettings, Carrier } from '../carrier.ts'
import { signedFields } from '../twilio/signature.ts'
import { twimlResponse } from '../twiml/documents.ts'
import { parseWebhook } from '../twiml/parse-webhook.ts'
import { twimlRestApi } from '../twiml/rest-api.ts'
import { SIGNALWIRE_ERRORS } from './error-codes.ts'

export type SignalwireSettings = AccountSettings & {
  projectId: string
  apiToken: string
  /** Not the API token: developer.signalwire.com/compatibility-api/guides/webhook-security */
  signingKeys: string[]
  /** Takes the place of `smsFrom`: developer.signalwire.com/compatibility-api/rest/create-a-message */
  messagingServiceSid: string | null
  baseUrl: string
}

export function signalwire(settings: SignalwireSettings): Carrier {
  const { projectId, apiToken, signingKeys, baseUrl } = settings
  const accountUrl = `${baseUrl}/api/laml/2010-04-01/Accounts/${projectId}`
  const { place, ...api } = twimlRestApi(accountUrl, projectId, apiToken, { ...settings, errors: SIGNALWIRE_ERRORS })
  return {
    ...api,
    name: 'signalwire',
    from: settings.from,
    perSecond: { call: settings.callsPerSecond, sms: settings.messagesPerSecond },
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,
    // There is no TimeLimit: the documents and the reconciler bound a call.
    place: (call, signal) => place(call, [], signal),
    async receive(incoming) {
      const { headers } = incoming
      // The second is read by SignalWire's own package too: npmjs.com/package/@signalwire/compatibility-api
      const signature = headers.get('X-SignalWire-Signature') ?? headers.get('X-Twilio-Signature')
      const fields = signedFields(incoming, signature, signingKeys)
      return fields && parseWebhook(incoming.kind, fields, SIGNALWIRE_ERRORS)
    },
    refuse: () => new Response('This request is not signed by the carrier.\n', { status: 403 }),
    // An entry comes without the key that ended it: signalwire.com/docs/compatibility-api/cxml/reference/voice/gather
    reply: (script, urls) => twimlResponse(script, urls, false),
    acknowledge: () => new Response(null, { status: 204 }),
  }
}
