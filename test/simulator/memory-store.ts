// The store without a database: what Store promises, in memory, by a clock that is given. test/simulator/store-contract
// holds it against the true ones, so that it is no wishful model.

import type { Store } from '../../src/store/store.ts'
import { type Commit, type MemoryChallenges, memoryChallenges } from './memory-challenges.ts'
import { type MemoryFailures, memoryFailures } from './memory-failures.ts'
import { memoryIdempotency } from './memory-idempotency.ts'
import { type MemoryLimits, memoryLimits } from './memory-limits.ts'
import { type MemoryNumberRules, memoryNumberRules } from './memory-number-rules.ts'
import { type MemoryOutbox, memoryOutbox } from './memory-outbox.ts'
import { memoryOwners } from './memory-owners.ts'
import { memoryPageLeases } from './memory-page-leases.ts'
import { type MemoryPrefixes, memoryPrefixes } from './memory-prefixes.ts'
import { memoryServices } from './memory-services.ts'
import { memorySlots } from './memory-slots.ts'
import { type MemoryTraffic, memoryTraffic } from './memory-traffic.ts'

/** Everything but the notifier, of which each instance has its own. */
export type MemoryStore = Omit<
  Store,
  'notifier' | 'challenges' | 'outbox' | 'rateLimits' | 'failureCounters' | 'numberRules' | 'prefixTraffic'
> & {
  challenges: MemoryChallenges
  rateLimits: MemoryLimits
  failureCounters: MemoryFailures
  numberRules: MemoryNumberRules
  outbox: MemoryOutbox
  prefixTraffic: MemoryPrefixes
  traffic: MemoryTraffic
}

export function memoryStore(now: () => number, committed: (commit: Commit) => void = () => {}): MemoryStore {
  const outbox = memoryOutbox(now)
  const idempotency = memoryIdempotency(now)
  const owners = memoryOwners(now)
  const failures = memoryFailures(now, owners)
  const limits = memoryLimits(now, failures, owners)
  const rules = memoryNumberRules(now, failures, limits)
  const slots = memorySlots(now)
  const prefixes = memoryPrefixes(now)
  const traffic = memoryTraffic(now)
  const challenges = memoryChallenges({
    now,
    limits,
    failures,
    owners,
    idempotency,
    slots,
    prefixes,
    rules,
    isPageConnected: (id) => leases.isHeld(id),
    post: outbox.post,
    committed,
  })
  const leases = memoryPageLeases(now, challenges.rows)
  return {
    challenges,
    changedChallenges: {
      async since(versions) {
        const records = await challenges.findMany([...versions.keys()])
        const changed = records.filter(
          ({ challenge, expired, reported }) => expired || reported || challenge.version > versions.get(challenge.id)!,
        )
        return changed.map(({ challenge }) => challenge.id)
      },
    },
    // A run looks for no past challenges.
    challengeSearch: { list: async () => ({ records: [], next: null }) },
    statistics: async () => ({ from: 0, until: 0, isCut: false, challenges: [], deliveries: [], answerTimes: [] }),
    idempotency,
    outbox,
    pageLeases: leases,
    services: memoryServices(now),
    factors: noFactors(),
    rateLimits: limits,
    failureCounters: failures,
    numberObstacles: { find: async () => ({ rules: [], counters: [], locks: [] }) },
    numberOwners: owners,
    numberRules: rules,
    carrierRates: slots,
    // No operator acts in a run.
    auditLog: noAuditLog(),
    operators: noOperators(),
    operatorFactors: noOperatorFactors(),
    prefixTraffic: prefixes,
    traffic,
    guardTraffic: traffic.guardTraffic,
    guardTrips: traffic.guardTrips,
    spending: traffic.spending,
    // No carrier of a run tells a price.
    learntPrices: { learn: async () => {}, list: async () => [] },
    // Nothing in a run grows old enough to be forgotten.
    retention: { sweep: async () => {} },
    now: async () => now(),
    ready: async () => true,
    checkClock: async () => {},
    close: async () => {},
  }
}

/** A run has challenges alone; the round that encrypts factors anew finds none. */
function noFactors(): Store['factors'] {
  const none = async (): Promise<never> => {
    throw new Error('A run of the simulator has no factors.')
  }
  return {
    insert: none,
    find: none,
    list: none,
    delete: none,
    accept: none,
    fail: none,
    reencrypt: none,
    encryptedUnderOthers: async () => [],
  }
}

function noAuditLog(): Store['auditLog'] {
  const none = async (): Promise<never> => {
    throw new Error('A run of the simulator has no audit log.')
  }
  return { append: none, appendAtMost: none, isRecent: none, list: none, snapshot: none, sweep: async () => {} }
}

function noOperatorFactors(): Store['operatorFactors'] {
  const none = async (): Promise<never> => {
    throw new Error('A run of the simulator has no operators.')
  }
  return { confirm: none, countWrongCode: none, remove: none }
}

function noOperators(): Store['operators'] {
  const none = async (): Promise<never> => {
    throw new Error('A run of the simulator has no operators.')
  }
  return {
    ...{ add: none, disable: none, reset: none, closeSession: none },
    ...{ openPasswordSession: none, openCallSession: none, openSignedInSession: none, setCall: none },
    noteFailedCalls: async () => {},
    ...{ list: async () => [], any: async () => false, find: async () => null, session: async () => null },
    sweep: async () => {},
  }
}
