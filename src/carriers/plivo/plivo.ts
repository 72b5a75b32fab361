// Plivo: JSON requests, form webhooks, its own XML. A call has two ids, and a silence makes no request.
// docs.plivo.com/docs/voice

import type { AccountSettings, Carrier } from '../carrier.ts'
import { parseForm } from '../form-fields.ts'
import { plivoXml } from './documents.ts'
import { parseWebhook } from './parse-webhook.ts'
import { plivoRestApi } from './rest-api.ts'
import { isSignedV2, isSignedV3 } from './signature.ts'

export type PlivoSettings = AccountSettings & {
  authId: string
  /** Newest first: requests use the first, and webhooks may be signed with any. */
  authTokens: string[]
  /** Takes the place of `smsFrom`: docs.plivo.com/docs/messaging/concepts/powerpack */
  powerpackUuid: string | null
  baseUrl: string
}

export function plivo({ authId, authTokens, baseUrl, ...settings }: PlivoSettings): Carrier {
  // With an empty token as key anyone could sign.
  const tokens = authTokens.filter((token) => token !== '')
  return {
    ...plivoRestApi(`${baseUrl}/v1/Account/${authId}`, authId, tokens[0] ?? '', settings),
    name: 'plivo',
    from: settings.from,
    perSecond: { call: settings.callsPerSecond, sms: settings.messagesPerSecond },
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,
    async receive(incoming) {
      const fields = parseForm(incoming.body)
      if (fields === null) return null
      const { kind } = incoming
      const isSigned = isSignedV3(incoming, fields, tokens) || (kind === 'receipt' && isSignedV2(incoming, tokens))
      return isSigned ? parseWebhook(kind, fields) : null
    },
    refuse: () => new Response(null, { status: 403 }),
    reply: (script, urls) =>
      new Response(plivoXml(script, urls), { headers: { 'Content-Type': 'application/xml; charset=utf-8' } }),
    acknowledge: () => new Response(null, { status: 200 }),
  }
}
