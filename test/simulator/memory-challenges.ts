// Challenges in memory, by the same rules as the statements of src/store/challenges.ts. One call is one statement: it
// happens as a whole, at one moment, or not at all.

import type { Challenge, ChallengeId } from '../../src/domain/challenge.ts'
import { prefixOf } from '../../src/domain/phone-number.ts'
import type { TrafficRule } from '../../src/domain/traffic-rule.ts'
import type { ChallengeStore } from '../../src/store/challenges.ts'
import type { ChargedCounter } from '../../src/store/schema.ts'
import type {
  ChallengeRecord,
  ChallengeRequest,
  DeliveryStart,
  LedgerLine,
  OutboxMessage,
  SaveChallenge,
} from '../../src/store/types.ts'
import type { MemoryFailures } from './memory-failures.ts'
import type { MemoryIdempotency } from './memory-idempotency.ts'
import type { MemoryLimits } from './memory-limits.ts'
import type { MemoryNumberRules } from './memory-number-rules.ts'
import type { MemoryOwners } from './memory-owners.ts'
import type { MemoryPrefixes } from './memory-prefixes.ts'
import type { MemorySlots } from './memory-slots.ts'

/** What one commit has made of a challenge. */
export type Commit = {
  stored: ChallengeRecord
  line: LedgerLine
  outbox: OutboxMessage[]
  charged: readonly ChargedCounter[]
  refunded: readonly ChargedCounter[]
  /** Where a delivery begins: the rule that stood against its prefix, and whether who asks is exempt from it. */
  prefix: { by: TrafficRule | null; isExempt: boolean } | null
}

type Row = {
  challenge: Challenge
  request: ChallengeRequest
  createdAt: number
  expiresAt: number
  endedAt: number | null
  outcomeVersion: number | null
  consumption: { at: number; key: string | null } | null
  charge: ChargedCounter[] | null
  nextCheckAt: number | null
}

type Parts = {
  now: () => number
  limits: MemoryLimits
  failures: MemoryFailures
  owners: MemoryOwners
  idempotency: MemoryIdempotency
  slots: MemorySlots
  prefixes: MemoryPrefixes
  rules: MemoryNumberRules
  isPageConnected(challenge: ChallengeId): boolean
  post(message: OutboxMessage, of: { service: string; challenge: ChallengeId }): void
  committed(commit: Commit): void
}

export type MemoryChallenges = ChallengeStore & {
  /** As it is, without asking anybody. */
  rows(): ChallengeRecord[]
  anyDue(): boolean
  /** The challenge whose call holds the number. */
  holder(numberHash: string): string | undefined
}

const LEASE_MS = 5_000
const HOUR_MS = 3_600_000

