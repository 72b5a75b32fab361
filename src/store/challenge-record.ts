// A challenge as the database gives it, and as the code wants it: state and request apart.

import { getTableColumns } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Challenge, Delivery, Outcome } from '../domain/challenge.ts'
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

/** What the database adds by its own clock, or derives from the state. */
const DERIVED = [
  'charge',
  'createdAt',
  'expiresAt',
  'endedAt',
  'outcomeVersion',
  'consumedAt',
  'consumptionKey',
  'nextCheckAt',
  'checkPutOffTo',
  'ledger',
] as const

type Column = keyof typeof challenges.$inferSelect

/** By the database's clock, when it is read. */
type AsOfNow = Pick<ChallengeRecord, 'expired' | 'reported'> & { readAt: string }

export type VersionRow = AsOfNow & { last: Delivery }

export type ChallengeRow = Omit<typeof challenges.$inferSelect, 'nextCheckAt' | 'checkPutOffTo' | 'ledger'> & AsOfNow

const columns: Record<string, PgColumn> = getTableColumns(challenges)

/** What an insert is given. */
export const INSERTED_AS_GIVEN = (Object.keys(columns) as Column[]).filter(
  (key): key is Exclude<Column, (typeof DERIVED)[number]> => !DERIVED.some((derived) => derived === key),
)

const JSON_COLUMNS = new Set(Object.keys(columns).filter((key) => columns[key]!.getSQLType() === 'jsonb'))

/** The name of a column's parameter: other parameters of the same statement are named like columns, too. */
export const parameterOf = (key: string) => `column ${key}`

const parametersFrom = (keys: readonly string[]) => {
  const given = keys.map((key) => ({ key, name: parameterOf(key), isJson: JSON_COLUMNS.has(key) }))
  return (row: Record<string, unknown>): Record<string, Parameter> => {
    const parameters: Record<string, Parameter> = {}
    for (const { key, name, isJson } of given) {
      const value = row[key] as Parameter
      parameters[name] = isJson && value !== null ? JSON.stringify(value) : value
    }
    return parameters
  }
}
const insertParameters = parametersFrom(INSERTED_AS_GIVEN)
const saveParameters = parametersFrom(SAVED_BY)

/** A new challenge, as parameters. */
export function toRow(challenge: Challenge, request: ChallengeRequest): Record<string, Parameter> {
  return insertParameters({ ...request, ...stateOf(challenge) })
}

/** The columns that a save writes or finds the row by, as parameters. */
export function toParameters(challenge: Challenge): Record<string, Parameter> {
  return saveParameters(stateOf(challenge))
}

const columnsFrom = (keys: readonly string[]) => {
  const given = keys.map((key) => ({ key, name: columns[key]!.name }))
  return (row: Record<string, unknown>) => {
    const byName: Record<string, unknown> = {}
    for (const { key, name } of given) byName[name] = row[key]
    return byName
  }
}
const insertColumns = columnsFrom(INSERTED_AS_GIVEN)
const saveColumns = columnsFrom(SAVED_BY)

/** A new challenge, as it is and by the columns' names. */
export function toInsertedColumns(challenge: Challenge, request: ChallengeRequest): Record<string, unknown> {
  return insertColumns({ ...request, ...stateOf(challenge) })
}

/** The same of what a save writes or finds the row by. */
export function toSavedColumns(challenge: Challenge): Record<string, unknown> {
  return saveColumns(stateOf(challenge))
}

function stateOf({ outcome, ...state }: Challenge) {
  return { ...state, status: outcome?.status ?? 'pending', reason: outcome?.reason ?? null }
}

const STATE_FIELDS = Object.keys(STATE)
const REQUEST_FIELDS = Object.keys(columns).filter(
  (key) => !(key in STATE) && key !== 'status' && key !== 'reason' && !DERIVED.some((derived) => derived === key),
)

