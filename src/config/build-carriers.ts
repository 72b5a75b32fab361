// Builds the configured carriers, in order of preference. The non-null assertions rely on `readConfig`, which has refused a
// carrier with a missing setting.

import { bandwidth } from '../carriers/bandwidth/bandwidth.ts'
import type { AccountSettings, Carrier } from '../carriers/carrier.ts'
import { plivo } from '../carriers/plivo/plivo.ts'
import { signalwire } from '../carriers/signalwire/signalwire.ts'
import { twilio } from '../carriers/twilio/twilio.ts'
import { CARRIERS, type CarrierName } from '../domain/challenge.ts'
import type { Values } from './settings.ts'

export function buildCarriers(names: CarrierName[], values: Values): Carrier[] {
  return names.map((name) => BUILDERS[name](values))
}

/** The regions of the numbers that calls come from: they may be called where ALLOWED_COUNTRIES is not set. */
export function homeRegions(values: Values): Set<string> {
  return new Set(PREFIXES.flatMap((prefix) => values[`${prefix}_FROM`]?.region ?? []))
}

type Prefix = Uppercase<CarrierName>
const PREFIXES = CARRIERS.map((name) => name.toUpperCase() as Prefix)

/** What the settings of every carrier have. */
function accountSettings(values: Values, prefix: Prefix): AccountSettings {
  return {
    from: values[`${prefix}_FROM`]!.number,
    smsFrom: values[`${prefix}_SMS_FROM`] ?? null,
    callsPerSecond: values[`${prefix}_CALLS_PER_SECOND`],
    messagesPerSecond: values[`${prefix}_MESSAGES_PER_SECOND`],
  }
}

const BUILDERS: Record<CarrierName, (values: Values) => Carrier> = {
  twilio: (v) =>
    twilio({
      ...accountSettings(v, 'TWILIO'),
      accountSid: v.TWILIO_ACCOUNT_SID!,
      authTokens: v.TWILIO_AUTH_TOKEN!,
      messagingServiceSid: v.TWILIO_MESSAGING_SERVICE_SID ?? null,
      baseUrl: v.TWILIO_BASE_URL,
    }),
  signalwire: (v) =>
    signalwire({
      ...accountSettings(v, 'SIGNALWIRE'),
      projectId: v.SIGNALWIRE_PROJECT_ID!,
      apiToken: v.SIGNALWIRE_API_TOKEN!,
      signingKeys: v.SIGNALWIRE_SIGNING_KEY!,
      messagingServiceSid: v.SIGNALWIRE_MESSAGING_SERVICE_SID ?? null,
      baseUrl: v.SIGNALWIRE_BASE_URL!,
    }),
  bandwidth: (v) =>
    bandwidth({
      ...accountSettings(v, 'BANDWIDTH'),
      accountId: v.BANDWIDTH_ACCOUNT_ID!,
      username: v.BANDWIDTH_USERNAME!,
      password: v.BANDWIDTH_PASSWORD!,
      voiceApplicationId: v.BANDWIDTH_VOICE_APPLICATION_ID!,
      messagingApplicationId: v.BANDWIDTH_MESSAGING_APPLICATION_ID!,
      callbackUsername: v.BANDWIDTH_CALLBACK_USERNAME!,
      callbackPasswords: v.BANDWIDTH_CALLBACK_PASSWORD!,
      voiceBaseUrl: v.BANDWIDTH_VOICE_BASE_URL,
      messagingBaseUrl: v.BANDWIDTH_MESSAGING_BASE_URL,
    }),
  plivo: (v) =>
    plivo({
      ...accountSettings(v, 'PLIVO'),
      authId: v.PLIVO_AUTH_ID!,
      authTokens: v.PLIVO_AUTH_TOKEN!,
      powerpackUuid: v.PLIVO_POWERPACK_UUID ?? null,
      baseUrl: v.PLIVO_BASE_URL,
    }),
}
