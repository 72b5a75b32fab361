// Random statements get the same answers from the memory store as from a database, which the simulator relies on.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Challenge, ChallengeId, Delivery, DeliveryId, Outcome } from '../../src/domain/challenge.ts'
import { carrierRateLimit } from '../../src/store/carrier-rate-limit.ts'
import type { Inserted, NotAdmitted } from '../../src/store/challenge-inserts.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import { changedChallenges } from '../../src/store/changed-challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { type FailureChange, failureCounterStore } from '../../src/store/failure-counters.ts'
import type { RuleKind } from '../../src/store/guard-schema.ts'
import { idempotencyStore } from '../../src/store/idempotency.ts'
import { type NewRule, numberRuleStore, type RuleQuestion } from '../../src/store/number-rules.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { type PrefixQuestion, prefixTrafficStore } from '../../src/store/prefix-traffic.ts'
import { type Lock, rateLimits } from '../../src/store/rate-limits.ts'
import type { Store } from '../../src/store/store.ts'
import type { ChallengeRecord, DeliveryStart } from '../../src/store/types.ts'
import { wrongGateLimits } from '../../src/store/wrong-gates.ts'
import { onEachDatabase } from '../store/each-database.ts'
import { aChange, aDelivery, anAct, aRequest } from '../store/samples.ts'
import { createPrng, type Prng } from '../support/prng.ts'
import { memoryStore } from './memory-store.ts'

type Kept = Pick<
  Store,
  | 'challenges'
  | 'changedChallenges'
  | 'idempotency'
  | 'rateLimits'
  | 'carrierRates'
  | 'outbox'
  | 'numberRules'
  | 'failureCounters'
  | 'prefixTraffic'
>
type Statement = (on: Kept) => Promise<unknown>

const STATEMENTS = 400
// What is due falls due after multiples of 5 s, and time is moved by multiples of 5 s: only a run of 5 s could meet the
// moment at which the database, asked a few milliseconds earlier than the memory store, answers otherwise.

onEachDatabase((database) => {
  describe('a database and the memory store', () => {
    for (const seed of [1, 2, 3]) {
      test(`give the same answers to statements drawn from seed ${seed}`, async () => {
        await clear(database())
        const real = keptIn(database())
        let ahead = 0
        const memory = memoryStore(() => Date.now() + ahead)
        const drawn = statements(createPrng(seed), seed)
        let skew = 0
        for (let count = 0; count < STATEMENTS; count++) {
          const { what, ask, seconds = 0 } = drawn.next().value
          if (seconds > 0) {
            ahead += seconds * 1000
            await pass(database(), seconds)
            continue
          }
          const begun = performance.now()
          const [wanted, got] = [await answer(ask, real), await answer(ask, memory)]
          // Two moments lie so far apart at most, one after the other in each store.
          skew = Math.max(skew, (performance.now() - begun) / 1000)
          same(shownAt(got, ahead), shownAt(wanted, 0), 2 * skew, `statement ${count}, ${what}`)
        }
      })
    }
  })
})

function keptIn(database: Database): Kept {
  return {
    challenges: challengeStore(database),
    changedChallenges: changedChallenges(database),
    idempotency: idempotencyStore(database),
    rateLimits: rateLimits(database),
    carrierRates: carrierRateLimit(database),
    outbox: outboxStore(database),
    numberRules: numberRuleStore(database),
    failureCounters: failureCounterStore(database),
    prefixTraffic: prefixTrafficStore(database),
  }
}

async function answer(ask: Statement, on: Kept): Promise<unknown> {
  return ask(on).catch((error: Error) => `fails: ${/violates|duplicate/.exec(error.message)?.[0] ?? error.message}`)
}

/** Seconds, rounded up or not. */
type Measured = { key: string; seconds: number }
type Shown = { rest: unknown; measured: Measured[] }

