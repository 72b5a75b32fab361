// A challenge as a row and back.

import type { Challenge, Flow, Outcome } from '../domain/challenge.ts'
import type { ChallengeRecord, ChallengeRequest } from './types.ts'

type Kept = {
  id: Challenge['id']
  service_id: string
  version: number
  status: 'pending' | Outcome['status']
  reason: Outcome['reason'] | null
  flow: Flow
  told: boolean
  attempts_left: number
  fallback: Challenge['fallback']
  deliveries: Challenge['deliveries']
  to: ChallengeRequest['to']
  masked: string
  number_hash: string
  region: string
  scope: string
  locale: ChallengeRequest['locale']
  details: string | null
  message: string | null
  code_length: number
  secret_id: string
  from_number: ChallengeRequest['from']
  carrier: ChallengeRequest['carrier']
  extension: string | null
  metadata: ChallengeRequest['metadata']
}

export type Row = Kept & {
  created_at: string
  expires_at: string
  ended_at: string | null
  outcome_version: number | null
  expired: boolean
  delivery_age: number
  turn_age: number
}

export function rowOf(challenge: Challenge, terms: ChallengeRequest): Kept {
  return {
    id: challenge.id,
    service_id: terms.serviceId,
    version: challenge.version,
    status: challenge.outcome?.status ?? 'pending',
    reason: challenge.outcome?.reason ?? null,
    flow: challenge.flow,
    told: challenge.codeDisclosed,
    attempts_left: challenge.attemptsLeft,
    fallback: challenge.fallback,
    deliveries: challenge.deliveries,
    to: terms.to,
    masked: terms.maskedNumber,
    number_hash: terms.numberHash,
    region: terms.region,
    scope: terms.scope,
    locale: terms.locale,
    details: terms.details,
    message: terms.message,
    code_length: terms.codeLength,
    secret_id: terms.secretId,
    from_number: terms.from,
    carrier: terms.carrier,
    extension: terms.extension,
    metadata: terms.metadata,
  }
}

export function storedOf(row: Row): ChallengeRecord {
  return {
    challenge: {
      id: row.id,
      flow: row.flow,
      version: row.version,
      attemptsLeft: row.attempts_left,
      codeDisclosed: row.told,
      fallback: row.fallback,
      deliveries: row.deliveries,
      // Written from an `Outcome`, so the two belong together.
      outcome: row.status === 'pending' ? null : ({ status: row.status, reason: row.reason } as Outcome),
    },
    request: {
      serviceId: row.service_id,
      to: row.to,
      maskedNumber: row.masked,
      numberHash: row.number_hash,
      region: row.region,
      scope: row.scope,
      locale: row.locale,
      details: row.details,
      message: row.message,
      codeLength: row.code_length,
      secretId: row.secret_id,
      from: row.from_number,
      carrier: row.carrier,
      extension: row.extension,
      metadata: row.metadata,
    },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    outcomeVersion: row.outcome_version,
    expired: row.expired,
    deliveryAge: row.delivery_age,
    turnAge: row.turn_age,
  }
}
