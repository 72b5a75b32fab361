// Calls every method of the store once, in an order in which each statement has rows to work on.

import { type AuditLog, auditLogStore } from '../../src/store/audit-log.ts'
import { carrierRateLimit } from '../../src/store/carrier-rate-limit.ts'
import { challengeSearch } from '../../src/store/challenge-search.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { changedChallenges } from '../../src/store/changed-challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { factorStore } from '../../src/store/factors.ts'
import { failureCounterStore } from '../../src/store/failure-counters.ts'
import { guardTrafficStore } from '../../src/store/guard-traffic.ts'
import { guardTripStore } from '../../src/store/guard-trips.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { learntPriceStore } from '../../src/store/learnt-prices.ts'
import { numberObstacles } from '../../src/store/number-obstacles.ts'
import { numberOwnerStore } from '../../src/store/number-owners.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { type OperatorFactors, operatorFactorStore } from '../../src/store/operator-factors.ts'
import { type OperatorStore, operatorStore } from '../../src/store/operators.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { pageLeaseStore } from '../../src/store/page-leases.ts'
import { prefixTrafficStore } from '../../src/store/prefix-traffic.ts'
import { rateLimits } from '../../src/store/rate-limits.ts'
import { retention } from '../../src/store/retention.ts'
import { FIRST_SERVICE, type ServiceStore, serviceStore } from '../../src/store/services.ts'
import { spendingStore } from '../../src/store/spending.ts'
import { statisticsStore } from '../../src/store/statistics.ts'
import { aChallenge, aChange, aCreation, anAct, aRequest, asRecord, NO_RULES } from './samples.ts'

/** Returns the methods that it has missed. */
export async function runAllQueries(database: Database): Promise<string[]> {
  const used = new Set<string>()
  const stores = {
    challenges: watched('challenges', challengeStore(database), used),
    challengeSearch: watched('challengeSearch', challengeSearch(database), used),
    statistics: watched('statistics', statisticsStore(database), used),
    changedChallenges: watched('changedChallenges', changedChallenges(database), used),
    services: watched('services', serviceStore(database), used),
    idempotency: watched('idempotency', idempotencyStore(database), used),
    failureCounters: watched('failureCounters', failureCounterStore(database), used),
    numberObstacles: watched('numberObstacles', numberObstacles(database), used),
    numberOwners: watched('numberOwners', numberOwnerStore(database), used),
    limits: watched('limits', rateLimits(database), used),
    numberRules: watched('numberRules', numberRuleStore(database), used),
    carrierRates: watched('carrierRates', carrierRateLimit(database), used),
    outbox: watched('outbox', outboxStore(database), used),
    pageLeases: watched('pageLeases', pageLeaseStore(database), used),
    auditLog: watched('auditLog', auditLogStore(database), used),
    retention: watched('retention', retention(database), used),
    prefixTraffic: watched('prefixTraffic', prefixTrafficStore(database), used),
    guardTraffic: watched('guardTraffic', guardTrafficStore(database), used),
    guardTrips: watched('guardTrips', guardTripStore(database), used),
    learntPrices: watched('learntPrices', learntPriceStore(database), used),
    spending: watched('spending', spendingStore(database), used),
    factors: watched('factors', factorStore(database), used),
    operators: watched('operators', operatorStore(database), used),
    operatorFactors: watched('operatorFactors', operatorFactorStore(database), used),
  }
  await everything(stores)
  await everyFactor(stores.factors)
  await everyOperator(stores.operators)
  await everyOperatorFactor(stores.operatorFactors)
  await theGuard(stores)
  return Object.entries(stores)
    .flatMap(([part, store]) => Object.keys(store).map((name) => `${part}.${name}`))
    .filter((name) => !used.has(name))
}