/** Times and ages apart from the rest, since they are measured; times less the seconds that the store is ahead. */
function shownAt(answer: unknown, ahead: number): Shown {
  const measured: Measured[] = []
  const rest = JSON.stringify(answer, (key, value) => {
    if (value === null) return null
    if (/^(deliveryAge|turnAge|retryAfter|wait|span)$/.test(key) && typeof value === 'number')
      measured.push({ key, seconds: value })
    else if (/^(createdAt|expiresAt|endedAt|consumedAt|failedAt|nextAt|claimedAt|endsAt|until)$/.test(key)) {
      const at = typeof value === 'number' ? value : Date.parse(value) / 1000
      measured.push({ key, seconds: at - ahead / 1000 })
    }
    // In microseconds: the end of a counter's window.
    else if (typeof value === 'number' && value > 1e15) measured.push({ key, seconds: value / 1e6 - ahead / 1000 })
    // The ledger can't be changed, so time does not pass for its lines.
    else if (key !== 'at') return value
    return 'measured'
  })
  return { rest: JSON.parse(rest ?? 'null'), measured }
}

function same(got: Shown, wanted: Shown, tolerance: number, what: string): void {
  assert.deepEqual(got.rest, wanted.rest, what)
  for (const [index, { key, seconds }] of got.measured.entries()) {
    const apart = Math.abs(seconds - wanted.measured[index]!.seconds)
    // A Retry-After is rounded up to whole seconds, and times are kept in milliseconds.
    const most = tolerance + (key === 'retryAfter' ? 1 : 0.002)
    assert.ok(apart <= most, `${what}: ${key} is ${apart} s apart, and may be ${most}`)
  }
}

type Drawn = { what: string; ask: Statement; seconds?: number }

