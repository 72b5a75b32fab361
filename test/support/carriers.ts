// Carriers whose API is the exchange, reached without a port.

import { bandwidth } from '../../src/carriers/bandwidth/bandwidth.ts'
import type { Carrier } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { plivo } from '../../src/carriers/plivo/plivo.ts'
import { signalwire } from '../../src/carriers/signalwire/signalwire.ts'
import { twilio } from '../../src/carriers/twilio/twilio.ts'
import type { CarrierName } from '../../src/domain/challenge.ts'
import { type Accounts, createAccounts } from '../../src/exchange/accounts.ts'

export const PUBLIC_URL = 'https://verify.example.com'
export const COMPANIES: Accounts = createAccounts('the exchange of a test', `${PUBLIC_URL}/sms/bandwidth`)

const ORIGIN = 'https://exchange.example.com'

/** A high rate, since at an account's own every test would wait for the one before. */
const account = { from: '+12025550199', smsFrom: null, callsPerSecond: 1000, messagesPerSecond: 1000 } as const

export function carrierOf(name: CarrierName, fetch: Fetch): Carrier {
  return MAKERS[name](fetch)
}

const MAKERS: Record<CarrierName, (fetch: Fetch) => Carrier> = {
  twilio(fetch) {
    const { accountSid, authToken } = COMPANIES.twilio
    return twilio({
      ...account,
      accountSid,
      authTokens: [authToken],
      messagingServiceSid: null,
      baseUrl: ORIGIN,
      fetch,
    })
  },
  signalwire(fetch) {
    const { signingKey, ...keys } = COMPANIES.signalwire
    return signalwire({
      ...account,
      ...keys,
      signingKeys: [signingKey],
      messagingServiceSid: null,
      baseUrl: ORIGIN,
      fetch,
    })
  },
  bandwidth(fetch) {
    const { callbackUsername = '', callbackPassword = '', ...keys } = COMPANIES.bandwidth
    return bandwidth({
      ...account,
      ...keys,
      callbackUsername,
      callbackPasswords: [callbackPassword],
      voiceBaseUrl: `${ORIGIN}/bandwidth/voice/api/v2`,
      messagingBaseUrl: `${ORIGIN}/bandwidth/messaging/api/v2`,
      fetch,
    })
  },
  plivo(fetch) {
    const { authId, authToken } = COMPANIES.plivo
    return plivo({
      ...account,
      authId,
      authTokens: [authToken],
      powerpackUuid: null,
      baseUrl: `${ORIGIN}/plivo`,
      fetch,
    })
  },
}
