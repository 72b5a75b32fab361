// Uses an approval up, and gives the receipt of it.

import { hasEnded, NOT_FOUND } from '../challenges/refusals.ts'
import { beforeSaveDeadline } from '../challenges/save-deadline.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import { type Consumed, receiptClaims } from './receipt-claims.ts'
import type { ReceiptKeys } from './receipt-keys.ts'

/** `scope`, `details`: what the app takes it to be approved for. `key`: of a request that may be sent again. */
export type ConsumeRequest = { scope?: string; details?: string | null; key: string | null; arrivedAt: number }

export type Receipt = { receipt: string; numberKey: string; consumedAt: string; replayed: boolean }

export type ConsumeChallenge = (record: ChallengeRecord, request: ConsumeRequest) => Promise<Receipt | Refusal>

type Deps = {
  store: Pick<Store, 'challenges' | 'notifier'>
  keys: Omit<ReceiptKeys, 'published'>
  /** The receipts' `iss`. */
  issuer: string
  clock: Clock
}

export function createConsumeChallenge({ store, keys, issuer, clock }: Deps): ConsumeChallenge {
  return async ({ challenge: { id }, request }, { scope, details, key, arrivedAt }) => {
    const inTime = <T>(work: () => Promise<T>) => beforeSaveDeadline(clock, arrivedAt, work)
    if (scope !== undefined && scope !== request.scope) return conflict('The challenge is for another scope.')
    if (details !== undefined && details !== request.details) return conflict('The challenge has other details.')
    const isFirst = await inTime(() => store.challenges.consume(id, key))
    if (isFirst) store.notifier.publish(id)
    const record = await inTime(() => store.challenges.find(id))
    if (!record) return NOT_FOUND
    const { outcome } = record.challenge
    const { to } = record.request
    if (!outcome) return conflict('The challenge is pending: there is no approval yet.')
    if (outcome.status !== 'approved') return hasEnded(outcome.status)
    if (isConsumed(record) && !isFirst && (key === null || key !== record.consumptionKey))
      return conflict(`The approval was consumed at ${record.consumedAt}.`)
    if (!isConsumed(record) || to === null)
      return conflict('The number and the details of the challenge are no longer kept.')
    const ledger = await inTime(() => store.challenges.ledger(id))
    const numberKey = keys.numberKey(id)
    const claims = receiptClaims(issuer, record, { to, key: numberKey }, ledger)
    return {
      receipt: await keys.sign(claims),
      numberKey: numberKey.toString('base64url'),
      consumedAt: claims.consumed_at,
      replayed: !isFirst,
    }
  }
}

function isConsumed(record: ChallengeRecord): record is Consumed {
  return record.consumedAt !== null && record.endedAt !== null
}

function conflict(detail: string): Refusal {
  return { refused: 'conflict', detail }
}
