// What the rest of the house may ask of the engine. It reads, lets the machine decide, saves, and acts.

import type { CarrierName, ChallengeId, Channel, DeliveryId, E164, Flow } from '../core/challenge.ts'
import type { Locale } from '../core/prompts/prompts.ts'
import type { Script } from '../core/script.ts'
import type { Links, News } from '../carriers/carrier.ts'
import type { LedgerLine, Service, Stored } from '../store/records.ts'

/** A challenge as wanted by an app, checked in form: the number is E.164, every default is filled in. */
export type Wanted = {
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

export type Engine = {
  /** Places the first delivery before it answers. `idempotencyKey` is tied to the challenge in the same statement. */
  create(service: Service, wanted: Wanted, idempotencyKey: string | null): Promise<Stored | Refusal>
  /** The challenge as it is now; one past its time is expired first. */
  find(id: string): Promise<Stored | null>
  /** Holds until the challenge is no longer pending, the time is over, or the signal ends it. */
  wait(id: ChallengeId, seconds: number, signal: AbortSignal): Promise<Stored | null>
  /** The challenge at once and after every change; the last bears the outcome. */
  watch(id: ChallengeId, signal: AbortSignal): AsyncGenerator<Stored, void, void>
  check(id: ChallengeId, code: string): Promise<{ valid: boolean; stored: Stored } | Refusal>
  cancel(id: ChallengeId): Promise<Stored | Refusal>
  redeliver(id: ChallengeId, channel: Channel): Promise<Stored | Refusal>
  ledger(id: ChallengeId): Promise<LedgerLine[]>
  /** The code that a `keypad_code` page shows. */
  displayCode(stored: Stored): string
  pageToken(stored: Stored): string
  isPageToken(stored: Stored, token: string): boolean
  /** News from a carrier about a delivery of ours; the answer is what the person hears next, `null` for a stranger. */
  hear(
    where: { carrier: CarrierName; challenge: string; delivery: string; turn: number | null },
    news: News,
  ): Promise<Script | null>
  links(carrier: CarrierName, challenge: ChallengeId, delivery: DeliveryId): Links
}
