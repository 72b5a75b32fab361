import type { CarrierName, E164 } from '../domain/challenge.ts'
import type { Policy } from '../domain/events.ts'
import type { Locale } from '../domain/locale.ts'
import type { Messages } from '../domain/message-settings.ts'
import type { GuardSettings } from '../guard/guard.ts'
import type { TrafficSettings } from '../guard/traffic-rules.ts'

/** What the operator decides about the challenges of one service. */
export type ServiceSettings = GuardSettings & {
  serviceName: string
  /** The only carriers that may be tried, in order of preference; `null`: all, as the server has them. */
  carriers: readonly CarrierName[] | null
  /** Whom calls and messages come from, where it is not the carrier account's own sender. */
  from: Partial<Record<CarrierName, E164>>
  /** Where the creation does not say. */
  sharedPhrase: boolean
  detectVoicemail: boolean
  /** The app wants outcomes pushed. */
  pushes: boolean
  /** The site whose pages the code is for, as the last line of a message for autofill. */
  origin: string | null
  /** Where the creation does not say. */
  locale: Locale
  /** Sentences that carry a code, where the creation has none. */
  messages: Messages
}

/** Of a service as it is set now. One that is not known has the server's own. */
export type SettingsOf = (serviceId: string) => ServiceSettings

/** What the operator decides about all challenges. */
export type InstallationSettings = {
  publicUrl: string
  /** Newest first. */
  secrets: string[]
  /** Where a number in no known range is taken, if its length is possible. */
  possibleRegions: ReadonlySet<string> | '*'
  policy: Policy
  /** How many times faster than a carrier's voice the scripts are spoken: more than 1 only by the exchange. */
  speechSpeed: number
  traffic: TrafficSettings
  /** The operator's own endpoint is told when a rule of the guard begins and ends. */
  guardPushes: boolean
}

/** Both, as the server is set where a service says nothing else. */
export type ChallengeSettings = InstallationSettings & ServiceSettings
