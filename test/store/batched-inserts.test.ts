// Many created at once, which the store does with few statements: each is admitted or refused as if it were alone.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import type { SlotRequest } from '../../src/store/carrier-rate-limit.ts'
import { type ChallengeStore, challengeStore } from '../../src/store/challenges.ts'
import type { Database, Parameter } from '../../src/store/database.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import type { PrefixQuestion } from '../../src/store/prefix-traffic.ts'
import type { Limit } from '../../src/store/rate-limits.ts'
import type { ChallengeRecord, DeliveryStart, InsertChallenge } from '../../src/store/types.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { ageCounters, insertCounters, WINDOWS } from '../support/rate-limit-counters.ts'
import { onEachDatabase } from './each-database.ts'
import { nodesOf, type Plan } from './query-plan.ts'
import { aChallenge, aChange, aCreation, anAct, aRequest, asRecord, NO_RULES } from './samples.ts'
import { onPostgres, withoutDeadline } from './test-databases.ts'

type Asked = { created: InsertChallenge; begins: DeliveryStart }
type Answer = Awaited<ReturnType<ChallengeStore['insert']>>

type Terms = Partial<DeliveryStart> & { slot?: SlotRequest; key?: string; attemptsLeft?: number }

function asked({ slot, key, attemptsLeft = 5, ...begins }: Terms = {}): Asked {
  const challenge = { ...aChallenge(), attemptsLeft }
  const idempotency = key === undefined ? null : { key, fingerprint: `of ${key}` }
  return {
    created: { challenge, request: aRequest(), expiresIn: 300, idempotency, slot: slot ?? null },
    begins: { ...aCreation.begins, ...begins },
  }
}

const insert = (challenges: ChallengeStore, { created, begins }: Asked) => {
  const { id } = created.challenge
  const entry = { type: 'created', delivery: created.challenge.deliveries[0]!.id, facts: { id } }
  return challenges.insert(created, { ...aCreation, entry, begins })
}
const atOnce = (challenges: ChallengeStore, all: Asked[]) => Promise.all(all.map((one) => insert(challenges, one)))

/** The database, and the statements that it is sent. */
function watched(database: Database) {
  const sent: (readonly Parameter[])[] = []
  const query = <T>(text: string, params: readonly Parameter[] = []) => {
    sent.push(params)
    return database.query<T>(text, params)
  }
  const challenges = challengeStore({ ...database, query })
  return { challenges, sent: () => sent.splice(0).length, given: () => sent.splice(0) }
}

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
const limit = (max: number, key = nanoid()): Limit => ({ key, rates: [{ max, seconds: 3600 }] })
const lane = (perSecond = 1): SlotRequest => {
  return { carrier: 'plivo', channel: 'call', lane: Math.floor(Math.random() * 1e9), perSecond, maxWaitSeconds: 10 }
}
const enforced = { region: 'US', conversion: 'enforce', neighbours: 'off' } as const
const ofPrefix = (prefix: string, suffix = 1000): PrefixQuestion => ({ prefix, suffix, ...enforced })

/** What it is called, without what is of one challenge alone. */
function named(answer: Answer): string {
  if (typeof answer === 'string') return answer
  if ('record' in answer) return `made, ${answer.block ? 'recorded' : 'free'}`
  if ('rule' in answer) return `rule ${answer.rule}`
  return 'prefix' in answer ? `blocked by ${answer.by}` : `limit of ${answer.quota?.max ?? 'failures'}`
}
const isMade = (answer: Answer) => typeof answer === 'object' && 'record' in answer

