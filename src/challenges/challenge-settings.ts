import type { Policy } from '../domain/events.ts'
import type { GuardSettings } from '../guard/guard.ts'

/** What the operator decides about challenges. */
export type ChallengeSettings = GuardSettings & {
  publicUrl: string
  /** Newest first. */
  secrets: string[]
  serviceName: string
  /** Where a number in no known range is taken, if its length is possible. */
  possibleRegions: ReadonlySet<string> | '*'
  policy: Policy
  /** Where the creation does not say. */
  sharedPhrase: boolean
  /** How many times faster than a carrier's voice the scripts are spoken: more than 1 only by the exchange. */
  speechSpeed: number
  detectVoicemail: boolean
  /** The app wants outcomes pushed. */
  pushes: boolean
  /** The site whose pages the code is for, as the last line of a message for autofill. */
  origin: string | null
}