type Stores = {
  challenges: ReturnType<typeof challengeStore>
  challengeSearch: ReturnType<typeof challengeSearch>
  statistics: ReturnType<typeof statisticsStore>
  changedChallenges: ReturnType<typeof changedChallenges>
  services: ReturnType<typeof serviceStore>
  idempotency: ReturnType<typeof idempotencyStore>
  limits: ReturnType<typeof rateLimits>
  failureCounters: ReturnType<typeof failureCounterStore>
  numberObstacles: ReturnType<typeof numberObstacles>
  numberOwners: ReturnType<typeof numberOwnerStore>
  carrierRates: ReturnType<typeof carrierRateLimit>
  numberRules: ReturnType<typeof numberRuleStore>
  outbox: ReturnType<typeof outboxStore>
  pageLeases: ReturnType<typeof pageLeaseStore>
  auditLog: AuditLog
  retention: ReturnType<typeof retention>
  factors: ReturnType<typeof factorStore>
  prefixTraffic: ReturnType<typeof prefixTrafficStore>
  guardTraffic: ReturnType<typeof guardTrafficStore>
  guardTrips: ReturnType<typeof guardTripStore>
  learntPrices: ReturnType<typeof learntPriceStore>
  spending: ReturnType<typeof spendingStore>
}

async function everything({
  challenges,
  challengeSearch,
  statistics,
  changedChallenges,
  services,
  idempotency,
  limits,
  failureCounters,
  numberObstacles,
  numberOwners,
  carrierRates,
  numberRules,
  outbox,
  pageLeases,
  auditLog,
  retention,
}: Stores): Promise<void> {
  const service = FIRST_SERVICE
  await everyService(services)
  const lane = { carrier: 'twilio', channel: 'call', lane: 0, perSecond: 1 } as const
  await carrierRates.reserve({ ...lane, maxWaitSeconds: 10 })
  await carrierRates.release(lane)
  const limit = { key: 'number:tour', rates: [600, 3600].map((seconds) => ({ max: 3, seconds })) }

  const challenge = aChallenge()
  const request = { ...aRequest(), serviceId: service, extension: '12', message: 'Your code is {CODE}.' }
  await challenges.insert(
    {
      challenge,
      request,
      expiresIn: 300,
      idempotency: { key: 'kept', fingerprint: 'f' },
      slot: { ...lane, maxWaitSeconds: 10 },
    },
    {
      ...aCreation,
      begins: { rules: NO_RULES, owner: [], locks: [], consume: [limit], hold: ['hash'] },
      secondsUntilCheck: 0,
      outbox: [{ id: 'msg_tour1', type: 'delivery.updated' }],
    },
  )
  await idempotency.find(service, 'kept', ['f'])
  await idempotency.finish(service, 'kept', challenge.id, { id: challenge.id })

  await challenges.claimDue(10)
  const found = (await challenges.find(challenge.id))!
  // More at once than leave by themselves.
  await Promise.all(Array.from({ length: 4 }, () => challenges.refresh(found)))
  await Promise.all(Array.from({ length: 4 }, () => challenges.find(challenge.id)))
  await challenges.save(
    aChange({ ...found.challenge, codeDisclosed: true, attemptsLeft: 4 }, { secondsUntilCheck: 40 }),
  )
  await severalAtOnce(challenges)
  const gated = (await challenges.find(challenge.id))!
  const entry = { isRight: false, callGoesOn: true, hashes: [request.numberHash] }
  await challenges.save(aChange(gated.challenge, { gateEntry: entry }))
  const wrong = { first: 1, every: 1, seconds: 60, longest: 60, jitter: 0.2, forgottenAfter: 600, disablesAt: 1 }
  const failures = [{ ...wrong, keys: [{ key: 'code:hash' }], failed: true, refusedWhileLocked: true }]
  const guessed = (await challenges.find(challenge.id))!
  await challenges.save(aChange(guessed.challenge, { failures }))
  await changedChallenges.since(new Map([[challenge.id, 1]]))
  await pageLeases.renew([challenge.id])
  await pageLeases.holds(challenge.id)
  await pageLeases.over(10, [])
  await challenges.save(aChange((await challenges.find(challenge.id))!.challenge, { withoutPage: true }))
  await pageLeases.sweep()
  const [again] = await challenges.findMany([challenge.id])
  const ended = asRecord(await challenges.save(aChange(again!.challenge, { callOver: true, refund: again!.charge! })))
  const next = asRecord(
    await challenges.saveDelivery(
      aChange(ended.challenge),
      { rules: NO_RULES, owner: [], locks: [{ key: 'code:tour' }], consume: [limit], hold: ['hash'] },
      { ...lane, maxWaitSeconds: 10 },
    ),
  )
  await challenges.save(
    aChange(
      { ...next.challenge, outcome: { status: 'approved', reason: 'code_matched' } },
      { inTime: true, callOver: true, outbox: [{ id: 'msg_tour2', type: 'challenge.approved' }] },
    ),
  )
  await challenges.consume(challenge.id, 'a key')
  await challenges.ledger(challenge.id)
  await challenges.pendingTo(service, '+12025550123')
  await challenges.refsInUse([request.numberHash], 'twilio', ['CA1'])
  const filters = { status: null, reason: null, scope: null, metadata: {}, createdAfter: null, after: null, limit: 20 }
  await challengeSearch.list({ ...filters, serviceId: service, numberHashes: null })
  await challengeSearch.list({ ...filters, serviceId: null, numberHashes: [request.numberHash] })
  await challengeSearch.list({ ...filters, serviceId: null, numberHashes: null })
  await statistics.statistics({
    ...{ serviceId: null, region: null, carrier: null, prefix: null },
    ...{ seconds: 86_400, stretchSeconds: 3_600 },
  })

  await outbox.claim(10, 30)
  await outbox.claim(10, 30, { of: { svc_other: 0 }, others: 1 })
  await outbox.markDelivered('msg_tour1')
  await outbox.markFailed('msg_tour2', 'http_410', null)
  await outbox.disableEndpoint('there')
  await outbox.isEndpointDisabled('there')
  await outbox.listFailed(10)
  await outbox.oldestAge()
  await outbox.sendAgain(['msg_tour2'], anAct)

  const rule = { forService: '', forChannel: '', shown: '+12', reason: 'premium', seconds: null } as const
  await numberRules.add({ ...rule, kind: 'block', keys: ['prefix:+12'] }, anAct)
  await numberRules.allows(['prefix:+12', 'prefix:+1'])
  await numberRules.list(10)
  await numberObstacles.find({ rules: ['prefix:+12'], counters: ['number:hash'], failures: ['code:hash'] })
  const known = { key: 'number:hash', secretId: 'old', ciphertext: 'sealed' }
  await numberRules.add({ ...rule, kind: 'block', keys: [known] }, anAct)
  await numberRules.lacking(['new', 'old'], '', 10)
  await numberRules.addKey('number:hash', { ...known, key: 'number:other', secretId: 'new' })
  await numberRules.deleteKeysOfOthers(['new'])
  await numberRules.remove(['number:other'], ['block'], null, anAct)
  await numberRules.remove(['prefix:+12'], ['block'], null, anAct)
  await numberRules.unblock({ keys: ['number:hash'], failures: ['code:hash'], gates: ['hash'] }, anAct)
  await numberRules.sweep()
  await numberOwners.proved(['owner'])

  const written = await auditLog.append(anAct)
  await auditLog.appendAtMost(1, anAct)
  await auditLog.isRecent(written, { ...anAct, actions: [anAct.action] })
  await auditLog.list({ actor: 'cli:ada', action: null, targets: ['all'] }, null, 10)
  await auditLog.snapshot(async ({ rows }) => {
    for await (const row of rows) if (row.actor !== anAct.actor) throw new Error('There are no other acts.')
  })
  await auditLog.sweep(0)

  await idempotency.sweep()
  await limits.sweep()
  await failureCounters.sweep()
  await numberOwners.sweep()
  await retention.sweep({ person: 0, ledger: 0, webhooks: false })
}

