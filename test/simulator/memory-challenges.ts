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
  terms: ChallengeRequest
  createdAt: number
  expiresAt: number
  endedAt: number | null
  outcomeVersion: number | null
  liveNumber: string | null
  wakeAt: number | null
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
  const reached = new Map<string, number>()

  function commit(
    row: Row,
    { entry, outbox, hasActiveCall: onTheLine, secondsUntilCheck: wakeSeconds }: Omit<SaveChallenge, 'next' | 'inTime'>,
  ): ChallengeRecord {
    const { id, outcome, version } = row.challenge
    row.liveNumber = onTheLine ? row.terms.numberHash : null
    if (outcome) {
      row.endedAt ??= now()
      row.outcomeVersion ??= version
    }
    const wakes = [outcome ? null : row.expiresAt, wakeSeconds === null ? null : now() + wakeSeconds * 1000]
    const known = wakes.filter((at) => at !== null)
    row.wakeAt = known.length > 0 ? Math.min(...known) : null
    rows.set(id, row)
    const line = { ...entry, challenge: id, version, at: iso(now()) }
    lines.set(id, [...(lines.get(id) ?? []), line])
    for (const message of outbox) post(message, id)
    const stored = storedOf(row, now())
    committed({ stored, line, outbox })
    return stored
  }

  const isBusy = (row: { challenge: Challenge; terms: ChallengeRequest }, onTheLine: boolean) =>
    onTheLine &&
    [...rows.values()].some(
      (other) => other.liveNumber === row.terms.numberHash && other.challenge.id !== row.challenge.id,
    )

  return {
    async insert({ challenge, request: terms, expiresIn, idempotencyKey }, change) {
      if (rows.has(challenge.id)) throw new Error('duplicate key value violates unique constraint "challenges_pkey"')
      const busy = isBusy({ challenge, terms }, change.hasActiveCall)
      if (idempotencyKey !== null && !tie(terms.serviceId, idempotencyKey, busy ? ('' as ChallengeId) : challenge.id))
        return 'key_taken'
      if (busy) return 'number_busy'
      const row = {
        challenge: stamped(challenge, now()),
        terms: kept(terms),
        createdAt: now(),
        expiresAt: now() + expiresIn * 1000,
        endedAt: null,
        outcomeVersion: null,
        liveNumber: null,
        wakeAt: null,
      }
      return commit(row, change)
    },

    async find(id) {
      const row = rows.get(id)
      return row ? storedOf(row, now()) : null
    },

    async findMany(ids) {
      return [...new Set(ids)].flatMap((id) => {
        const row = rows.get(id)
        return row ? [storedOf(row, now())] : []
      })
    },

    async save({ next, inTime, ...change }) {
      const row = rows.get(next.id)
      if (!row || row.challenge.version !== next.version) return 'stale'
      if (inTime && row.expiresAt <= now()) return 'stale'
      const { outcome } = row.challenge
      if (outcome && (outcome.status !== next.outcome?.status || outcome.reason !== next.outcome.reason)) return 'stale'
      if (next.attemptsLeft < 0) throw new Error('violates check constraint "challenges_budget"')
      if (isBusy({ challenge: next, terms: row.terms }, change.hasActiveCall)) return 'number_busy'
      const challenge = stamped({ ...next, version: next.version + 1 }, now())
      return commit({ ...row, challenge }, change)
    },

    async due(limit) {
      const due = [...rows.values()]
        .filter((row) => row.wakeAt !== null && row.wakeAt <= now())
        .sort((one, other) => one.wakeAt! - other.wakeAt!)
        .slice(0, limit)
      for (const row of due) row.wakeAt = now() + LEASE_MS
      return due.map((row) => row.challenge.id)
    },

    ledger: async (id) => [...(lines.get(id) ?? [])],

    async reached(numberHash, channel) {
      reached.set(`${numberHash} ${channel}`, now())
    },

    async reach(numberHash) {
      const ages = (['call', 'sms'] as const).flatMap((channel) => {
        const at = reached.get(`${numberHash} ${channel}`)
        return at === undefined ? [] : [[channel, (now() - at) / 1000] as const]
      })
      return Object.fromEntries(ages)
    },

    rows: () => [...rows.values()].map((row) => storedOf(row, now())),
    anyDue: () => [...rows.values()].some((row) => row.wakeAt !== null && row.wakeAt <= now()),
    holders: (numberHash) => [...rows.values()].filter((row) => row.liveNumber === numberHash).length,
  }
}

function storedOf(
  { challenge, terms, createdAt, expiresAt, endedAt, outcomeVersion }: Row,
  now: number,
): ChallengeRecord {
  const last = challenge.deliveries.at(-1)
  return {
    challenge,
    request: terms,
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

/** A delivery, or a turn of its call, is new while it bears no time yet; the last delivery only can be or have one. */
function stamped(challenge: Challenge, now: number): Challenge {
  const copy = kept(challenge)
  const last = copy.deliveries.at(-1)
  if (last?.createdAt === '') last.createdAt = iso(now)
  if (last?.progress.state === 'answered' && last.progress.turnStartedAt === '') last.progress.turnStartedAt = iso(now)
  return copy
}

/** What a database gives back is never what it was given. */
function kept<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

const iso = (at: number) => new Date(at).toISOString()