function* statements(chance: Prng, seed: number): Generator<Drawn, never> {
  const numbers = ['one', 'two'].map((name) => `${seed}-${name}`)
  const keys = ['a', 'b', null].map((name) => name && `${seed}-${name}`)
  const known: { challenge: Challenge; numberHash: string }[] = []
  let made = 0

  const next = (): Challenge => {
    const { challenge } = chance.pick(known)
    const version = chance.pick([1, 1, 2, 2, 3, 4])
    // Only the last delivery may be new: all that were read before it bear their time.
    const deliveries = chance.chance(0.3) ? [drawn()] : challenge.deliveries
    const attemptsLeft = chance.pick([5, 4, 3, -1])
    return { ...challenge, version, deliveries, attemptsLeft, outcome: chance.pick(OUTCOMES) }
  }
  /** Of an inside line, or of an account. */
  const behind = () => chance.pick(['', '', ';ext=9', ';ext=9;account=9'])
  /** The hashes of a number under secrets that are being rotated, and counters of two windows. */
  const question = (): RuleQuestion => ({
    keys: [
      ...numbers.slice(0, chance.between(0, 2)).map((hash) => `number:${hash}`),
      ...numbers.slice(0, chance.between(0, 2)).map((hash) => `code:${hash}${behind()}`),
      ...PREFIXES.slice(0, chance.between(0, 2)),
    ],
    service: chance.pick([aRequest().serviceId, 'svc_other']),
    channel: chance.pick(['call', 'sms']),
  })
  /** A creation asks about its own number. */
  const ownQuestion = (numberHash: string): RuleQuestion => {
    const { keys, ...rest } = question()
    return { ...rest, keys: [`number:${numberHash}`, ...keys], service: aRequest().serviceId }
  }
  const rule = (kinds: readonly RuleKind[]): NewRule => {
    const kind = chance.pick(kinds)
    const keys = chance.chance(0.7)
      ? numbers.slice(0, chance.between(1, 2)).map((hash) => `number:${hash}`)
      : PREFIXES.slice(-1)
    const forService = kind === 'report' ? aRequest().serviceId : ''
    const forChannel = kind === 'opt_out' ? chance.pick(['sms', ''] as const) : ''
    const seconds = kind === 'report' ? chance.pick([7, 22]) : null
    return { keys, kind, forService, forChannel, shown: `${seed}`, reason: null, seconds }
  }
  const owner = () => numbers.slice(0, chance.between(0, 1)).map((hash) => `owner-${hash}`)
  /** One of three is for owners alone, and one for others. */
  const locks = (hashes: string[]): Lock[] =>
    hashes.map((hash) => ({
      key: `code:${hash}${behind()}`,
      ...chance.pick([{}, { ofOwner: true }, { ofOwner: false }]),
    }))
  const failure = (hashes: string[]): FailureChange => ({
    keys: locks(hashes),
    failed: chance.chance(0.85),
    refusedWhileLocked: chance.chance(0.5),
    first: 2,
    every: 2,
    seconds: 12,
    longest: 30,
    jitter: 0,
    forgottenAfter: 47,
    disablesAt: 4,
  })
  const prefix = (): PrefixQuestion => ({
    prefix: '+1202555',
    region: 'US',
    suffix: chance.pick([100, 103, 107, 5_000, null]),
    conversion: chance.pick(['enforce', 'record', 'off']),
    neighbours: chance.pick(['enforce', 'record', 'off']),
  })
  const drawnRates = () => chance.pick([[20], [60], [20, 60], [60, 35]]).map((seconds) => ({ max: 3, seconds }))
  const start = (holds: number): DeliveryStart => ({
    rules: question(),
    consume: [
      ...numbers
        .slice(0, chance.between(0, 2))
        .map((key) => ({ key, rates: drawnRates(), ...chance.pick([{}, { ofOwner: false }]) })),
      ...wrongGateLimits(numbers.slice(0, chance.between(0, 2))),
    ],
    owner: owner(),
    locks: locks(numbers.slice(0, chance.between(0, 2))),
    prefix: chance.chance(0.8) ? prefix() : null,
    hold: chance.chance(holds) ? numbers.slice(chance.between(0, 1), chance.between(1, 2)) : [],
  })
  const drawn = (): Delivery => ({ ...aDelivery(), id: `dlv_${seed}-${++made}` as DeliveryId })

  for (;;) {
    const kind = known.length === 0 ? 0 : chance.between(0, 16)
    const key = chance.pick(keys)
    const keyed = key ?? `${seed}-c`
    if (kind <= 1) {
      const numberHash = chance.pick(numbers)
      const challenge: Challenge = {
        id: `chl_${seed}-${++made}` as ChallengeId,
        flow: 'send_code',
        version: 1,
        attemptsLeft: 5,
        codeDisclosed: false,
        fallback: ['sms'],
        deliveries: [drawn()],
        outcome: null,
      }
      known.push({ challenge, numberHash })
      const change = {
        entry: { type: 'created', delivery: null, facts: { n: 1 } },
        outbox: [],
        begins: { ...start(0.6), rules: ownQuestion(numberHash) },
        secondsUntilCheck: chance.pick([10, 40, null]),
      }
      const expiresIn = chance.pick([30, 60])
      const request = { ...aRequest(), numberHash }
      const idempotency = key ? { key, fingerprint: chance.pick(['f', 'g']) } : null
      const slot = chance.chance(0.5) ? { ...LANE, maxWaitSeconds: chance.pick([0, 15]) } : null
      yield {
        what: `insert ${challenge.id} under ${key}`,
        ask: async ({ challenges }) =>
          shown(await challenges.insert({ challenge, request, expiresIn, idempotency, slot }, change)),
      }
    } else if (kind <= 5) {
      const begins = chance.chance(0.3) ? start(0.5) : null
      const slot = begins && chance.chance(0.5) ? { ...LANE, maxWaitSeconds: chance.pick([0, 15]) } : null
      const changed = next()
      const change = {
        next: changed,
        entry: { type: 'changed', delivery: null, facts: {} },
        outbox: chance.chance(0.4) ? [{ id: `msg_${seed}-${++made}` as const, type: 'delivery.updated' }] : [],
        rules: chance.chance(0.15) ? [rule(['opt_out', 'report'])] : [],
        // A delivery is asked for only when no call is live.
        callOver: begins === null && chance.chance(0.5),
        withoutPage: false,
        secondsUntilCheck: chance.pick([10, null, 'as_planned' as const]),
        // Nothing but its end happens to a challenge whose time is over.
        inTime: changed.outcome === null || chance.chance(0.5),
      }
      const givesBack = chance.chance(0.5)
      const hashes = numbers.slice(chance.between(0, 1), chance.between(1, 2))
      const isGate = chance.chance(0.5)
      const who = owner()
      const failures = chance.chance(0.4) ? [failure(hashes)] : []
      const isRight = chance.chance(0.2)
      const gateEntry = isGate ? { isRight, callGoesOn: !isRight && chance.chance(0.5), hashes } : null
      yield {
        what: `save ${change.next.id} version ${change.next.version}`,
        ask: async ({ challenges }) => {
          const found = await challenges.find(changed.id)
          // Without one it is saved under no version, and nothing is known of it.
          const before = found ?? aChange(changed).before
          const saved = { ...change, before, refund: [], gateEntry: null, failures: [], owner: [] }
          if (begins) return shown(await challenges.saveDelivery(saved, begins, slot))
          // Keys of a gate end no delivery, nor does a code.
          if (gateEntry) return shown(await challenges.save({ ...saved, callOver: false, gateEntry }))
          if (failures.length > 0) return shown(await challenges.save({ ...saved, failures, owner: who }))
          return shown(await challenges.save({ ...saved, refund: (givesBack && found?.charge) || [] }))
        },
      }
    } else if (kind === 6) {
      const { id } = chance.pick(known).challenge
      yield {
        what: `find ${id}`,
        ask: async ({ challenges, changedChallenges }) => [
          shown(await challenges.find(id)),
          await challenges.ledger(id),
          await changedChallenges.since(new Map([[id, 2]])),
        ],
      }
    } else if (kind === 7) {
      yield {
        what: 'due',
        ask: async ({ challenges }) =>
          (await challenges.claimDue(50)).map(({ id, version }) => `${id} ${version}`).sort(),
      }
    } else if (kind === 8) {
      const prints = chance.pick([['f'], ['f', 'g'], ['h']])
      yield { what: `find ${keyed}`, ask: ({ idempotency }) => idempotency.find(aRequest().serviceId, keyed, prints) }
    } else if (kind === 9) {
      const { id } = chance.pick(known).challenge
      yield {
        what: `finish ${keyed}`,
        ask: ({ idempotency }) => idempotency.finish(aRequest().serviceId, keyed, id, { b: 1, a: 2 }),
      }
    } else if (kind === 10) {
      const slot = { ...LANE, maxWaitSeconds: chance.pick([0, 15]) }
      const gives = chance.chance(0.2)
      yield {
        what: gives ? 'release' : 'reserve',
        ask: async ({ carrierRates }) => ({
          wait: await (gives ? carrierRates.release(LANE) : carrierRates.reserve(slot)),
        }),
      }
    } else if (kind === 11) {
      const how = chance.pick(['delivered', 'later', 'given up'])
      yield {
        what: `claim and ${how}`,
        ask: async ({ outbox }) => {
          const claimed = (await outbox.claim(50, 30)).sort((one, other) => (one.id < other.id ? -1 : 1))
          for (const { id } of claimed)
            await (how === 'delivered'
              ? outbox.markDelivered(id)
              : outbox.markFailed(id, 'no', how === 'later' ? 90 : null))
          const failed = (await outbox.listFailed(50)).map(({ id, lastError, tries }) => `${id} ${lastError} ${tries}`)
          return [claimed, failed.sort(), how === 'given up' ? await outbox.sendAgain('all', anAct) : null]
        },
      }
    } else if (kind === 12) {
      const [added, asked] = [rule(['allow', 'block', 'opt_out', 'report', 'report']), question()]
      yield {
        what: `rule ${added.kind}`,
        ask: async ({ numberRules, challenges }) => {
          await numberRules.add(added, anAct)
          const pending = await challenges.pendingTo(aRequest().serviceId, aRequest().to!)
          return [await numberRules.allows(asked.keys), pending.sort()]
        },
      }
    } else if (kind === 13) {
      const { keys } = question()
      const kinds = chance.pick([['allow', 'block'], ['report'], ['opt_out', 'report'], null] as const)
      const service = chance.pick([aRequest().serviceId, null])
      const codes = numbers.slice(0, chance.between(0, 2)).map((hash) => `code:${hash}`)
      yield {
        what: 'rules are removed',
        ask: async ({ numberRules, failureCounters }) => {
          await failureCounters.sweep()
          const blocked = { keys, failures: codes, gates: numbers }
          const held =
            kinds === null
              ? await numberRules.unblock(blocked, anAct)
              : await numberRules.remove(keys, kinds, service, anAct)
          await numberRules.sweep()
          const left = (await numberRules.list(50)).map(({ createdAt: _, until, ...one }) => ({
            ...one,
            ends: until !== null,
          }))
          // Rules of one moment are listed as one, and two statements fall into one moment in either store.
          const lines = new Set(left.map((one) => JSON.stringify(one, Object.keys(one).sort())))
          return [held, [...lines].sort()]
        },
      }
    } else if (kind === 16) {
      const of = { prefix: '+1202555', verified: chance.pick([0, 0, 1]), failed: 1, unrung: chance.between(0, 1) }
      yield {
        what: 'outcomes of a prefix',
        ask: async ({ prefixTraffic }) => {
          await prefixTraffic.note([of])
          return prefixTraffic.blocked(5)
        },
      }
    } else if (kind === 14) {
      const { id } = chance.pick(known).challenge
      const under = chance.pick(['used', null])
      yield {
        what: `consume ${id} under ${under}`,
        ask: async ({ challenges }) => [await challenges.consume(id, under), shown(await challenges.find(id))],
      }
    } else yield { what: 'time passes', ask: async () => null, seconds: chance.pick([5, 10, 15, 35]) }
  }
}

