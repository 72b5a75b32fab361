// Builds the configured carriers, in order of preference. The non-null assertions rely on `readConfig`, which has refused a
// carrier with a missing setting.

import { bandwidth } from '../carriers/bandwidth/bandwidth.ts'
import type { Carrier } from '../carriers/carrier.ts'
import { plivo } from '../carriers/plivo/plivo.ts'
import { signalwire } from '../carriers/signalwire/signalwire.ts'
import { twilio } from '../carriers/twilio/twilio.ts'
import type { CarrierName } from '../domain/challenge.ts'
import type { Values } from './settings.ts'

export function buildCarriers(names: CarrierName[], values: Values): Carrier[] {
  return names.map((name) => BUILDERS[name](values))
}

const BUILDERS: Record<CarrierName, (values: Values) => Carrier> = {
  twilio: (v) =>
    twilio({
      accountSid: v.TWILIO_ACCOUNT_SID!,
      authTokens: v.TWILIO_AUTH_TOKEN!,
      from: v.TWILIO_FROM!.number,
      smsFrom: v.TWILIO_SMS_FROM ?? null,
      callsPerSecond: v.TWILIO_CALLS_PER_SECOND,
      messagesPerSecond: v.TWILIO_MESSAGES_PER_SECOND,
      messagingServiceSid: v.TWILIO_MESSAGING_SERVICE_SID ?? null,
      baseUrl: v.TWILIO_BASE_URL,
    }),
  signalwire: (v) =>
    signalwire({
      projectId: v.SIGNALWIRE_PROJECT_ID!,
      apiToken: v.SIGNALWIRE_API_TOKEN!,
      signingKeys: v.SIGNALWIRE_SIGNING_KEY!,
      from: v.SIGNALWIRE_FROM!.number,
      smsFrom: v.SIGNALWIRE_SMS_FROM ?? null,
      callsPerSecond: v.SIGNALWIRE_CALLS_PER_SECOND,
      messagesPerSecond: v.SIGNALWIRE_MESSAGES_PER_SECOND,
      messagingServiceSid: v.SIGNALWIRE_MESSAGING_SERVICE_SID ?? null,
      baseUrl: v.SIGNALWIRE_BASE_URL!,
    }),
  bandwidth: (v) =>
    bandwidth({
      accountId: v.BANDWIDTH_ACCOUNT_ID!,
      username: v.BANDWIDTH_USERNAME!,
      password: v.BANDWIDTH_PASSWORD!,
      voiceApplicationId: v.BANDWIDTH_VOICE_APPLICATION_ID!,
      messagingApplicationId: v.BANDWIDTH_MESSAGING_APPLICATION_ID!,
      from: v.BANDWIDTH_FROM!.number,
      smsFrom: v.BANDWIDTH_SMS_FROM ?? null,
      callsPerSecond: v.BANDWIDTH_CALLS_PER_SECOND,
      messagesPerSecond: v.BANDWIDTH_MESSAGES_PER_SECOND,
      callbackUsername: v.BANDWIDTH_CALLBACK_USERNAME!,
      callbackPassword: v.BANDWIDTH_CALLBACK_PASSWORD!,
      voiceBaseUrl: v.BANDWIDTH_VOICE_BASE_URL,
      messagingBaseUrl: v.BANDWIDTH_MESSAGING_BASE_URL,
    }),
  plivo: (v) =>
    plivo({
      authId: v.PLIVO_AUTH_ID!,
      authTokens: v.PLIVO_AUTH_TOKEN!,
      from: v.PLIVO_FROM!.number,
      smsFrom: v.PLIVO_SMS_FROM ?? null,
      callsPerSecond: v.PLIVO_CALLS_PER_SECOND,
      messagesPerSecond: v.PLIVO_MESSAGES_PER_SECOND,
      powerpackUuid: v.PLIVO_POWERPACK_UUID ?? null,
      baseUrl: v.PLIVO_BASE_URL,
    }),
}
