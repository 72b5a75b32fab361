// Bandwidth: JSON in both directions, Basic credentials instead of a signature, no ringing event and no time limit.
// dev.bandwidth.com/docs/voice

import type { Carrier } from '../carrier.ts'
import { parseJson } from '../classify-response.ts'
import { askForCredentials, isAuthenticated } from './basic-auth.ts'
import { bxml, nearestVoicedLocale } from './documents.ts'
import { parseReceipts, parseWebhook } from './parse-webhook.ts'
import { type BandwidthAccount, bandwidthRestApi } from './rest-api.ts'

export type BandwidthSettings = BandwidthAccount & { callbackUsername: string; callbackPasswords: string[] }

export function bandwidth({ callbackUsername, callbackPasswords, ...account }: BandwidthSettings): Carrier {
  // Calls under way were handed the password of before, and the newest is handed out.
  const accepted = callbackPasswords.map((password) => ({ username: callbackUsername, password }))
  const callback = accepted[0]!
  return {
    ...bandwidthRestApi(account, callback),
    name: 'bandwidth',
    from: account.from,
    perSecond: { call: account.callsPerSecond, sms: account.messagesPerSecond },
    supportsExtensions: false,
    resolveVoiceLocale: nearestVoicedLocale,
    async receive({ kind, headers, body }) {
      return isAuthenticated(headers, accepted) ? parseWebhook(kind, parseJson(body)) : null
    },
    async receiveReceipts({ headers, body }) {
      return isAuthenticated(headers, accepted) ? parseReceipts(parseJson(body)) : null
    },
    refuse: askForCredentials,
    reply: (script, urls) =>
      new Response(bxml(script, urls, callback), { headers: { 'Content-Type': 'application/xml; charset=utf-8' } }),
    acknowledge: () => new Response(null, { status: 204 }),
  }
}
