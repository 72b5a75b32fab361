// Idempotency keys in memory, by the rules of src/store/idempotency.ts.

import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { IdempotencyClaim, IdempotencyStore } from '../../src/store/idempotency.ts'

type Row = {
  fingerprint: string
  challengeId: ChallengeId
  body: string | null
  claimedAt: number
  createdAt: number
}

const CLAIMED_MS = 15_000
const DAY_MS = 86_400_000

export type MemoryIdempotency = IdempotencyStore & {
  isTaken(serviceId: string, key: string): boolean
  /** Within the statement that makes the challenge. */
  take(serviceId: string, claim: IdempotencyClaim, challengeId: ChallengeId): void
}

export function memoryIdempotency(now: () => number): MemoryIdempotency {
  const rows = new Map<string, Row>()
  const nameOf = (serviceId: string, key: string) => `${serviceId} ${key}`

  return {
    async find(serviceId, key, fingerprints) {
      const row = rows.get(nameOf(serviceId, key))
      if (!row) return null
      if (!fingerprints.includes(row.fingerprint)) return { type: 'mismatch' }
      if (row.body !== null) return { type: 'replay', body: JSON.parse(row.body) }
      if (row.claimedAt >= now() - CLAIMED_MS) return { type: 'in_progress' }
      row.claimedAt = now()
      return { type: 'unanswered', challengeId: row.challengeId }
    },

    async finish(serviceId, key, challengeId, body) {
      const row = rows.get(nameOf(serviceId, key))
      if (row?.body === null && row.challengeId === challengeId) row.body = JSON.stringify(body)
    },

    async sweep() {
      for (const [name, row] of rows) if (row.createdAt < now() - DAY_MS) rows.delete(name)
    },

    isTaken: (serviceId, key) => rows.has(nameOf(serviceId, key)),

    take(serviceId, { key, fingerprint }, challengeId) {
      rows.set(nameOf(serviceId, key), { fingerprint, challengeId, body: null, claimedAt: now(), createdAt: now() })
    },
  }
}
