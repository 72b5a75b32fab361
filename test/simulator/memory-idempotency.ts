// Idempotency keys in memory, by the rules of src/store/idempotency.ts.

import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { IdempotencyStore } from '../../src/store/idempotency.ts'

type Row = {
  fingerprint: string
  challengeId: ChallengeId | null
  body: string | null
  claimedAt: number
  createdAt: number
}

const CLAIMED_MS = 15_000
const DAY_MS = 86_400_000

export type MemoryIdempotency = IdempotencyStore & {
  /** Within the statement that makes the challenge. An empty id only asks. */
  tie(serviceId: string, key: string, id: ChallengeId | ''): boolean
}

export function memoryIdempotency(now: () => number): MemoryIdempotency {
  const rows = new Map<string, Row>()
  const nameOf = (serviceId: string, key: string) => `${serviceId} ${key}`

  return {
    async begin(serviceId, key, fingerprint) {
      const row = rows.get(nameOf(serviceId, key))
      if (!row) {
        rows.set(nameOf(serviceId, key), {
          fingerprint,
          challengeId: null,
          body: null,
          claimedAt: now(),
          createdAt: now(),
        })
        return { type: 'first' }
      }
      if (row.fingerprint !== fingerprint) return { type: 'mismatch' }
      if (row.body !== null) return { type: 'replay', body: JSON.parse(row.body) }
      if (row.claimedAt >= now() - CLAIMED_MS) return { type: 'in_progress' }
      row.claimedAt = now()
      return row.challengeId ? { type: 'unanswered', challengeId: row.challengeId } : { type: 'first' }
    },

    async finish(serviceId, key, challengeId, body) {
      const row = rows.get(nameOf(serviceId, key))
      if (!row || row.body !== null || (row.challengeId !== null && row.challengeId !== challengeId)) return
      row.challengeId = challengeId
      row.body = JSON.stringify(body)
    },

    async abandon(serviceId, key) {
      if (rows.get(nameOf(serviceId, key))?.challengeId === null) rows.delete(nameOf(serviceId, key))
    },

    async sweep() {
      for (const [name, row] of rows) if (row.createdAt < now() - DAY_MS) rows.delete(name)
    },

    tie(serviceId, key, id) {
      const row = rows.get(nameOf(serviceId, key))
      if (!row || row.challengeId !== null) return false
      if (id) row.challengeId = id
      return true
    },
  }
}
