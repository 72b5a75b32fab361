// What the store keeps and gives back. Times are ISO 8601 strings of the database's clock.

import type { CarrierName, Challenge, ChallengeId, DeliveryId, E164 } from '../domain/challenge.ts'
import type { Locale } from '../domain/prompts.ts'

export type Service = { id: string; name: string }

/** What was asked for; fixed at creation. */
export type ChallengeRequest = {
  serviceId: string
  /** `null` once retention has taken it. */
  to: E164 | null
  /** `+1••••••0123`: what pages, logs and webhooks may show. */
  maskedNumber: string
  /** Keyed hash of the number, for limits and for the one live call. */
  numberHash: string
  region: string
  scope: string
  locale: Locale
  details: string | null
  message: string | null
  codeLength: number
  /** Which master secret the code and the page token derive from. */
  secretId: string
  from: E164 | null
  /** The only carrier allowed, when the app pins one. */
  carrier: CarrierName | null
  extension: string | null
  metadata: Record<string, string>
}

export type ChallengeRecord = {
  challenge: Challenge
  request: ChallengeRequest
  createdAt: string
  expiresAt: string
  endedAt: string | null
  /** The version that bore the outcome; it may have grown since, when the delivery ended. */
  outcomeVersion: number | null
  /** Pending and past its time, by the database's clock when it was read. */
  expired: boolean
  /** Seconds since the present delivery was created, by the database's clock. */
  deliveryAge: number
  /** Seconds since the present turn of an answered call began, by the database's clock; 0 before and after. */
  turnAge: number
}

/** One line of the ledger: what happened to a challenge. Never a code, a key or a full number. */
export type LedgerEntry = {
  type: string
  delivery: DeliveryId | null
  facts: Record<string, string | number | boolean | null>
}

/** An outcome or a delivery's end, to be pushed to the app. */
export type OutboxMessage = { id: `msg_${string}`; type: string }

export type SaveChallenge = {
  next: Challenge
  entry: LedgerEntry
  outbox: OutboxMessage[]
  /** A call is placing, ringing or answered: holds the one live call of the number. */
  hasActiveCall: boolean
  /** When the sweeper should look again, if nothing happens; `null`: only at its expiry, or never once it has ended. */
  secondsUntilCheck: number | null
  /** Save only while the challenge has not expired: an approval is nothing outside its time. */
  inTime: boolean
}

export type LedgerLine = LedgerEntry & { challenge: ChallengeId; version: number; at: string }
