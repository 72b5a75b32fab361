// Two companies speak Twilio's API. Whatever one of them does otherwise is said here, once for each.

import type { TtsProfile } from '../markup/twiml.ts'
import type { Form } from '../rest/form.ts'
import type { Call } from '../simulator/call.ts'
import type { CarrierName } from '../simulator/carrier-name.ts'

export type CarrierProfile = {
  carrier: CarrierName
  accountId: string
  /** Where the account's resources are. */
  path: string
  /** Those that calls and messages may come from; any, when `null`. */
  numbers: string[] | null
  newSid(kind: 'CA' | 'SM'): string
  callEvents: readonly string[]
  detectionModes: readonly string[]
  maxDetectionSeconds: number
  /** Reads the parameters of a new call that the other does not know. */
  parseExtraParameters(form: Form): { maxMs: number }
  /** What the Calls resource holds besides, or instead. */
  extraCallFields(call: Call, sip: number | null): Record<string, unknown>
  tts: TtsProfile
  /** Parameters of webhooks that have another name, or that are not sent. */
  renamedWebhookParameters: Record<string, string | null>
  signature: { header: string; key: string }
  headers(): Record<string, string>
  /** Milliseconds that the app is given to answer. */
  webhookTimeoutMs: number
  /** What it is called when the app's answer will not do, comes too late, or never. */
  webhookErrorCodes: { refused: number; late: number; unreached: number }
}