onEachDatabase((database) => {
  test('twenty that are created at once are created by one statement, as they are read again', async () => {
    const { challenges, sent } = watched(database())
    const slot = lane(1000)
    const [everybody, half] = [limit(100), limit(100)]
    const all = times(20, (index) =>
      asked({
        consume: [limit(3), everybody, ...(index % 2 ? [half] : []), { ...limit(1), units: 0 as const }],
        hold: [nanoid(), nanoid()],
        owner: [nanoid()],
        locks: [{ key: nanoid() }],
        rules: { ...NO_RULES, keys: [`number:${nanoid()}`, 'prefix:+1', 'prefix:+12'] },
        prefix: ofPrefix(nanoid()),
        slot,
        ...(index % 3 === 0 && { key: nanoid() }),
      }),
    )
    const made = (await atOnce(challenges, all)).map(asRecord)
    assert.equal(sent(), 1)
    for (const [index, record] of made.entries()) {
      const { created, begins } = all[index]!
      const { id } = created.challenge
      const { readAt: _, ...found } = { readAt: '', ...(await challenges.find(id))! }
      const ages = { deliveryAge: found.deliveryAge, turnAge: found.turnAge }
      assert.deepEqual({ ...record, ...ages }, found)
      assert.deepEqual([record.challenge.id, record.request], [id, created.request])
      assert.equal(Date.parse(record.expiresAt) - Date.parse(record.createdAt), 300_000)
      const [line, ...more] = await challenges.ledger(id)
      assert.deepEqual(
        [line!.type, line!.delivery, line!.facts, line!.version, more.length],
        ['created', created.challenge.deliveries[0]!.id, { id }, 1, 0],
      )
      const taken = begins.consume.filter(({ units }) => units !== 0).map(({ key }) => key)
      assert.deepEqual(record.charge!.map(([key]) => key).toSorted(), taken.toSorted())
    }
    const counts = await database().query<{ count: number }>(
      `select count from ${WINDOWS} where key in ($1, $2) order by count`,
      [everybody.key, half.key],
    )
    assert.deepEqual(
      counts.map(({ count }) => count),
      [10, 20],
    )
    const ids = JSON.stringify(made.map(({ challenge }) => challenge.id))
    const rows = async (table: string) => {
      const among = `challenge_id = any (array(select jsonb_array_elements_text($1::text::jsonb)))`
      return (await database().query(`select from ${table} where ${among}`, [ids])).length
    }
    assert.deepEqual([await rows('active_calls'), await rows('idempotency')], [40, 7])
  })

  test('each that something stands against is answered as it would be alone, and the others share a statement', async () => {
    const { challenges, sent } = watched(database())
    const rules = numberRuleStore(database())
    const rule = { forService: '', forChannel: '', shown: '+1 •', reason: null, seconds: null } as const
    const failing = { first: 1, every: 1, seconds: 60, longest: 60, jitter: 0, forgottenAfter: 600, disablesAt: null }

    /** One of each, on keys of its own. */
    async function oneOfEach(): Promise<Asked[]> {
      const keys = times(12, () => nanoid())
      const number = (index: number) => `number:${keys[index]}`
      await rules.add({ ...rule, keys: [number(0)], kind: 'opt_out' }, anAct)
      await rules.add({ ...rule, keys: [number(1)], kind: 'block' }, anAct)
      await rules.add({ ...rule, keys: [number(2)], kind: 'allow' }, anAct)
      await rules.add({ ...rule, keys: [number(3)], kind: 'report', forService: 'svc_other' }, anAct)
      const asks = (index: number, channel: 'call' | 'sms' = 'call') => ({
        rules: { keys: [number(index)], service: 'svc_test', channel },
      })
      const exhausted = limit(1)
      const failed = asRecord(
        await insert(challenges, asked({ consume: [exhausted], hold: [keys[4]!], key: keys[5]! })),
      )
      const failures = [{ ...failing, keys: [{ key: keys[6]! }], failed: true, refusedWhileLocked: false }]
      await challenges.save(aChange(failed.challenge, { failures }))
      const far = { ...lane(0.01), maxWaitSeconds: 10 }
      await insert(challenges, asked({ slot: far }))
      const prefixes = [keys[7]!, keys[8]!]
      for (const prefix of prefixes)
        await database().query(
          `insert into prefix_traffic (prefix, region, started, verified, failed, neighbours, suffixes, halved_at, rule, blocked_until)
           values ($1, 'US', 20, 0, 0, 0, '{}', now(), 'conversion', now() + interval '1 hour')`,
          [prefix],
        )
      await database().query(`insert into number_owners (key, ends_at) values ($1, now() + interval '1 hour')`, [
        keys[9]!,
      ])
      const strangers = { ...exhausted, ofOwner: false }
      return [
        asked(asks(0)),
        asked(asks(1)),
        asked(asks(2)),
        asked(asks(3)),
        asked({ consume: [limit(5), exhausted] }),
        asked({ hold: [keys[4]!] }),
        asked({ key: keys[5]! }),
        asked({ locks: [{ key: keys[6]! }] }),
        asked({ slot: far }),
        asked({ prefix: ofPrefix(keys[7]!) }),
        asked({ prefix: { ...ofPrefix(keys[8]!), conversion: 'record' } }),
        asked({ consume: [strangers], owner: [keys[9]!] }),
        asked({ consume: [strangers], owner: [nanoid()] }),
        asked({ consume: [limit(0)] }),
        asked(),
        asked({ consume: [limit(1)], hold: [nanoid()], prefix: ofPrefix(nanoid()), slot: lane() }),
      ]
    }

    const alone: string[] = []
    for (const one of await oneOfEach()) alone.push(named(await insert(challenges, one)))
    const all = await oneOfEach()
    sent()
    const together = await atOnce(challenges, all)
    assert.deepEqual(together.map(named), alone)
    assert.deepEqual(alone, [
      'rule opt_out',
      'rule block',
      'made, free',
      'made, free',
      'limit of 1',
      'number_busy',
      'key_taken',
      'limit of failures',
      'no_slot',
      'blocked by conversion',
      'made, recorded',
      'made, free',
      'limit of 1',
      'limit of 0',
      'made, free',
      'made, free',
    ])
    const leftOut = alone.filter((name) => name !== 'made, free').length
    assert.equal(sent(), 1 + leftOut)
    for (const [index, answer] of together.entries())
      if (isMade(answer)) assert.equal(asRecord(answer).challenge.id, all[index]!.created.challenge.id)
      else assert.equal(await challenges.find(all[index]!.created.challenge.id), null)
  })

  test('as many begin at once as a limit that they have in common leaves', async () => {
    const { challenges, sent } = watched(database())
    const shared = limit(5)
    const own = times(8, () => limit(1))
    const answers = await atOnce(
      challenges,
      own.map((one) => asked({ consume: [shared, one] })),
    )
    assert.equal(answers.filter(isMade).length, 5)
    assert.deepEqual([...new Set(answers.filter((answer) => !isMade(answer)).map(named))], ['limit of 5'])
    const counted = async (keys: string[]) => {
      const among = 'key = any (array(select jsonb_array_elements_text($1::text::jsonb)))'
      const [row] = await database().query<{ sum: number }>(`select sum(count)::int from ${WINDOWS} where ${among}`, [
        JSON.stringify(keys),
      ])
      return row!.sum
    }
    assert.deepEqual([await counted([shared.key]), await counted(own.map(({ key }) => key))], [5, 5])
    const exact = limit(6)
    sent()
    const fitting = await atOnce(
      challenges,
      times(6, () => asked({ consume: [exact] })),
    )
    assert.deepEqual([fitting.filter(isMade).length, sent(), await counted([exact.key])], [6, 1, 6])
    assert.equal(named(await insert(challenges, asked({ consume: [exact] }))), 'limit of 6')
  })

  test('a window that is over begins anew with those that come at once', async () => {
    const { challenges, sent } = watched(database())
    const shared = limit(3)
    const three = () =>
      atOnce(
        challenges,
        times(3, () => asked({ consume: [shared] })),
      )
    assert.ok((await three()).every(isMade))
    await database().query(ageCounters('1 hour', 'key = $1'), [shared.key])
    sent()
    const again = (await three()).map(asRecord)
    assert.equal(sent(), 1)
    const [row] = await database().query<{ count: number; start: string }>(
      `select count, start::text from ${WINDOWS} where key = $1`,
      [shared.key],
    )
    assert.equal(row!.count, 3)
    const starts = again.map(({ charge }) => charge![0]![2])
    assert.deepEqual(starts, Array(3).fill([Number(row!.start)]))
    await challenges.save(aChange(again[0]!.challenge, { callOver: true, refund: again[0]!.charge! }))
    assert.deepEqual(
      (
        await atOnce(
          challenges,
          times(2, () => asked({ consume: [shared] })),
        )
      )
        .map(named)
        .toSorted(),
      ['limit of 3', 'made, free'],
    )
  })

  test('each waits for a slot of its own, and none for one too far off', async () => {
    const { challenges, sent } = watched(database())
    const [slot, other] = [lane(2), lane(1)]
    const answers = await atOnce(
      challenges,
      times(9, (index) => asked(index === 8 ? {} : { slot: index % 2 ? other : slot })),
    )
    assert.equal(sent(), 1)
    const waits = answers.map((answer) => (typeof answer === 'object' && 'slotWait' in answer ? answer.slotWait : null))
    assert.deepEqual(waits, [0, 0, 0.5, 1, 1, 2, 1.5, 3, 0])
    const crowded = lane(0.1)
    const crowd = await atOnce(
      challenges,
      times(5, () => asked({ slot: crowded })),
    )
    assert.deepEqual(crowd.map(named).toSorted(), [...Array(2).fill('made, free'), ...Array(3).fill('no_slot')])
  })

  test('a number has one call, and a key one challenge, however many ask at once', async () => {
    const { challenges } = watched(database())
    const [number, key] = [nanoid(), nanoid()]
    const all = times(8, (index) => asked(index % 2 ? { hold: [nanoid(), number] } : { key }))
    const answers = (await atOnce(challenges, all)).map(named)
    const count = (name: string) => answers.filter((answer) => answer === name).length
    assert.deepEqual([count('made, free'), count('number_busy'), count('key_taken')], [2, 3, 3])
  })

  test('two of one number, account, prefix or key are never made by one statement', async () => {
    const { challenges, given } = watched(database())
    const [number, account, prefix, key] = times(4, () => nanoid())
    const two = (terms: () => Terms) => times(2, () => asked(terms()))
    const all = [
      ...two(() => ({ hold: [number!] })),
      ...two(() => ({ hold: [nanoid(), account!] })),
      ...two(() => ({ prefix: ofPrefix(prefix!) })),
      ...two(() => ({ key: key! })),
    ]
    const answers = (await atOnce(challenges, all)).map(named).toSorted()
    assert.deepEqual(answers, ['key_taken', ...Array(5).fill('made, free'), ...Array(2).fill('number_busy')])
    // The statement for several has one parameter, and the one for one many, in which the same may stand several times.
    const statements = given().flatMap((params) => (params.length === 1 ? [String(params[0])] : []))
    assert.ok(statements.length > 0)
    for (const one of [number!, account!, prefix!, `of ${key}`])
      for (const params of statements) assert.ok(params.split(one).length <= 2, params)
  })

  test('what begins at once is counted for its prefix, and the one that is too many is refused', async () => {
    const { challenges, sent } = watched(database())
    const prefixes = times(3, () => nanoid())
    const each = (round: number) =>
      atOnce(
        challenges,
        prefixes.map((prefix) => asked({ prefix: ofPrefix(prefix, round * 97) })),
      )
    for (let round = 0; round < 20; round++) assert.ok((await each(round)).every(isMade))
    assert.equal(sent(), 20)
    assert.deepEqual((await each(20)).map(named), Array(3).fill('blocked by conversion'))
    const rows = await database().query<{ started: number }>('select started from prefix_traffic where prefix = $1', [
      prefixes[0]!,
    ])
    assert.deepEqual(rows, [{ started: 20 }])
  })

  test('neighbours are told from each other where several prefixes are counted at once', async () => {
    const { challenges } = watched(database())
    const [near, far] = [nanoid(), nanoid()]
    const rule = { region: 'US', conversion: 'off', neighbours: 'enforce' } as const
    const answers: string[][] = []
    for (let round = 0; round < 8; round++) {
      const both = [
        asked({ prefix: { prefix: near, suffix: 1000 + round, ...rule } }),
        asked({ prefix: { prefix: far, suffix: 100 * round, ...rule } }),
      ]
      answers.push((await atOnce(challenges, both)).map(named))
    }
    const isFree = (index: number) => answers.map((round) => round[index] === 'made, free')
    assert.deepEqual(isFree(0), [...Array(6).fill(true), false, false])
    assert.deepEqual(isFree(1), Array(8).fill(true))
  })

  test('a row that the database refuses is refused alone', async () => {
    const { challenges } = watched(database())
    const shared = limit(10)
    const all = times(4, (index) => asked({ consume: [shared], attemptsLeft: index === 2 ? -1 : 5 }))
    const made = await Promise.allSettled(all.map((one) => insert(challenges, one)))
    assert.deepEqual(
      made.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    )
    assert.match(String((made[2] as PromiseRejectedResult).reason), /challenges_attempts_left/)
    const [row] = await database().query(`select count from ${WINDOWS} where key = $1`, [shared.key])
    assert.deepEqual(row, { count: 3 })
  })

  test('a database that does not answer is told to each, and nothing is made twice', async () => {
    let sent = 0
    const cut = challengeStore({
      ...database(),
      async query<T>(text: string, params?: readonly Parameter[]): Promise<T[]> {
        sent++
        await database().query<T>(text, params)
        throw new DatabaseUnavailable('The connection was lost after the commit.')
      },
    })
    const all = times(3, () => asked())
    const made = await Promise.allSettled(all.map((one) => insert(cut, one)))
    assert.ok(made.every((settled) => settled.status === 'rejected' && settled.reason instanceof DatabaseUnavailable))
    assert.equal(sent, 1)
    for (const { created } of all)
      assert.equal((await challengeStore(database()).ledger(created.challenge.id)).length, 1)
  })

  test('one that is alone, or waits for a page, is made by the statement for one', async () => {
    const { challenges, sent } = watched(database())
    const waiting = asked()
    waiting.created.request = { ...waiting.created.request, requireWaiter: true }
    asRecord(await insert(challenges, asked()))
    const all: ChallengeRecord[] = (await atOnce(challenges, [waiting, asked(), asked()])).map(asRecord)
    assert.deepEqual(
      all.map(({ request }) => request.requireWaiter),
      [true, false, false],
    )
    assert.equal(sent(), 3)
  })
})

