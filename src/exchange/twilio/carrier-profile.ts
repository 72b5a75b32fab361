// How Twilio and SignalWire, which share one API, differ.

import type { TtsProfile } from '../markup/twiml.ts'
import type { Form } from '../rest/form.ts'
import type { Call } from '../simulator/call.ts'
import type { CarrierName } from '../simulator/carrier-name.ts'

export type CarrierProfile = {
  carrier: CarrierName
  accountId: string
  /** The path of the account's resources. */
  path: string
  /** The allowed `From` numbers; all when `null`. */
  numbers: string[] | null
  newSid(kind: 'CA' | 'SM'): string
  callEvents: readonly string[]
  detectionModes: readonly string[]
  maxDetectionSeconds: number
  /** Parses the parameters of a new call that only this carrier knows. */
  parseExtraParameters(form: Form): { maxMs: number }
  /** Fields of the call resource that replace or extend the common ones. */
  extraCallFields(call: Call, sip: number | null): Record<string, unknown>
  tts: TtsProfile
  /** Webhook parameters with another name; `null`: not sent. */
  renamedWebhookParameters: Record<string, string | null>
  signature: { header: string; key: string }
  headers(): Record<string, string>
  /** How long the app may take to answer. */
  webhookTimeoutMs: number
  /** The error codes for an answer that is refused, late or missing. */
  webhookErrorCodes: { refused: number; late: number; unreached: number }
}