export function memoryChallenges({
  now,
  limits,
  failures,
  owners,
  idempotency,
  slots,
  prefixes,
  rules,
  isPageConnected,
  post,
  committed,
}: Parts): MemoryChallenges {
  const rows = new Map<string, Row>()
  const lines = new Map<string, LedgerLine[]>()
  const activeCalls = new Map<string, string>()

  function commit(
    row: Row,
    { entry, outbox, secondsUntilCheck }: Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'>,
    charged: readonly ChargedCounter[],
    refunded: readonly ChargedCounter[],
    learnt: SaveChallenge['rules'] = [],
    prefix: Commit['prefix'] = null,
  ): ChallengeRecord {
    const { id, outcome, version } = row.challenge
    if (outcome) {
      row.endedAt ??= now()
      row.outcomeVersion ??= version
    }
    if (secondsUntilCheck !== 'as_planned') {
      const checks = [
        outcome ? null : row.expiresAt,
        secondsUntilCheck === null ? null : now() + secondsUntilCheck * 1000,
      ]
      const known = checks.filter((at) => at !== null)
      row.nextCheckAt = known.length > 0 ? Math.min(...known) : null
    }
    rows.set(id, row)
    const line = { ...entry, challenge: id, version, at: iso(now()) }
    lines.set(id, [...(lines.get(id) ?? []), line])
    for (const message of outbox) post(message, { service: row.request.serviceId, challenge: id })
    rules.learn(learnt)
    const stored = record(row)
    committed({ stored, line, outbox, charged, refunded, prefix })
    return stored
  }

  const record = (row: Row): ChallengeRecord => {
    const { numberHash, serviceId } = row.request
    return recordOf(row, now(), !row.challenge.outcome && rules.isReported(numberHash, serviceId))
  }

  const lockKeys = ({ locks, owner }: DeliveryStart) => owners.applying(locks, owner).map(({ key }) => key)

  const isBusy = ({ hold }: DeliveryStart) => hold.some((hash) => activeCalls.has(hash))

  const isExempt = ({ rules: question, owner }: DeliveryStart) => rules.isAllowed(question) || owners.hasProved(owner)

  /** Looked up by the number itself, whatever the statement asks. */
  function prefixOfCommit({ to }: ChallengeRequest, begins: DeliveryStart): Commit['prefix'] {
    return { by: prefixes.standing(prefixOf(to!)), isExempt: isExempt(begins) }
  }

  /** Counts the delivery and holds its number, once nothing stands against it any more. */
  function begin(id: ChallengeId, begins: DeliveryStart): ChargedCounter[] {
    for (const hash of begins.hold) activeCalls.set(hash, id)
    prefixes.count(begins.prefix)
    return limits.consume(begins)
  }

  /** `null`: as it stands, the change may not be saved. */
  function rowAsRead({ next, inTime }: SaveChallenge): Row | null {
    const row = rows.get(next.id)
    if (!row || row.challenge.version !== next.version) return null
    if (inTime && (row.expiresAt <= now() || record(row).reported)) return null
    const { outcome } = row.challenge
    if (outcome && (outcome.status !== next.outcome?.status || outcome.reason !== next.outcome.reason)) return null
    return row
  }

  return {
    async insert({ challenge, request, expiresIn, idempotency: claim, slot }, { begins, ...change }) {
      const { id } = challenge
      const refused = rules.standing(begins.rules, lockKeys(begins))
      if (refused) return refused
      const exhausted = limits.exhausted(begins)
      if (exhausted) return exhausted
      if (claim && idempotency.isTaken(request.serviceId, claim.key)) return 'key_taken'
      const asked = prefixes.asked(begins.prefix, isExempt(begins))
      if (asked?.isRefused) return asked.block
      const slotWait = slot ? slots.waitFor(slot) : 0
      if (slotWait === null) return 'no_slot'
      if (rows.has(id)) throw new Error('duplicate key value violates unique constraint "challenges_pkey"')
      if (isBusy(begins)) return 'number_busy'
      if (claim) idempotency.take(request.serviceId, claim, id)
      if (slot) await slots.reserve(slot)
      const prefix = prefixOfCommit(request, begins)
      const charged = begin(id, begins)
      const row = {
        challenge: withTimes(challenge, now()),
        request: copied(request),
        createdAt: now(),
        expiresAt: now() + expiresIn * 1000,
        endedAt: null,
        outcomeVersion: null,
        consumption: null,
        charge: chargeOf(charged),
        nextCheckAt: null,
      }
      return { record: commit(row, change, charged, [], [], prefix), slotWait, block: asked?.block ?? null }
    },

    async find(id) {
      const row = rows.get(id)
      return row ? asRead(record(row)) : null
    },

    async refresh({ challenge }) {
      const row = rows.get(challenge.id)
      return row?.challenge.version === challenge.version ? { ...record(row), challenge } : null
    },

    async findMany(ids) {
      return [...new Set(ids)].flatMap((id) => {
        const row = rows.get(id)
        return row ? [asRead(record(row))] : []
      })
    },

    async saveDelivery(change, begins, slot) {
      const refused = rules.standing(begins.rules, lockKeys(begins))
      if (refused) return refused
      const exhausted = limits.exhausted(begins)
      if (exhausted) return exhausted
      const asked = prefixes.asked(begins.prefix, isExempt(begins))
      if (asked?.isRefused) return asked.block
      const row = rowAsRead(change)
      if (!row) return 'stale'
      const slotWait = slot ? slots.waitFor(slot) : 0
      if (slotWait === null) return 'no_slot'
      const { next, rules: learnt } = change
      const challenge = changed(next, now())
      if (isBusy(begins)) return 'number_busy'
      if (slot) await slots.reserve(slot)
      const prefix = prefixOfCommit(row.request, begins)
      const charged = begin(next.id, begins)
      return {
        record: commit({ ...row, challenge, charge: chargeOf(charged) }, change, charged, [], learnt, prefix),
        slotWait,
        block: asked?.block ?? null,
      }
    },

    async save(change) {
      const { next, callOver, withoutPage, refund, gateEntry, failures: counted, owner, rules: learnt } = change
      const barred = counted.flatMap(({ keys, refusedWhileLocked }) => (refusedWhileLocked ? keys : []))
      if (failures.locked(barred, owner)) return 'locked'
      if (gateEntry?.callGoesOn && limits.usesUpGates(gateEntry)) return 'gates_used_up'
      const row = rowAsRead(change)
      if (!row || (withoutPage && isPageConnected(next.id))) return 'stale'
      const challenge = changed(next, now())
      if (callOver) for (const [hash, id] of activeCalls) if (id === next.id) activeCalls.delete(hash)
      limits.refund(refund)
      if (gateEntry) limits.countGate(gateEntry)
      const { disabled, cleared } = failures.count(counted, owner)
      rules.disable(disabled, row.request.maskedNumber, counted[0]?.disablesAt ?? 0)
      rules.enable(cleared)
      if (counted.length > 0 && next.outcome?.status === 'approved') owners.prove(owner)
      const { state } = next.deliveries.at(-1)!.progress
      const mayBeGivenBack = refund.length === 0 && (state === 'placing' || state === 'sent')
      return commit({ ...row, challenge, charge: mayBeGivenBack ? row.charge : null }, change, [], refund, learnt)
    },

    async claimDue(limit) {
      const due = [...rows.values()]
        .filter((row) => row.nextCheckAt !== null && row.nextCheckAt <= now())
        .sort((one, other) => one.nextCheckAt! - other.nextCheckAt!)
        .slice(0, limit)
      for (const row of due) row.nextCheckAt = now() + LEASE_MS
      return due.map(({ challenge: { id, version } }) => ({ id, version }))
    },

    async refsInUse(numberHashes, carrier, refs) {
      return [...rows.values()]
        .filter(({ request, createdAt }) => numberHashes.includes(request.numberHash) && createdAt > now() - HOUR_MS)
        .flatMap(({ challenge }) => challenge.deliveries.filter((delivery) => delivery.carrier === carrier))
        .flatMap(({ ref }) => (ref !== null && refs.includes(ref) ? [ref] : []))
    },

    async consume(id, key) {
      const row = rows.get(id)
      if (row?.challenge.outcome?.status !== 'approved' || row.consumption || row.request.to === null) return false
      const challenge = { ...row.challenge, version: row.challenge.version + 1 }
      const entry = { type: 'consumed', delivery: null, facts: {} }
      const change = { entry, outbox: [], secondsUntilCheck: 'as_planned' as const }
      commit({ ...row, challenge, consumption: { at: now(), key } }, change, [], [])
      return true
    },

    pendingTo: async (serviceId, number) =>
      [...rows.values()]
        .filter(
          ({ challenge, request }) => !challenge.outcome && request.serviceId === serviceId && request.to === number,
        )
        .map(({ challenge }) => challenge.id),

    ledger: async (id) => [...(lines.get(id) ?? [])],

    rows: () => [...rows.values()].map(record),
    anyDue: () => [...rows.values()].some((row) => row.nextCheckAt !== null && row.nextCheckAt <= now()),
    holder: (numberHash) => activeCalls.get(numberHash),
  }
}