describe('beside other statements', { skip: withoutPostgres }, () => {
  const { database: instance } = onPostgres({ instances: 2 })
  const stores = () => [challengeStore(instance(0)), challengeStore(instance(1))] as const

  /** Until the transaction is over, others wait for what it has locked. */
  async function holding(text: string, params: Parameter[], end = 'commit') {
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const ended = instance(1).session(async (query) => {
      await query('begin')
      await query(text, params)
      held.resolve()
      await release.promise
      await query(end)
    })
    await held.promise
    return () => {
      release.resolve()
      return ended
    }
  }

  async function someoneWaits(): Promise<void> {
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    while ((await instance(1).query(waiting)).length === 0);
  }

  test('each row is looked up by its key, also by a plan that is made while there are few', async () => {
    const plans: Plan[] = []
    const query = async <T>(text: string, params?: readonly Parameter[]) => {
      const [row] = await instance().query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, params)
      plans.push(row!['QUERY PLAN'][0].Plan)
      return instance().query<T>(text, params)
    }
    const challenges = challengeStore({ ...instance(), query })
    await atOnce(
      challenges,
      times(2, () => asked({ key: nanoid() })),
    )
    const nodes = plans.flatMap(nodesOf)
    const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])
    assert.deepEqual([plans.length, scans], [1, []])
    const read = new Set(nodes.map((node) => node['Relation Name']))
    for (const table of ['active_calls', 'failure_counters', 'idempotency', 'number_owners', 'number_rules'])
      assert.ok(read.has(table), table)
  })

  test('one that another statement was quicker than is refused, and the others are made', async () => {
    const { challenges, sent } = watched(withoutDeadline(instance()))
    const last = limit(1)
    await instance().query(insertCounters('values ($1)', { seconds: 3600, count: 0, endsIn: '1 hour' }), [last.key])
    const release = await holding('update rate_limit_counters set counts = array[1] where key = $1', [last.key])
    const answers = atOnce(challenges, [asked({ consume: [last] }), asked({ consume: [limit(1)] }), asked()])
    await someoneWaits()
    await release()
    assert.deepEqual((await answers).map(named), ['limit of 1', 'made, free', 'made, free'])
    assert.equal(sent(), 4)
  })

  test('one whose prefix, or whose last slot, is lost meanwhile is refused, and the others are made', async () => {
    const { challenges } = watched(withoutDeadline(instance()))
    const [prefix, slot] = [nanoid(), lane(0.1)]
    await insert(challenges, asked({ prefix: ofPrefix(prefix) }))
    const block = await holding(
      `update prefix_traffic set rule = 'conversion', blocked_until = now() + interval '1 hour' where prefix = $1`,
      [prefix],
    )
    const answers = atOnce(challenges, [asked({ prefix: ofPrefix(prefix) }), asked()])
    await someoneWaits()
    await block()
    assert.deepEqual((await answers).map(named), ['blocked by conversion', 'made, free'])

    await insert(challenges, asked({ slot: { ...slot, perSecond: 1000 } }))
    const reserve = await holding(
      `update carrier_rate_slots set free_at = now() + interval '1 hour' where carrier = 'plivo' and lane = $1`,
      [slot.lane],
    )
    const late = atOnce(challenges, [asked({ slot }), asked()])
    await someoneWaits()
    await reserve()
    assert.deepEqual((await late).map(named), ['no_slot', 'made, free'])
  })

  test('one whose number another call takes meanwhile is refused, and the others are made', async () => {
    const { challenges } = watched(withoutDeadline(instance()))
    const number = nanoid()
    const take = await holding('insert into active_calls values ($1, $2)', [number, 'chl_other'])
    const answers = atOnce(challenges, [asked({ hold: [number] }), asked({ hold: [nanoid()] })])
    await someoneWaits()
    await take()
    assert.deepEqual((await answers).map(named), ['number_busy', 'made, free'])
  })

  test('two instances at once begin no more than a limit leaves', async () => {
    const shared = limit(37)
    const all = times(60, (index) => insert(stores()[index % 2]!, asked({ consume: [shared, limit(1)] })))
    const answers = await Promise.all(all)
    assert.deepEqual(answers.filter(isMade).length, 37)
    const batches = stores().map((challenges) =>
      atOnce(
        challenges,
        times(30, () => asked({ consume: [shared] })),
      ),
    )
    assert.ok((await Promise.all(batches)).flat().every((answer) => named(answer) === 'limit of 37'))
    const second = limit(37)
    const both = stores().map((challenges) =>
      atOnce(
        challenges,
        times(30, () => asked({ consume: [second] })),
      ),
    )
    assert.equal((await Promise.all(both)).flat().filter(isMade).length, 37)
    const counts = await instance().query(`select count from ${WINDOWS} where key in ($1, $2)`, [
      shared.key,
      second.key,
    ])
    assert.deepEqual(counts, [{ count: 37 }, { count: 37 }])
  })

  describe('what several take is locked in the order of its keys', () => {
    /** Whether the others are locked once the statement for all five waits for the third. `lock`: what takes one. */
    async function areLocked(all: Asked[], lock: string, keys: Parameter[]): Promise<boolean[]> {
      const [one, two, third, ...rest] = keys
      const release = await holding(lock, [third!], 'rollback')
      const answers = atOnce(challengeStore(withoutDeadline(instance())), all.toReversed())
      await someoneWaits()
      const locked: boolean[] = []
      for (const key of [one!, two!, ...rest]) locked.push(await isLocked(lock, key))
      await release()
      assert.ok((await answers).every(isMade))
      return locked
    }
    const isLocked = (lock: string, key: Parameter) =>
      instance(1).session(async (query) => {
        await query('begin')
        await query(`set local lock_timeout = '50ms'`)
        const outcome = await query(lock, [key]).then(
          () => 'free',
          (error) => error.code,
        )
        await query('rollback')
        assert.ok(outcome === 'free' || outcome === '55P03', outcome)
        return outcome !== 'free'
      })

    const nonce = nanoid()
    const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => `${nonce}:${letter}`)

    test('counters', async () => {
      const update = 'update rate_limit_counters set counts = counts where key = $1'
      const all = () => names.map((key) => asked({ consume: [limit(9, key)] }))
      assert.ok((await atOnce(challengeStore(instance()), all())).every(isMade))
      assert.deepEqual(await areLocked(all(), update, names), [true, true, false, false])
    })

    test('prefixes', async () => {
      const update = 'update prefix_traffic set region = region where prefix = $1'
      const all = () => names.map((prefix) => asked({ prefix: ofPrefix(prefix) }))
      assert.ok((await atOnce(challengeStore(instance()), all())).every(isMade))
      assert.deepEqual(await areLocked(all(), update, names), [true, true, false, false])
    })

    test('slots', async () => {
      const { lane: first, ...slot } = lane(1000)
      const lanes = times(5, (index) => first + index)
      const update = 'update carrier_rate_slots set free_at = free_at where lane = $1::int'
      const all = () => lanes.map((lane) => asked({ slot: { ...slot, lane } }))
      assert.ok((await atOnce(challengeStore(instance()), all())).every(isMade))
      assert.deepEqual(await areLocked(all(), update, lanes), [true, true, false, false])
    })

    test('the numbers of live calls', async () => {
      const take = `insert into active_calls values ($1, 'chl_other')`
      const all = names.map((number) => asked({ hold: [number] }))
      assert.deepEqual(await areLocked(all, take, names), [true, true, false, false])
    })
  })
})