async function severalAtOnce(challenges: Stores['challenges']): Promise<void> {
  const made = (key: string | null) => ({
    challenge: aChallenge(),
    request: aRequest(),
    expiresIn: 300,
    idempotency: key === null ? null : { key, fingerprint: 'f' },
    slot: { carrier: 'twilio', channel: 'call', lane: 1, perSecond: 100, maxWaitSeconds: 10 } as const,
  })
  const begins = (index: number) => ({
    ...aCreation.begins,
    consume: [{ key: 'number:several', rates: [{ max: 9, seconds: 600 }] }],
    hold: [`hash of several ${index}`],
    prefix: {
      prefix: `+1202555${index}`,
      region: 'US',
      suffix: 1000,
      conversion: 'enforce',
      neighbours: 'enforce',
    } as const,
  })
  const bothMade = (keys: (string | null)[], first: number) =>
    Promise.all(keys.map((key, index) => challenges.insert(made(key), { ...aCreation, begins: begins(first + index) })))
  const all = (await bothMade([null, null], 0)).map(asRecord)
  await bothMade(['several 2', 'several 3'], 2)
  const plain = await Promise.all(all.map(({ challenge }) => challenges.save(aChange(challenge))))
  const cleared = { first: 1, every: 1, seconds: 60, longest: 60, jitter: 0, forgottenAfter: 600, disablesAt: null }
  const failures = [{ ...cleared, keys: [{ key: 'code:several' }], failed: false, refusedWhileLocked: true }]
  const ends = { callOver: true, inTime: true, failures, owner: ['owner:several'] }
  await Promise.all(
    plain
      .map(asRecord)
      .map(({ challenge }, index) =>
        challenges.save(
          aChange(
            { ...challenge, outcome: { status: 'approved', reason: 'code_matched' } },
            { ...ends, outbox: [{ id: `msg_several${index}`, type: 'challenge.approved' }] },
          ),
        ),
      ),
  )
}

