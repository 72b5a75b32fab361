// Our carriers, each with its far side: an account at the exchange, reached without a port.

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
const from = '+12025550199'

export function carrierOf(name: CarrierName, fetch: Fetch): Carrier {
  // At the account's own pace every test would wait for the one before.
  return { ...MAKERS[name](fetch), callsPerSecond: 1000 }
}

const MAKERS: Record<CarrierName, (fetch: Fetch) => Carrier> = {
  twilio(fetch) {
    const { accountSid, authToken } = COMPANIES.twilio
    return twilio({ accountSid, authTokens: [authToken], from, baseUrl: ORIGIN, fetch })
  },
  signalwire(fetch) {
    const { signingKey, ...account } = COMPANIES.signalwire
    return signalwire({ ...account, signingKeys: [signingKey], from, baseUrl: ORIGIN, fetch })
  },
  bandwidth(fetch) {
    const { callbackUsername = '', callbackPassword = '', ...account } = COMPANIES.bandwidth
    return bandwidth({
      ...account,
      callbackUsername,
      callbackPassword,
      from,
      voiceBaseUrl: `${ORIGIN}/bandwidth/voice/api/v2`,
      messagingBaseUrl: `${ORIGIN}/bandwidth/messaging/api/v2`,
      fetch,
    })
  },
  plivo(fetch) {
    const { authId, authToken } = COMPANIES.plivo
    return plivo({ authId, authTokens: [authToken], from, baseUrl: `${ORIGIN}/plivo`, fetch })
  },
}
