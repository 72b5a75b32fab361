// An account at each carrier, all derived from one token, and the environment variables that point an app at it.

import { createHmac } from 'node:crypto'
import type { CarrierAccounts } from './exchange.ts'

export type Accounts = Required<CarrierAccounts>

/** `receiptsUrl`: where Bandwidth sends message receipts. It keeps this URL in the account. */
export function createAccounts(token: string, receiptsUrl: string): Accounts {
  const derived = (what: string) => createHmac('sha256', token).update(what).digest('hex')
  const uuid = (what: string) => derived(what).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
  return {
    twilio: { accountSid: `AC${derived('twilio').slice(32)}`, authToken: derived('twilio token').slice(32) },
    signalwire: {
      projectId: uuid('signalwire'),
      apiToken: `PT${derived('signalwire token').slice(24)}`,
      signingKey: `PSK_${derived('signalwire key').slice(40)}`,
    },
    bandwidth: {
      accountId: String(5_000_000 + (Number.parseInt(derived('bandwidth').slice(56), 16) % 1_000_000)),
      username: 'exchange',
      password: derived('bandwidth password').slice(32),
      voiceApplicationId: uuid('bandwidth voice'),
      messagingApplicationId: uuid('bandwidth messaging'),
      messagingCallbackUrl: receiptsUrl,
      callbackUsername: 'bandwidth',
      callbackPassword: derived('bandwidth callback').slice(32),
    },
    plivo: { authId: `MA${derived('plivo').slice(46).toUpperCase()}`, authToken: derived('plivo token').slice(24) },
  }
}

/** `origin`: where the exchange listens. */
export function accountVariables({ twilio, signalwire, bandwidth, plivo }: Accounts, origin: string) {
  return {
    twilio: {
      TWILIO_BASE_URL: origin,
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_FROM: '+12025550100',
    },
    signalwire: {
      SIGNALWIRE_BASE_URL: origin,
      SIGNALWIRE_PROJECT_ID: signalwire.projectId,
      SIGNALWIRE_API_TOKEN: signalwire.apiToken,
      SIGNALWIRE_SIGNING_KEY: signalwire.signingKey,
      SIGNALWIRE_FROM: '+12025550101',
    },
    bandwidth: {
      BANDWIDTH_VOICE_BASE_URL: `${origin}/bandwidth/voice/api/v2`,
      BANDWIDTH_MESSAGING_BASE_URL: `${origin}/bandwidth/messaging/api/v2`,
      BANDWIDTH_ACCOUNT_ID: bandwidth.accountId,
      BANDWIDTH_USERNAME: bandwidth.username,
      BANDWIDTH_PASSWORD: bandwidth.password,
      BANDWIDTH_VOICE_APPLICATION_ID: bandwidth.voiceApplicationId,
      BANDWIDTH_MESSAGING_APPLICATION_ID: bandwidth.messagingApplicationId,
      BANDWIDTH_CALLBACK_USERNAME: bandwidth.callbackUsername ?? '',
      BANDWIDTH_CALLBACK_PASSWORD: bandwidth.callbackPassword ?? '',
      BANDWIDTH_FROM: '+12025550102',
    },
    plivo: {
      PLIVO_BASE_URL: `${origin}/plivo`,
      PLIVO_AUTH_ID: plivo.authId,
      PLIVO_AUTH_TOKEN: plivo.authToken,
      PLIVO_FROM: '+12025550103',
    },
  }
}