const LANE = { carrier: 'plivo', channel: 'call', lane: 0, perSecond: 0.2 } as const
const PREFIXES = ['prefix:+1', 'prefix:+1202']

const OUTCOMES: (Outcome | null)[] = [
  null,
  null,
  null,
  { status: 'approved', reason: 'code_matched' },
  { status: 'expired', reason: 'expired' },
]

function shown(stored: ChallengeRecord | Inserted | NotAdmitted | string | null) {
  if (stored === null || typeof stored === 'string' || 'retryAfter' in stored) return stored
  if ('rule' in stored || 'prefix' in stored) return stored
  if ('record' in stored) return { ...shownRecord(stored.record), wait: stored.slotWait, block: stored.block ?? null }
  return shownRecord(stored)
}

function shownRecord(stored: ChallengeRecord) {
  return { ...stored, span: (Date.parse(stored.expiresAt) - Date.parse(stored.createdAt)) / 1000 }
}

async function clear({ query }: Database): Promise<void> {
  for (const table of [
    'challenges',
    'outbox',
    'idempotency',
    'rate_limit_counters',
    'carrier_rate_slots',
    'active_calls',
    'number_rules',
    'failure_counters',
    'number_owners',
    'prefix_traffic',
  ])
    await query(`delete from ${table}`)
}

