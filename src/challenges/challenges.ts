// What the rest of the house may ask of the engine: it reads, lets the machine decide, saves, and acts.

import type { Carrier, CarrierEvent } from '../carriers/carrier.ts'
import type { CarrierName, ChallengeId, Channel, E164, Flow } from '../domain/challenge.ts'
import type { Policy } from '../domain/events.ts'
import type { Locale } from '../domain/prompts.ts'
import type { Script } from '../domain/script.ts'
import type { GuardSettings } from '../guard/guard.ts'
import type { Logger } from '../log/logger.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, LedgerLine, Service } from '../store/types.ts'
import { regrets } from './abandoned-creates.ts'
import { carry } from './call-placement.ts'
import { listener } from './carrier-events.ts'
import { type ChallengeSecrets, challengeSecrets } from './challenge-secrets.ts'
import type { Clock } from './clock.ts'
import { challenges } from './create-challenge.ts'
import { sweeper } from './reconciler.ts'
import { waiting } from './subscriptions.ts'
import { actor } from './transition.ts'

/** A challenge as wanted by an app, checked in form: the number is E.164, every default is filled in. */
export type CreateChallenge = {
  to: E164
  flow: Flow
  channel: Channel
  scope: string
  locale: Locale
  details: string | null
  message: string | null
  codeLength: number
  expiresIn: number
  metadata: Record<string, string>
  from: E164 | null
  carrier: CarrierName | null
  fallback: Channel[]
  extension: string | null
  clientIp: string | null
}

/** A refusal is part of the product and so a value. `http/problems.ts` gives each code its status. */
export type Refusal = {
  refused:
    | 'country_not_allowed'
    | 'number_blocked'
    | 'policy'
    | 'not_found'
    | 'conflict'
    | 'invalid'
    | 'rate_limited'
    | 'carrier_unavailable'
  /** One sentence for the developer. Never a code or a full number. */
  detail: string
  /** Seconds, with `rate_limited`. */
  retryAfter?: number
  /** With `invalid`. */
  errors?: { path: string; message: string }[]
}

export type Challenges = {
  /** Places the first delivery before it answers. `idempotencyKey` is tied to the challenge in the same statement. */
  create(service: Service, wanted: CreateChallenge, idempotencyKey: string | null): Promise<ChallengeRecord | Refusal>
  /** The challenge as it is now; one past its time is expired first. */
  find(id: string): Promise<ChallengeRecord | null>
  /** Holds until the challenge is no longer pending, the time is over, or the signal ends it. */
  wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<ChallengeRecord | null>
  /** The challenge at once and after every change; the last bears the outcome. */
  watch(id: ChallengeId, signal: AbortSignal): AsyncGenerator<ChallengeRecord, void, void>
  check(id: ChallengeId, code: string): Promise<{ valid: boolean; stored: ChallengeRecord } | Refusal>
  cancel(id: ChallengeId): Promise<ChallengeRecord | Refusal>
  redeliver(id: ChallengeId, channel: Channel): Promise<ChallengeRecord | Refusal>
  ledger(id: ChallengeId): Promise<LedgerLine[]>
  secrets: ChallengeSecrets
  /** News from a carrier about a delivery of ours; the answer is what the person hears next, `null` for a stranger. */
  handleCarrierEvent(where: WebhookTarget, news: CarrierEvent): Promise<Script | null>
  /** Looks at everything whose time has come. */
  reconcile(): Promise<void>
  /** Ends the waits and lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Which of our links a carrier called. */
export type WebhookTarget = {
  carrier: CarrierName
  /** Of a caller whom we may know nothing else about. */
  locale: Locale
  challenge: string
  delivery: string
  turn: number | null
}

/** Everything the engine stands on. */
export type Ground = {
  store: Store
  /** In order of preference. */
  carriers: Carrier[]
  settings: Settings
  clock: Clock
  log: Logger
}

export type Settings = GuardSettings & {
  publicUrl: string
  /** Newest first. */
  secrets: string[]
  serviceName: string
  policy: Policy
  detectVoicemail: boolean
  /** The app wants outcomes pushed. */
  pushes: boolean
  /** The site whose pages the code is for, as the last line of a message for autofill. */
  origin: string | null
}

export function createChallenges(ground: Ground): Challenges {
  const act = actor(ground)
  const hands = carry(ground, act)
  const waits = waiting(ground, act, hands)
  const withdrawn = regrets(act)
  const sweep = sweeper(ground, act, hands)
  return {
    ...challenges(ground, act, hands, withdrawn),
    ...waits,
    handleCarrierEvent: listener(ground, act, hands),
    ledger: (id) => ground.store.challenges.ledger(id),
    secrets: challengeSecrets(ground.settings.secrets),
    async reconcile() {
      await withdrawn.round()
      await sweep()
    },
    stop: () => act.idle(),
  }
}
