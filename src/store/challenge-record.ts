// A challenge as the database gives it, and as the code wants it: state and request apart.

import { getTableColumns } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Challenge, Outcome } from '../domain/challenge.ts'
import type { Parameter } from './database.ts'
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

/** What a save is given, and how it finds the row. */
export const SAVED_BY = ['id', 'version', ...savedColumns] as const

/** By the database's clock, when it is read. */
type Measured = 'expired' | 'reported' | 'deliveryAge' | 'turnAge'

export type ChallengeRow = Omit<typeof challenges.$inferSelect, 'nextCheckAt'> & Pick<ChallengeRecord, Measured>

const columns: Record<string, PgColumn> = getTableColumns(challenges)
const JSON_COLUMNS = new Set(Object.keys(columns).filter((key) => columns[key]!.getSQLType() === 'jsonb'))

/** JSON of a row, by the columns' names. */
export function toRow(challenge: Challenge, request: ChallengeRequest): string {
  const row = { ...request, ...stateOf(challenge) }
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([key, value]) => [columns[key]!.name, value])))
}

/** The columns that a save writes or finds the row by, as parameters. */
export function toParameters(challenge: Challenge): Record<string, Parameter> {
  const state: Record<string, unknown> = stateOf(challenge)
  const parameters: Record<string, Parameter> = {}
  for (const key of SAVED_BY)
    parameters[key] = JSON_COLUMNS.has(key) ? JSON.stringify(state[key]) : (state[key] as Parameter)
  return parameters
}

function stateOf({ outcome, ...state }: Challenge) {
  return { ...state, status: outcome?.status ?? 'pending', reason: outcome?.reason ?? null }
}

const STATE_FIELDS = Object.keys(STATE)
const DERIVED = ['status', 'reason', 'charge', 'createdAt', 'expiresAt', 'endedAt', 'outcomeVersion', 'nextCheckAt']
const REQUEST_FIELDS = Object.keys(columns).filter((key) => !(key in STATE) && !DERIVED.includes(key))

export function recordOf(row: ChallengeRow): ChallengeRecord {
  const {
    status,
    reason,
    createdAt,
    expiresAt,
    endedAt,
    outcomeVersion,
    charge,
    expired,
    reported,
    deliveryAge,
    turnAge,
  } = row
  // Both columns are written from one `Outcome`.
  const outcome = status === 'pending' ? null : ({ status, reason } as Outcome)
  return {
    challenge: { ...fieldsOf(row, STATE_FIELDS), outcome } as Challenge,
    request: fieldsOf(row, REQUEST_FIELDS) as ChallengeRequest,
    createdAt,
    expiresAt,
    endedAt,
    outcomeVersion,
    charge,
    expired,
    reported,
    deliveryAge,
    turnAge,
  }
}

function fieldsOf(row: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const key of keys) fields[key] = row[key]
  return fields
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
    reported: false,
    deliveryAge: 0,
    turnAge: 0,
  }
}