function recordOf(
  { challenge, request, createdAt, expiresAt, endedAt, outcomeVersion, consumption, charge }: Row,
  now: number,
  reported: boolean,
): ChallengeRecord {
  const last = challenge.deliveries.at(-1)
  const turn = last?.progress.state === 'ended' ? last.progress.openTurn : last?.progress
  const turnStartedAt = turn && 'turnStartedAt' in turn && turn.turnStartedAt
  return {
    challenge,
    request,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    endedAt: endedAt === null ? null : iso(endedAt),
    outcomeVersion,
    consumedAt: consumption && iso(consumption.at),
    consumptionKey: consumption?.key ?? null,
    charge,
    expired: !challenge.outcome && expiresAt <= now,
    reported,
    deliveryAge: last ? Math.max(0, (now - Date.parse(last.createdAt)) / 1000) : 0,
    turnAge: turnStartedAt ? Math.max(0, (now - Date.parse(turnStartedAt)) / 1000) : 0,
  }
}

/** Without limits nothing is charged. */
function chargeOf(charged: ChargedCounter[]): ChargedCounter[] | null {
  return charged.length > 0 ? charged : null
}

/** As it is saved. */
function changed(next: Challenge, now: number): Challenge {
  if (next.attemptsLeft < 0) throw new Error('violates check constraint "challenges_budget"')
  return withTimes({ ...next, version: next.version + 1 }, now)
}

/** A delivery, or a turn of its call, is new while it bears no time yet; only the last delivery can be or have one. */
function withTimes(challenge: Challenge, now: number): Challenge {
  const copy = copied(challenge)
  const last = copy.deliveries.at(-1)
  if (last?.createdAt === '') last.createdAt = iso(now)
  if (last?.progress.state === 'answered' && last.progress.turnStartedAt === '') last.progress.turnStartedAt = iso(now)
  return copy
}

/** As `jsonb` gives it back: the names of each object in another order than it was given. */
function asRead(record: ChallengeRecord): ChallengeRecord {
  const deliveries = JSON.parse(JSON.stringify(record.challenge.deliveries), (_, value) =>
    value?.constructor === Object ? Object.fromEntries(Object.entries(value).toReversed()) : value,
  )
  return { ...record, challenge: { ...record.challenge, deliveries } }
}

/** What a database gives back is never what it was given. */
function copied<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

const iso = (at: number) => new Date(at).toISOString()
