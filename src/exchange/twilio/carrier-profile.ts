// Two companies speak Twilio's API. Whatever one of them does otherwise is said here, once for each.

import type { Tongue } from '../markup/twiml.ts'
import type { Form } from '../rest/form.ts'
import type { Call } from '../simulator/call.ts'
import type { Company } from '../simulator/carrier-name.ts'

export type Manner = {
  company: Company
  accountId: string
  /** Where the account's resources are. */
  path: string
  /** Those that calls and messages may come from; any, when `null`. */
  numbers: string[] | null
  newSid(kind: 'CA' | 'SM'): string
  callEvents: readonly string[]
  detectionModes: readonly string[]
  longestDetection: number
  /** Reads the parameters of a new call that the other does not know. */
  readOwn(form: Form): { maxMs: number }
  /** What the Calls resource holds besides, or instead. */
  own(call: Call, sip: number | null): Record<string, unknown>
  tongue: Tongue
  /** Parameters of webhooks that have another name, or that are not sent. */
  renamed: Record<string, string | null>
  signature: { header: string; key: string }
  headers(): Record<string, string>
  /** Milliseconds that the app is given to answer. */
  patience: number
  /** What it is called when the app's answer will not do, comes too late, or never. */
  codes: { refused: number; late: number; unreached: number }
}