async function everyService(services: ServiceStore): Promise<void> {
  await services.ensureFirst()
  await services.create({ id: 'svc_tour', name: 'Acme', settings: { POLICY: 'asvs' } }, anAct)
  await services.update('svc_tour', { name: 'Acme Bank', settings: { POLICY: null } }, anAct)
  await services.setWebhookSecrets('svc_tour', null, { ciphertext: 'sealed', secretId: 's1' }, anAct)
  await services.setWebhookSecrets('svc_tour', 'sealed', { ciphertext: 'sealed anew', secretId: 's2' }, null)
  const key = { serviceId: 'svc_tour', name: 'web', scopes: ['create' as const] }
  await services.addKey({ ...key, id: 'apk_tour1', keyHash: 'a hash' }, anAct)
  const next = { id: 'apk_tour2', keyHash: 'another hash', overlapSeconds: 0 }
  await services.rotateKey({ id: 'apk_tour1', serviceId: 'svc_tour' }, next, anAct)
  await services.findKey('another hash')
  await services.noteUse(['apk_tour2'])
  await services.keys('svc_tour')
  await services.revision()
  await services.load()
  await services.list()
  await services.sweep()
  await services.removeKey({ id: 'apk_tour2', serviceId: 'svc_tour' }, anAct)
  await services.remove('svc_tour', anAct)
}

