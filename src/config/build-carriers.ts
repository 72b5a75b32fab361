// From the settings to the carriers, in order of preference. The compiler has no way to see that a carrier whose settings
// are complete has them all; `readConfig` has looked.

import { bandwidth } from '../carriers/bandwidth/bandwidth.ts'
import type { Carrier } from '../carriers/carrier.ts'
import { plivo } from '../carriers/plivo/plivo.ts'
import { signalwire } from '../carriers/signalwire/signalwire.ts'
import { twilio } from '../carriers/twilio/twilio.ts'
import type { CarrierName } from '../domain/challenge.ts'
import type { Values } from './settings.ts'

export function buildCarriers(names: CarrierName[], values: Values): Carrier[] {
  return names.map((name) => MAKERS[name](values))
}

const MAKERS: Record<CarrierName, (values: Values) => Carrier> = {
  twilio: (v) =>
    twilio({
      accountSid: v.TWILIO_ACCOUNT_SID!,
      authTokens: v.TWILIO_AUTH_TOKEN!,
      from: v.TWILIO_FROM!.number,
      baseUrl: v.TWILIO_BASE_URL,
    }),
  signalwire: (v) =>
    signalwire({
      projectId: v.SIGNALWIRE_PROJECT_ID!,
      apiToken: v.SIGNALWIRE_API_TOKEN!,
      signingKeys: v.SIGNALWIRE_SIGNING_KEY!,
      from: v.SIGNALWIRE_FROM!.number,
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
      baseUrl: v.PLIVO_BASE_URL,
    }),
}
