// A challenge as the database gives it, and as the code wants it: state and request apart.

import { getTableColumns } from 'drizzle-orm'
import type { Challenge, Outcome } from '../domain/challenge.ts'
import { challenges } from './schema.ts'
import type { ChallengeRecord, ChallengeRequest } from './types.ts'

type StateField = keyof Omit<Challenge, 'outcome'>

/** One column for each field of a `Challenge`; its outcome has two, `status` and `reason`. */
const STATE = {
  id: true,
  flow: true,
  version: true,
  attemptsLeft: true,
  codeDisclosed: true,
  fallback: true,
  deliveries: true,
} as const satisfies Record<StateField, true>

const FIXED = ['id', 'flow', 'version'] as const

/** What `save` writes as it is given. */
export const savedColumns = [...Object.keys(STATE), 'status', 'reason'].filter(
  (name) => !FIXED.some((fixed) => fixed === name),
) as Exclude<StateField | 'status' | 'reason', (typeof FIXED)[number]>[]

/** By the database's clock, when it is read. */
type Measured = 'expired' | 'deliveryAge' | 'turnAge'

export type ChallengeRow = Omit<typeof challenges.$inferSelect, 'nextCheckAt'> & Pick<ChallengeRecord, Measured>

/** JSON of a row, by the columns' names. */
export function toRow({ outcome, ...state }: Challenge, request: ChallengeRequest | null): string {
  const row = { ...request, ...state, status: outcome?.status ?? 'pending', reason: outcome?.reason ?? null }
  const columns: Record<string, { name: string }> = getTableColumns(challenges)
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([key, value]) => [columns[key]!.name, value])))
}

export function recordOf(row: ChallengeRow): ChallengeRecord {
  const { createdAt, expiresAt, endedAt, outcomeVersion, charge, expired, deliveryAge, turnAge, ...columns } = row
  const { status, reason, ...rest } = columns
  const entries = Object.entries(rest)
  // Both columns are written from one `Outcome`.
  const outcome = status === 'pending' ? null : ({ status, reason } as Outcome)
  return {
    challenge: { ...Object.fromEntries(entries.filter(([key]) => key in STATE)), outcome } as Challenge,
    request: Object.fromEntries(entries.filter(([key]) => !(key in STATE))) as ChallengeRequest,
    createdAt,
    expiresAt,
    endedAt,
    outcomeVersion,
    charge,
    expired,
    deliveryAge,
    turnAge,
  }
}

/** A challenge as it was inserted: what the code gave, and the times that the database set. */
export function newRecord(
  challenge: Challenge,
  request: ChallengeRequest,
  { createdAt, expiresAt, charge }: Pick<ChallengeRow, 'createdAt' | 'expiresAt' | 'charge'>,
): ChallengeRecord {
  const deliveries = challenge.deliveries.map((delivery) => ({ ...delivery, createdAt }))
  return {
    challenge: { ...challenge, deliveries },
    request,
    createdAt,
    expiresAt,
    endedAt: null,
    outcomeVersion: null,
    charge,
    expired: false,
    deliveryAge: 0,
    turnAge: 0,
  }
}