/** As if so many seconds had passed for everything. */
async function pass({ query }: Database, seconds: number): Promise<void> {
  const earlier = (column: string) => `${column} = ${column} - $1::float8 * interval '1 second'`
  const all: Record<string, string[]> = {
    challenges: ['created_at', 'expires_at', 'ended_at', 'consumed_at', 'next_check_at', 'check_put_off_to'],
    outbox: ['created_at', 'until', 'next_at', 'failed_at', 'delivered_at'],
    idempotency: ['claimed_at', 'created_at'],
    rate_limit_counters: ['ends_at'],
    number_rules: ['created_at', 'until'],
    number_owners: ['ends_at'],
    prefix_traffic: ['halved_at', 'blocked_until'],
    failure_counters: ['locked_until', 'ends_at'],
    carrier_rate_slots: ['free_at'],
  }
  for (const [table, columns] of Object.entries(all))
    await query(`update ${table} set ${columns.map(earlier).join(', ')}`, [seconds])
  await query(
    `update challenges set deliveries = (
      select coalesce(jsonb_agg(jsonb_set(one, '{createdAt}', to_jsonb(to_char(
        (one ->> 'createdAt')::timestamptz at time zone 'UTC' - $1::float8 * interval '1 second',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) order by place), '[]')
      from jsonb_array_elements(deliveries) with ordinality as every (one, place))`,
    [seconds],
  )
  await query(
    `update rate_limit_counters set starts = array(
      select start - ($1::float8 * 1000000)::bigint from unnest(starts) with ordinality as every (start, place) order by place)`,
    [seconds],
  )
  // Which window a charge was counted in.
  await query(
    `update challenges set charge = (
      select json_agg(jsonb_set(one, '{2}', (
        select jsonb_agg(start::bigint - ($1::float8 * 1000000)::bigint order by place)
        from jsonb_array_elements_text(one -> 2) with ordinality as every (start, place))))
      from jsonb_array_elements(charge::jsonb) as one)
    where charge is not null`,
    [seconds],
  )
}
