// Challenges in memory, by the same rules as the statements of src/store/challenges.ts. One call is one statement: it
// happens as a whole, at one moment, or not at all.

import type { Challenge, ChallengeId } from '../../src/domain/challenge.ts'
import type { ChallengeStore } from '../../src/store/challenges.ts'
import type {
  ChallengeRecord,
  ChallengeRequest,
  LedgerLine,
  OutboxMessage,
  SaveChallenge,
} from '../../src/store/types.ts'

/** What one commit has made of a challenge. */
export type Commit = { stored: ChallengeRecord; line: LedgerLine; outbox: OutboxMessage[] }

type Row = {
  challenge: Challenge
  request: ChallengeRequest
  createdAt: number
  expiresAt: number
  endedAt: number | null
  outcomeVersion: number | null
  activeCallHash: string | null
  nextCheckAt: number | null
}

type Parts = {
  now: () => number
  /** Ties a challenge to its idempotency key; `false`: the key is taken. */
  tie(serviceId: string, key: string, id: ChallengeId): boolean
  post(message: OutboxMessage, challenge: ChallengeId): void
  committed(commit: Commit): void
}

export type MemoryChallenges = ChallengeStore & {
  /** As it is, without asking anybody. */
  rows(): ChallengeRecord[]
  anyDue(): boolean
  holders(numberHash: string): number
}

const LEASE_MS = 5_000

export function memoryChallenges({ now, tie, post, committed }: Parts): MemoryChallenges {
  const rows = new Map<string, Row>()
  const lines = new Map<string, LedgerLine[]>()

  function commit(
    row: Row,
    { entry, outbox, hasActiveCall, secondsUntilCheck }: Omit<SaveChallenge, 'next' | 'inTime'>,
  ): ChallengeRecord {
    const { id, outcome, version } = row.challenge
    row.activeCallHash = hasActiveCall ? row.request.numberHash : null
    if (outcome) {
      row.endedAt ??= now()
      row.outcomeVersion ??= version
    }
    const checks = [
      outcome ? null : row.expiresAt,
      secondsUntilCheck === null ? null : now() + secondsUntilCheck * 1000,
    ]
    const known = checks.filter((at) => at !== null)
    row.nextCheckAt = known.length > 0 ? Math.min(...known) : null
    rows.set(id, row)
    const line = { ...entry, challenge: id, version, at: iso(now()) }
    lines.set(id, [...(lines.get(id) ?? []), line])
    for (const message of outbox) post(message, id)
    const stored = recordOf(row, now())
    committed({ stored, line, outbox })
    return stored
  }

  const isBusy = (row: { challenge: Challenge; request: ChallengeRequest }, hasActiveCall: boolean) =>
    hasActiveCall &&
    [...rows.values()].some(
      (other) => other.activeCallHash === row.request.numberHash && other.challenge.id !== row.challenge.id,
    )

  return {
    async insert({ challenge, request, expiresIn, idempotencyKey }, change) {
      if (rows.has(challenge.id)) throw new Error('duplicate key value violates unique constraint "challenges_pkey"')
      const busy = isBusy({ challenge, request }, change.hasActiveCall)
      if (idempotencyKey !== null && !tie(request.serviceId, idempotencyKey, busy ? ('' as ChallengeId) : challenge.id))
        return 'key_taken'
      if (busy) return 'number_busy'
      const row = {
        challenge: withTimes(challenge, now()),
        request: copied(request),
        createdAt: now(),
        expiresAt: now() + expiresIn * 1000,
        endedAt: null,
        outcomeVersion: null,
        activeCallHash: null,
        nextCheckAt: null,
      }
      return commit(row, change)
    },

    async find(id) {
      const row = rows.get(id)
      return row ? recordOf(row, now()) : null
    },

    async findMany(ids) {
      return [...new Set(ids)].flatMap((id) => {
        const row = rows.get(id)
        return row ? [recordOf(row, now())] : []
      })
    },

    async save({ next, inTime, ...change }) {
      const row = rows.get(next.id)
      if (!row || row.challenge.version !== next.version) return 'stale'
      if (inTime && row.expiresAt <= now()) return 'stale'
      const { outcome } = row.challenge
      if (outcome && (outcome.status !== next.outcome?.status || outcome.reason !== next.outcome.reason)) return 'stale'
      if (next.attemptsLeft < 0) throw new Error('violates check constraint "challenges_budget"')
      if (isBusy({ challenge: next, request: row.request }, change.hasActiveCall)) return 'number_busy'
      const challenge = withTimes({ ...next, version: next.version + 1 }, now())
      return commit({ ...row, challenge }, change)
    },

    async claimDue(limit) {
      const due = [...rows.values()]
        .filter((row) => row.nextCheckAt !== null && row.nextCheckAt <= now())
        .sort((one, other) => one.nextCheckAt! - other.nextCheckAt!)
        .slice(0, limit)
      for (const row of due) row.nextCheckAt = now() + LEASE_MS
      return due.map((row) => row.challenge.id)
    },

    ledger: async (id) => [...(lines.get(id) ?? [])],

    rows: () => [...rows.values()].map((row) => recordOf(row, now())),
    anyDue: () => [...rows.values()].some((row) => row.nextCheckAt !== null && row.nextCheckAt <= now()),
    holders: (numberHash) => [...rows.values()].filter((row) => row.activeCallHash === numberHash).length,
  }
}

function recordOf(
  { challenge, request, createdAt, expiresAt, endedAt, outcomeVersion }: Row,
  now: number,
): ChallengeRecord {
  const last = challenge.deliveries.at(-1)
  return {
    challenge,
    request,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    endedAt: endedAt === null ? null : iso(endedAt),
    outcomeVersion,
    expired: !challenge.outcome && expiresAt <= now,
    deliveryAge: last ? Math.max(0, (now - Date.parse(last.createdAt)) / 1000) : 0,
    turnAge:
      last?.progress.state === 'answered' ? Math.max(0, (now - Date.parse(last.progress.turnStartedAt)) / 1000) : 0,
  }
}

/** A delivery, or a turn of its call, is new while it bears no time yet; only the last delivery can be or have one. */
function withTimes(challenge: Challenge, now: number): Challenge {
  const copy = copied(challenge)
  const last = copy.deliveries.at(-1)
  if (last?.createdAt === '') last.createdAt = iso(now)
  if (last?.progress.state === 'answered' && last.progress.turnStartedAt === '') last.progress.turnStartedAt = iso(now)
  return copy
}

/** What a database gives back is never what it was given. */
function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

const iso = (at: number) => new Date(at).toISOString()
