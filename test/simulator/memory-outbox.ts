// The outbox in memory, by the rules of src/store/outbox.ts.

import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { Outbox } from '../../src/store/outbox.ts'
import type { OutboxMessage } from '../../src/store/types.ts'

export type OutboxRow = OutboxMessage & {
  service: string
  challenge: ChallengeId
  createdAt: string
  until: string | null
  nextAt: number | null
  tries: number
  lastError: string | null
  deliveredAt: number | null
  failedAt: number | null
}

export type MemoryOutbox = Outbox & {
  /** Within the statement that changes the challenge. */
  post(message: OutboxMessage, of: { service: string; challenge: ChallengeId }): void
  rows(): readonly OutboxRow[]
}

export function memoryOutbox(now: () => number): MemoryOutbox {
  const rows = new Map<string, OutboxRow>()
  const closed = new Set<string>()
  const isFailed = ({ failedAt, lastError, nextAt }: OutboxRow) =>
    failedAt !== null || (lastError !== null && nextAt !== null && nextAt > now() + 60_000)
  const isoOrNull = (at: number | null) => (at === null ? null : new Date(at).toISOString())

  return {
    post({ seconds, ...message }, of) {
      if (rows.has(message.id)) throw new Error('duplicate key value violates unique constraint "outbox_pkey"')
      rows.set(message.id, {
        ...message,
        ...of,
        until: seconds === undefined ? null : new Date(now() + seconds * 1000).toISOString(),
        createdAt: new Date(now()).toISOString(),
        nextAt: now(),
        tries: 0,
        lastError: null,
        deliveredAt: null,
        failedAt: null,
      })
    },
    async oldestAge() {
      const waiting = [...rows.values()]
        .filter(({ nextAt }) => nextAt !== null)
        .map(({ createdAt }) => Date.parse(createdAt))
      return waiting.length > 0 ? (now() - Math.min(...waiting)) / 1000 : null
    },
    async claim(limit, leaseSeconds, shares = { of: {}, others: limit }) {
      const claimed = new Map<string, number>()
      const isInShare = ({ service }: OutboxRow) => {
        const count = (claimed.get(service) ?? 0) + 1
        claimed.set(service, count)
        return count <= (shares.of[service] ?? shares.others)
      }
      const due = [...rows.values()]
        .filter(({ nextAt }) => nextAt !== null && nextAt <= now())
        .sort((one, other) => one.nextAt! - other.nextAt!)
        .filter(isInShare)
        .slice(0, limit)
      for (const row of due) Object.assign(row, { nextAt: now() + leaseSeconds * 1000, tries: row.tries + 1 })
      return due
        .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
        .map(({ id, service, challenge, type, until, createdAt, tries }) => ({
          id,
          service,
          challenge,
          type,
          until,
          body: null,
          createdAt,
          tries,
          claimedAt: now() / 1000,
        }))
    },
    async markDelivered(id) {
      const row = rows.get(id)
      if (row?.deliveredAt === null) Object.assign(row, { deliveredAt: now(), nextAt: null, failedAt: null })
    },
    async markFailed(id, error, nextInSeconds) {
      const row = rows.get(id)
      if (row?.deliveredAt !== null) return
      row.lastError = error
      row.nextAt = nextInSeconds === null ? null : now() + nextInSeconds * 1000
      row.failedAt = nextInSeconds === null ? now() : null
    },
    listFailed: async (limit) =>
      [...rows.values()]
        .filter(isFailed)
        .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
        .slice(0, limit)
        .map(({ id, challenge, service, type, createdAt, tries, failedAt, nextAt, lastError }) => ({
          id,
          challenge,
          service,
          type,
          createdAt,
          tries,
          failedAt: isoOrNull(failedAt),
          nextAt: isoOrNull(nextAt),
          lastError: lastError ?? '',
        })),
    async sendAgain(ids) {
      const again = [...rows.values()].filter((row) => isFailed(row) && (ids === 'all' || ids.includes(row.id)))
      for (const row of again) Object.assign(row, { nextAt: now(), failedAt: null, tries: 0 })
      if (again.length > 0) closed.clear()
      return again.length
    },
    async disableEndpoint(endpoint) {
      closed.add(endpoint)
    },
    isEndpointDisabled: async (endpoint) => closed.has(endpoint),
    rows: () => [...rows.values()],
  }
}
