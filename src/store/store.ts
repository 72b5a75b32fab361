// Everything that is kept: one store for each subject, on one database.

import { type AuditLog, auditLogStore } from './audit-log.ts'
import { type CarrierRateLimit, carrierRateLimit } from './carrier-rate-limit.ts'
import { type ChallengeSearch, challengeSearch } from './challenge-search.ts'
import { type ChallengeStore, challengeStore } from './challenges.ts'
import { type ChangeNotifier, openChangeNotifier } from './change-notifier.ts'
import { type ChangedChallenges, changedChallenges } from './changed-challenges.ts'
import type { DatabaseOptions } from './database.ts'
import { clockCheck, databaseNow } from './database-clock.ts'
import { type FactorStore, factorStore } from './factors.ts'
import { type FailureCounters, failureCounterStore } from './failure-counters.ts'
import { type GuardTraffic, guardTrafficStore } from './guard-traffic.ts'
import { type GuardTrips, guardTripStore } from './guard-trips.ts'
import { type IdempotencyStore, idempotencyStore } from './idempotency.ts'
import { type LearntPrices, learntPriceStore } from './learnt-prices.ts'
import { migrate } from './migrations.ts'
import { type NumberObstacles, numberObstacles } from './number-obstacles.ts'
import { type NumberOwners, numberOwnerStore } from './number-owners.ts'
import { type NumberRules, numberRuleStore } from './number-rules.ts'
import { openDatabase } from './open-database.ts'
import { type OperatorFactors, operatorFactorStore } from './operator-factors.ts'
import { type OperatorStore, operatorStore } from './operators.ts'
import { type Outbox, outboxStore } from './outbox.ts'
import { type PageLeases, pageLeaseStore } from './page-leases.ts'
import { type PrefixTraffic, prefixTrafficStore } from './prefix-traffic.ts'
import { type RateLimits, rateLimits } from './rate-limits.ts'
import { readinessCheck } from './readiness.ts'
import { type Retention, retention } from './retention.ts'
import { type ServiceStore, serviceStore } from './services.ts'
import { type Spending, spendingStore } from './spending.ts'
import { type StatisticsStore, statisticsStore } from './statistics.ts'

export type Store = {
  challenges: ChallengeStore
  challengeSearch: ChallengeSearch
  statistics: StatisticsStore['statistics']
  changedChallenges: ChangedChallenges
  services: ServiceStore
  factors: FactorStore
  idempotency: IdempotencyStore
  rateLimits: RateLimits
  failureCounters: FailureCounters
  numberObstacles: NumberObstacles
  numberOwners: NumberOwners
  numberRules: NumberRules
  prefixTraffic: PrefixTraffic
  guardTraffic: GuardTraffic
  guardTrips: GuardTrips
  learntPrices: LearntPrices
  spending: Spending
  carrierRates: CarrierRateLimit
  outbox: Outbox
  pageLeases: PageLeases
  operators: OperatorStore
  operatorFactors: OperatorFactors
  auditLog: AuditLog
  retention: Retention
  notifier: ChangeNotifier
  /** The database's clock, in milliseconds since 1970. */
  now(): Promise<number>
  /** Whether the database takes a write. */
  ready(): Promise<boolean>
  /** Logs how far its clock and this machine's are apart, where that matters. */
  checkClock(): Promise<void>
  close(): Promise<void>
}

/** Opens the database, brings its tables up to date and listens. No `url`: embedded, in `dataDir`. */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  const database = await openDatabase(options)
  try {
    await migrate(database)
    const checkClock = clockCheck(database.query, options.log)
    const [notifier] = await Promise.all([openChangeNotifier(database, options.log), checkClock()])
    return {
      challenges: challengeStore(database),
      challengeSearch: challengeSearch(database),
      statistics: statisticsStore(database).statistics,
      changedChallenges: changedChallenges(database),
      services: serviceStore(database),
      factors: factorStore(database),
      idempotency: idempotencyStore(database),
      rateLimits: rateLimits(database),
      failureCounters: failureCounterStore(database),
      numberObstacles: numberObstacles(database),
      numberOwners: numberOwnerStore(database),
      numberRules: numberRuleStore(database),
      auditLog: auditLogStore(database),
      prefixTraffic: prefixTrafficStore(database),
      guardTraffic: guardTrafficStore(database),
      guardTrips: guardTripStore(database),
      learntPrices: learntPriceStore(database),
      spending: spendingStore(database),
      carrierRates: carrierRateLimit(database),
      outbox: outboxStore(database),
      pageLeases: pageLeaseStore(database),
      operators: operatorStore(database),
      operatorFactors: operatorFactorStore(database),
      retention: retention(database),
      notifier,
      now: databaseNow(database.query),
      ready: readinessCheck(database),
      checkClock,
      async close() {
        await notifier.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