export function recordOf(row: ChallengeRow): ChallengeRecord {
  const { status, reason, createdAt, expiresAt, endedAt, outcomeVersion, charge, expired, reported, readAt } = row
  const { consumedAt, consumptionKey } = row
  // Both columns are written from one `Outcome`.
  const outcome = status === 'pending' ? null : ({ status, reason } as Outcome)
  const challenge = { ...fieldsOf(row, STATE_FIELDS), outcome } as Challenge
  return {
    challenge,
    request: fieldsOf(row, REQUEST_FIELDS) as ChallengeRequest,
    createdAt,
    expiresAt,
    endedAt,
    outcomeVersion,
    consumedAt,
    consumptionKey,
    charge,
    expired,
    reported,
    ...agesOf(challenge, readAt),
  }
}

/** A record whose version is still the row's. */
export function recordAsOfNow(
  record: ChallengeRecord,
  { expired, reported, readAt, last }: VersionRow,
): ChallengeRecord {
  return { ...record, expired, reported, ...agesOf({ deliveries: [last] }, readAt) }
}

/** Both times are the database's. A row that is broken has no age, and keeps none from being read that was read with it. */
function agesOf(
  { deliveries }: Pick<Challenge, 'deliveries'>,
  at: string,
): Pick<ChallengeRecord, 'deliveryAge' | 'turnAge'> {
  const last = Array.isArray(deliveries) ? deliveries.at(-1) : undefined
  const turn = last?.progress.state === 'ended' ? last.progress.openTurn : last?.progress
  const turnStartedAt = turn && 'turnStartedAt' in turn && turn.turnStartedAt
  return {
    deliveryAge: last ? secondsBetween(last.createdAt, at) : 0,
    turnAge: turnStartedAt ? secondsBetween(turnStartedAt, at) : 0,
  }
}

function fieldsOf(row: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const key of keys) fields[key] = row[key]
  return fields
}

/**
 * The path of the time that a new delivery, or a new turn of its call, does not bear yet: the database sets it. Only the
 * last delivery can be or have one, and never both at once, since a new delivery has not been answered.
 */
export function newTimePath({ deliveries }: Challenge): string | null {
  const last = deliveries.at(-1)
  if (last?.createdAt === '') return '{-1,createdAt}'
  const isNewTurn = last?.progress.state === 'answered' && last.progress.turnStartedAt === ''
  return isNewTurn ? '{-1,progress,turnStartedAt}' : null
}

function withNewTime(challenge: Challenge, at: string): Challenge['deliveries'] {
  const path = newTimePath(challenge)
  if (path === null) return challenge.deliveries
  const last = challenge.deliveries.at(-1)!
  const timed =
    last.createdAt === '' ? { ...last, createdAt: at } : { ...last, progress: { ...last.progress, turnStartedAt: at } }
  return challenge.deliveries.with(-1, timed as Delivery)
}

/** Once it rings, or has ended, a delivery is not given back: domain/unrung-delivery.ts. */
export function keepsCharge({ deliveries }: Challenge): boolean {
  const state = deliveries.at(-1)?.progress.state
  return state === 'placing' || state === 'sent'
}

/** A challenge as it was saved at a time by the database's clock; a save that leaves it pending was in time. */
export function savedRecord(
  before: ChallengeRecord,
  next: Challenge,
  at: string,
  charge: ChallengeRecord['charge'],
): ChallengeRecord {
  const challenge = { ...next, version: next.version + 1, deliveries: withNewTime(next, at) }
  return {
    ...before,
    challenge,
    endedAt: next.outcome && (before.endedAt ?? at),
    outcomeVersion: next.outcome && (before.outcomeVersion ?? challenge.version),
    charge,
    expired: false,
    reported: false,
    ...agesOf(challenge, at),
  }
}

function secondsBetween(one: string, other: string): number {
  return Math.max(0, (Date.parse(other) - Date.parse(one)) / 1000) || 0
}

/** A challenge as it was inserted: what the code gave, and the times that the database set. */
export function newRecord(
  challenge: Challenge,
  request: ChallengeRequest,
  { createdAt, expiresAt, charge }: Pick<ChallengeRow, 'createdAt' | 'expiresAt' | 'charge'>,
): ChallengeRecord {
  return {
    challenge: { ...challenge, deliveries: withNewTime(challenge, createdAt) },
    request,
    createdAt,
    expiresAt,
    endedAt: null,
    outcomeVersion: null,
    consumedAt: null,
    consumptionKey: null,
    charge,
    expired: false,
    reported: false,
    deliveryAge: 0,
    turnAge: 0,
  }
}
