// Plivo: JSON requests, form webhooks, its own XML. A call has two ids, and a silence makes no request.
// docs.plivo.com/docs/voice

import type { E164 } from '../../domain/challenge.ts'
import type { Carrier } from '../carrier.ts'
import type { Fetch } from '../http-client.ts'
import { plivoXml } from './documents.ts'
import { parseWebhook } from './parse-webhook.ts'
import { plivoRestApi } from './rest-api.ts'
import { isSignedV2, isSignedV3 } from './signature.ts'

export type PlivoSettings = {
  authId: string
  /** Newest first: requests use the first, and webhooks may be signed with any. */
  authTokens: string[]
  from: E164
  baseUrl: string
  fetch?: Fetch
}

export function plivo({ authId, authTokens, from, baseUrl, fetch }: PlivoSettings): Carrier {
  // With an empty token as key anyone could sign.
  const tokens = authTokens.filter((token) => token !== '')
  return {
    ...plivoRestApi(baseUrl, authId, tokens[0] ?? '', fetch ?? globalThis.fetch),
    name: 'plivo',
    from,
    callsPerSecond: 2,
    supportsExtensions: true,
    resolveVoiceLocale: (locale) => locale,
    async receive(incoming) {
      const isSigned = isSignedV3(incoming, tokens) || (incoming.kind === 'receipt' && isSignedV2(incoming, tokens))
      return isSigned ? parseWebhook(incoming) : null
    },
    refuse: () => new Response(null, { status: 403 }),
    reply: (script, urls) =>
      new Response(plivoXml(script, urls), { headers: { 'Content-Type': 'application/xml; charset=utf-8' } }),
    acknowledge: () => new Response(null, { status: 200 }),
  }
}
