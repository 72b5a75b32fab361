// What the store keeps and gives back, inferred from the schema. Times are ISO 8601 strings of the database's clock.

import type { Challenge, ChallengeId } from '../domain/challenge.ts'
import type { SlotRequest } from './carrier-rate-limit.ts'
import type { FailureChange } from './failure-counters.ts'
import type { IdempotencyClaim } from './idempotency.ts'
import type { NewRule, RuleQuestion } from './number-rules.ts'
import type { PrefixQuestion } from './prefix-traffic.ts'
import type { DeliveryAdmission } from './rate-limits.ts'
import type { ChargedCounter, challengeEvents, challenges, outbox } from './schema.ts'
import type { GateEntry } from './wrong-gates.ts'

/** As an app is known to a request: its name is the one that is spoken. */
export type Service = { id: string; name: string }

type ChallengeRow = typeof challenges.$inferSelect

/** Columns that hold the state of a challenge. */
type StateColumn = keyof Omit<Challenge, 'outcome'> | 'status' | 'reason'

/** Columns that the database fills by its own clock or derives from the state. */
type DerivedColumn =
  | 'charge'
  | 'createdAt'
  | 'expiresAt'
  | 'endedAt'
  | 'outcomeVersion'
  | 'consumedAt'
  | 'consumptionKey'
  | 'nextCheckAt'
  | 'checkPutOffTo'
  | 'ledger'

/** What was asked for; fixed at creation: every column that is neither state nor derived. */
export type ChallengeRequest = Omit<ChallengeRow, StateColumn | DerivedColumn>

export type ChallengeRecord = Pick<
  ChallengeRow,
  'createdAt' | 'expiresAt' | 'endedAt' | 'outcomeVersion' | 'consumedAt' | 'consumptionKey' | 'charge'
> & {
  challenge: Challenge
  request: ChallengeRequest
  /** Pending and past its time, by the database's clock when it was read. */
  expired: boolean
  /** Pending, though the person at its number has reported the service as fraud: it is to be ended. */
  reported: boolean
  /** Seconds since the present delivery was created, by the database's clock. */
  deliveryAge: number
  /** Seconds since `turnStartedAt` of the present or the open turn of a call, by the database's clock; 0 where there is none. */
  turnAge: number
}

type EventRow = (typeof challengeEvents)['$inferSelect']

/** One line of the ledger: what happened to a challenge. Never a code, a key or a full number. */
export type LedgerEntry = { type: EventRow['type']; delivery: EventRow['deliveryId']; facts: EventRow['data'] }
export type LedgerLine = LedgerEntry & { challenge: ChallengeId; version: number; at: string }

/** `version`: what the challenge was when its check came due. */
export type DueCheck = Pick<Challenge, 'id' | 'version'>

/** An outcome or a delivery's end, to be pushed to the app. */
export type OutboxMessage = Pick<typeof outbox.$inferSelect, 'id' | 'type'> & {
  /** From now to the `until` that it tells of. */
  seconds?: number
}

/** It begins only when no limit is exhausted and nothing is locked. */
export type DeliveryStart = DeliveryAdmission & {
  /** Whether a rule stands against it. */
  rules: RuleQuestion
  /** The number's hashes when it is a call: until the call is over the number can have no other. */
  hold: readonly string[]
  /** The numbers like it that it counts among, if it does. */
  prefix?: PrefixQuestion | null
}

export type InsertChallenge = {
  challenge: Challenge
  request: ChallengeRequest
  /** Seconds. */
  expiresIn: number
  /** The challenge takes the key in the statement that makes it, so that a request sent twice makes one challenge. */
  idempotency: IdempotencyClaim | null
  /** A slot in the rate of the first delivery's carrier, reserved in the same statement; `null`: it needs none. */
  slot: SlotRequest | null
}

export type SaveChallenge = {
  /** As it was read or saved under the version of `next`. */
  before: ChallengeRecord
  next: Challenge
  entry: LedgerEntry
  outbox: OutboxMessage[]
  /** What was learnt of the number. */
  rules: readonly NewRule[]
  /** A call is over: its number is free. */
  callOver: boolean
  /** Save only while no page is connected. */
  withoutPage: boolean
  /** The keys of a gate were right, or wrong: counted for their number. */
  gateEntry: GateEntry | null
  /** Failures and successes that are counted for the number; an approval among them proves it to be the owner's. */
  failures: readonly FailureChange[]
  owner: readonly string[]
  /** What a delivery that ended had been counted against, and is given back. */
  refund: readonly ChargedCounter[]
  /**
   * When the reconciler should look again, if nothing happens; `null`: only at its expiry, or never once it has ended;
   * `as_planned`: when it would have looked anyway.
   */
  secondsUntilCheck: number | null | 'as_planned'
  /**
   * Save only while the challenge has not expired, and its number not reported the service: nothing but its end happens to a
   * pending one after that.
   */
  inTime: boolean
}

/** What is saved beside a new challenge, whose first delivery begins. */
export type Creation = Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'> & { begins: DeliveryStart }