async function theGuard({ prefixTraffic, guardTraffic, guardTrips, learntPrices, spending }: Stores): Promise<void> {
  await prefixTraffic.note([{ prefix: '+1202555', verified: 1, failed: 0, unrung: 0 }])
  await prefixTraffic.blocked(10)
  await prefixTraffic.find('+1202555')
  await prefixTraffic.forget('+1202555')
  await prefixTraffic.sweep()
  await guardTraffic.add([{ key: 'region:US', started: 1, verified: 1, failed: 0, cost: 200 }])
  const ceiling = { base: null, hourMax: 10, dayMax: null }
  await guardTraffic.reserve([{ key: 'all', unit: 'cost', needed: 1, more: 0, ...ceiling }])
  await guardTraffic.totals()
  await guardTraffic.forget('region:US')
  await guardTraffic.sweep()
  const trip = { id: 'trp_tour', rule: 'conversion', key: 'region:JM', mode: 'enforce', reason: 'few' } as const
  await guardTrips.begin([{ ...trip, seconds: 60, message: 'msg_tour3', taken: { key: 'region:JM', failed: 1 } }])
  await guardTrips.standing()
  const { rule, key, reason } = trip
  const decision = { id: 'dec_tour', rule, key, reason, refused: true, serviceId: 'svc_tour', numberHash: 'hash' }
  await guardTrips.decided([{ ...decision, shown: '+1••••••0123', challengeId: null }], [{ rule, key, count: 1 }])
  await guardTrips.decisions({ numberHashes: ['hash'] }, 10)
  await guardTrips.lift('region:FR', null, anAct)
  await guardTrips.end([{ id: trip.id, reason: 'over', message: 'msg_tour4' }])
  await guardTrips.list(10)
  await guardTrips.sweep()
  await learntPrices.learn([{ carrier: 'plivo', prefix: '+1', channel: 'call', price: 50 }])
  await learntPrices.list()
  const spent = { day: '2026-01-31', serviceId: 'svc_tour', carrier: 'plivo', region: 'US', channel: 'call' } as const
  await spending.add([{ ...spent, count: 1, cost: 200 }])
  await spending.sums(30, null)
}

async function everyFactor(factors: Stores['factors']): Promise<void> {
  const factor = { subject: 'user-tour', label: null, ciphertext: 'sealed', secretId: 's1' }
  await factors.insert('svc_tour', { ...factor, id: 'fct_totp', type: 'totp', status: 'pending' })
  await factors.insert('svc_tour', { ...factor, id: 'fct_codes', type: 'recovery_codes', status: 'confirmed' })
  await factors.fail('fct_totp', 5, 60)
  await factors.accept('fct_totp', { step: 1 })
  await factors.accept('fct_codes', { codeIndex: 3 })
  await factors.find('svc_tour', 'fct_totp')
  await factors.list('svc_tour', 'user-tour')
  await factors.encryptedUnderOthers('s2', '', 10)
  await factors.reencrypt('fct_totp', 'sealed', { ciphertext: 'sealed anew', secretId: 's2' })
  await factors.delete('svc_tour', 'fct_totp')
}

function watched<S extends object>(part: string, store: S, used: Set<string>): S {
  return new Proxy(store, {
    get(target, name, receiver) {
      used.add(`${part}.${String(name)}`)
      return Reflect.get(target, name, receiver)
    },
  })
}

async function everyOperatorFactor(factors: OperatorFactors): Promise<void> {
  await factors.confirm({ name: 'ada', id: 'fct_app', step: 1, alone: true }, anAct)
  await factors.countWrongCode({ id: 'fct_app', attempts: 5, longestLockMinutes: 60, hourly: 20 })
  await factors.remove({ name: 'ada', id: 'fct_app', session: 'second' }, anAct)
}

async function everyOperator(operators: OperatorStore): Promise<void> {
  await operators.add({ name: 'ada', role: 'operator', passwordHash: 'a hash' }, anAct)
  await operators.any()
  await operators.list()
  await operators.find('ada')
  await operators.openPasswordSession({ idHash: 'first', name: 'ada', passwordHash: 'a hash', replaced: null })
  await operators.openCallSession({ idHash: 'call', name: 'ada', replaced: 'first', challengeId: 'chl_1' })
  await operators.openSignedInSession({ idHash: 'second', name: 'ada', replaced: 'call', factorId: 'fct_app' }, anAct)
  await operators.setCall('second', 'chl_1')
  await operators.noteFailedCalls()
  await operators.session('second')
  await operators.closeSession('second')
  await operators.reset('ada', 'another hash', anAct)
  await operators.disable('ada', anAct)
  await operators.sweep()
}
