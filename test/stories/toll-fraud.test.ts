// Traffic that looks like fraud is refused, told of and explained; beside it others go on. Two services, two instances.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import type { RuleMode, TrafficRule } from '../../src/domain/traffic-rule.ts'
import { runTrafficCommand, type TRAFFIC_SUBCOMMANDS } from '../../src/guard/traffic-commands.ts'
import type { TrafficSettings } from '../../src/guard/traffic-rules.ts'
import { type Answer, as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { later } from './later.ts'
import { openSideBySide } from './side-by-side.ts'

const OFF: Record<TrafficRule, RuleMode> = {
  conversion: 'off',
  neighbours: 'off',
  unverified: 'off',
  spending: 'off',
  carriers: 'off',
}
const DECK: TrafficSettings['deck'] = [
  { prefix: '+', carrier: null, perMinute: 5_000, perText: 1_000 },
  { prefix: '+1', carrier: null, perMinute: 200, perText: 100 },
  { prefix: '+1876', carrier: null, perMinute: 5_000, perText: 1_000 },
]

function traffic(modes: Partial<TrafficSettings['modes']>, rest: Partial<TrafficSettings> = {}) {
  const spending = { service: [], all: [] }
  return { traffic: { modes: { ...OFF, ...modes }, unverifiedBudget: 100, spending, deck: DECK, ...rest } }
}

type Options = Parameters<typeof traffic>

/** `refused`: by the code of the problem. */
async function open(t: { after(work: () => Promise<void>): void }, ...options: Options) {
  const server = await startServer({ ...traffic(...options), guardPushes: true })
  t.after(() => server.stop())
  const create = (to: string, headers: Record<string, string> = {}) =>
    server.ask('POST', '/v1/challenges', { to, channel: 'sms' }, headers)
  /** Texts to numbers far apart, one after another: their status codes. */
  async function many(prefix: string, count: number, from = 0): Promise<number[]> {
    const statuses = []
    for (let index = from; index < from + count; index++) statuses.push((await create(numberOf(prefix, index))).status)
    return statuses
  }
  async function verified({ json }: Answer): Promise<void> {
    const code = server.challenges.secrets.code((await server.challenges.find(json.id))!)
    const checked = await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })
    assert.equal(checked.json.status, 'approved')
  }
  const explain = async (command: keyof typeof TRAFFIC_SUBCOMMANDS, ...args: string[]) =>
    runTrafficCommand(command, args, {}, { actor: 'cli:ada', reason: 'known' }, await commandDeps(server))
  return { server, create, many, verified, explain, refresh: server.challenges.refreshGuard }
}

async function commandDeps({ store }: Server) {
  const services = () => []
  const hashes = (text: string) => numberHashes(['a secret of the test server', 'long enough'], text)
  const { numberObstacles: obstacles, guardTrips: trips, guardTraffic, prefixTraffic: prefixes, challenges } = store
  return { trips, traffic: guardTraffic, prefixes, challenges, obstacles, services, hashes, pushes: true }
}

const numberOf = (prefix: string, index: number) => `${prefix}${String((index * 97) % 10_000).padStart(4, '0')}`
const times = (count: number, status: number) => Array<number>(count).fill(status)

test('an attack on a prefix is stopped after 20, explained, pushed and lifted', async (t) => {
  const { server, many, create, explain, refresh } = await open(t, { conversion: 'enforce' })
  const statuses = await many('+1876555', 25)
  assert.deepEqual(statuses, [...times(20, 201), ...times(5, 403)])
  const refused = await create(numberOf('+1876555', 30))
  assert.equal(refused.json.code, 'number_blocked')
  assert.match(refused.json.detail ?? '', /begin like this one are blocked until 20/)
  await refresh()

  const explained = await explain('explain', numberOf('+1876555', 30))
  assert.match(explained, /conversion against prefix:\+1876555 since .* Of 20 calls and texts .* 0 were verified/)
  assert.match(explained, /refused by conversion .* Too few of the calls/)
  assert.match(await explain('explain', numberOf('+1202555', 1)), /Nothing stands against it now/)

  const [began] = await server.query("select body from outbox where type = 'guard.tripped'")
  assert.deepEqual(
    { ...began!.body, until: null },
    {
      rule: 'conversion',
      against: 'prefix:+1876555',
      mode: 'enforce',
      state: 'began',
      reason: 'Of 20 calls and texts to numbers that begin with +1876555, 0 were verified: less than one in 5.',
      until: null,
    },
  )

  assert.match(await explain('lift', '+1876555*'), /Nothing stands against prefix:\+1876555 any more/)
  assert.match(await explain('lift', '+1876555*'), /Nothing stood/)
  await refresh()
  assert.deepEqual(await many('+1876555', 1, 40), [201])
  const bodies = await server.query("select body from outbox where type = 'guard.tripped' order by created_at")
  assert.deepEqual(
    bodies.map(({ body }) => body.state),
    ['began', 'ended'],
  )
  const [audit] = await server.query("select actor, target, reason from audit_log where action = 'guard.lifted'")
  assert.deepEqual(audit, { actor: 'cli:ada', target: 'prefix:+1876555', reason: 'known' })
})

test('the log tells which prefix, and no number', async (t) => {
  const { server, create, many, refresh } = await open(t, { conversion: 'enforce', neighbours: 'enforce' })
  await many('+1876555', 21)
  for (const suffix of [11, 13, 15, 17, 19, 21, 23]) await create(`+861381234${5600 + suffix}`)
  await refresh()
  const began = server.logged.filter((line) => line.includes('guard rule began')).map((line) => JSON.parse(line))
  assert.deepEqual(began.map(({ against, reason }) => [against, reason]).sort(), [
    [
      'prefix:+1876_555_xxxx',
      'Of 20 calls and texts to numbers that begin with +1876_555_xxxx, 0 were verified: less than one in 5.',
    ],
    [
      'prefix:+8613_8123_4_xxxx',
      '6 calls and texts went to neighbouring numbers that begin with +8613_8123_4_xxxx, and 0 were verified.',
    ],
  ])
})

test('where the rule only records, all go on and the same ones are named', async (t) => {
  const { server, many, explain, refresh } = await open(t, { conversion: 'record' })
  assert.deepEqual(await many('+1876555', 25), times(25, 201))
  await refresh()
  const named = await server.query(
    'select masked_number as shown from guard_decisions join challenges on challenges.id = challenge_id where not refused',
  )
  assert.equal(named.length, 5)
  const [today] = (await server.store.spending.sums(1, null)).sums.filter(({ day }) => day !== null)
  assert.deepEqual([today!.count, today!.cost], [25, 25_000], 'what a rule only records costs all the same')
  const [{ id }] = (await server.query('select challenge_id as id from guard_decisions limit 1')) as [{ id: string }]
  assert.match(await explain('explain', id), /would have refused chl_\S+ by conversion/)
  const [row] = await server.query('select decisions, mode from guard_trips')
  assert.deepEqual(row, { decisions: 5, mode: 'record' })
})

test('another service is held to the same block, and verified numbers keep a prefix open', async (t) => {
  const { server, many, create, verified, refresh } = await open(t, { conversion: 'enforce' })
  await many('+1876555', 20)
  const other = as(await server.newService('another'))
  assert.equal((await create(numberOf('+1876555', 21), other)).status, 403)
  for (let index = 0; index < 40; index++) {
    const created = await create(numberOf('+1202555', index))
    assert.equal(created.status, 201)
    if (index % 10 < 7) await verified(created)
    if (index % 5 === 4) await refresh()
  }
})

test('a region is blocked by what ended, of numbers that have no prefix in common', async (t) => {
  const { many, create, server, refresh } = await open(t, { conversion: 'enforce' })
  for (let index = 0; index < 20; index++) {
    const { json } = await create(`+18765${String(index + 10)}0100`)
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
    if (index === 18) {
      await refresh()
      assert.deepEqual(await many('+1876777', 1), [201])
    }
  }
  await refresh()
  await refresh()
  const refused = await create('+18767780100')
  assert.equal(refused.status, 403)
  assert.match(refused.json.detail ?? '', /Numbers in JM are blocked/)
  assert.deepEqual(await many('+1202555', 1), [201])
})

test('what one prefix did does not block its region', async (t) => {
  const { many, create, server, refresh } = await open(t, { conversion: 'enforce' })
  const ids = []
  for (let index = 0; index < 20; index++) ids.push((await create(numberOf('+1876555', index))).json.id)
  for (const id of ids) await server.ask('POST', `/v1/challenges/${id}/cancel`, {})
  await refresh()
  await refresh()
  assert.deepEqual(await many('+1876555', 1, 21), [403])
  assert.deepEqual(await many('+1876777', 1), [201])
})

test('so many calls to a region may be open as its budget says, and one more for each that was verified', async (t) => {
  const { create, verified, refresh } = await open(t, { unverified: 'enforce' }, { unverifiedBudget: 3 })
  const to = (index: number) => `+18765${String(index + 10)}0100`
  const first = await create(to(0))
  for (let index = 1; index < 3; index++) assert.equal((await create(to(index))).status, 201)
  const refused = await create(to(3))
  assert.deepEqual([refused.status, refused.json.code], [429, 'rate_limited'])
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
  assert.equal(refused.json.limit, 'unverified-calls')
  await verified(first)
  for (let index = 4; index < 6; index++) assert.equal((await create(to(index))).status, 201, String(index))
  assert.equal((await create(to(6))).status, 429)
  await refresh()
  assert.equal((await create(to(7))).status, 429)
  assert.equal((await create('+12025550199')).status, 201)
})

test('a ceiling on money stops one service, and the one of all stops all', async (t) => {
  const spending = { service: [{ max: 1, seconds: 3600 }], all: [{ max: 2, seconds: 86_400 }] }
  const { many, create, server, refresh } = await open(t, { spending: 'enforce' }, { spending })
  // A text to Jamaica costs a tenth.
  assert.deepEqual(await many('+1876555', 11), [...times(10, 201), 429])
  await refresh()
  assert.deepEqual(await many('+1202555', 1), [429])
  const other = as(await server.newService('another'))
  for (let index = 20; index < 30; index++) assert.equal((await create(numberOf('+1876555', index), other)).status, 201)
  const third = await create(numberOf('+1202555', 2), as(await server.newService('third')))
  assert.equal(third.status, 429)
  assert.equal(third.json.limit, 'spending')
  assert.match(third.json.detail ?? '', /ceiling on the cost of calls is reached for this day/)
  await refresh()
  assert.deepEqual(
    (await server.query('select rule, key from guard_trips order by key')).map(
      ({ rule, key }) => `${rule} ${key.split(':')[0]}`,
    ),
    ['spending all', 'spending service', 'spending service'],
  )
})

test('of fifty at once exactly as many begin as the budget of unverified calls allows', async (t) => {
  const { create, server, refresh } = await open(t, { unverified: 'enforce' }, { unverifiedBudget: 3 })
  const other = as(await server.newService('another'))
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const { status } = await create(`+18765${String(index + 10)}0100`, index % 2 ? other : {})
      return status
    }),
  )
  assert.deepEqual(statuses.sort(), [...times(3, 201), ...times(47, 429)])
  await refresh()
  for (const headers of [{}, other]) assert.equal((await create('+18765990100', headers)).status, 429)
})

test('of fifty at once exactly as many begin as reach each ceiling on money', async (t) => {
  for (const [spending, begun] of [
    [{ service: [{ max: 1, seconds: 3600 }], all: [] }, 10],
    [{ service: [], all: [{ max: 2, seconds: 86_400 }] }, 20],
  ] as const) {
    const { create } = await open(
      t,
      { spending: 'enforce' },
      { spending: { service: [...spending.service], all: [...spending.all] } },
    )
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await create(numberOf('+1876555', index))).status),
    )
    assert.deepEqual(statuses.sort(), [...times(begun, 201), ...times(50 - begun, 429)])
  }
})

test('a delivery that is refused for another reason uses nothing up', async (t) => {
  const { create, server } = await open(t, { unverified: 'enforce' }, { unverifiedBudget: 2 })
  const call = (to: string) => server.ask('POST', '/v1/challenges', { to })
  assert.equal((await call('+18765100100')).status, 201)
  for (let tries = 0; tries < 3; tries++) assert.equal((await call('+18765100100')).status, 409)
  assert.equal((await create('+18765110100')).status, 201)
  assert.equal((await create('+18765120100')).status, 429)
})

test('two instances together begin no more than the budget and the ceilings allow, of forty at once too', {
  skip: withoutPostgres,
}, async (t) => {
  for (const settings of [
    { GUARD_UNVERIFIED: 'enforce', UNVERIFIED_BUDGET: '8' },
    { GUARD_SPENDING: 'enforce', SPENDING_LIMIT: '4/h' },
    { GUARD_SPENDING: 'enforce', SPENDING_PER_SERVICE: '4/h' },
  ]) {
    const side = await openSideBySide(t, settings)
    const secrets = ['one secret of both instances and long enough']
    const instances = await side.startWith([secrets, secrets])
    const create = async (index: number) =>
      (await side.ask(index % 2, '/v1/challenges', { to: `+18765${String(index + 10)}0100` })).status
    assert.deepEqual([await create(0), await create(1)], [201, 201])
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, index) => create(index + 2)))
    assert.deepEqual(statuses.toSorted(), [...times(6, 201), ...times(34, 429)], JSON.stringify(settings))
    // What one has ended, it has given back.
    await side.settled()
    for (const { challenges } of instances) await challenges.refreshGuard()
    assert.deepEqual(await create(50), 429)
    await side.settled()
  }
})

test('a call that nobody answers costs nothing, and one that is answered a minute', async (t) => {
  const { server, refresh } = await open(t, {})
  const spent = async () => {
    await server.calm()
    await refresh()
    return (await server.store.guardTraffic.totals()).find(({ key }) => key === 'all')!.hour.cost
  }
  server.phones.phone('+18765550100').will('no_answer_at_once')
  await server.create({ to: '+18765550100' })
  assert.equal(await spent(), 0)
  await server.create({ to: '+18765550101' })
  await server.phones.phone('+18765550101').answers()
  assert.equal(await spent(), 5_000)
  const { sums } = await server.store.spending.sums(1, null)
  assert.deepEqual(
    sums.flatMap(({ region, channel, count, cost }) => (region === null ? [] : [{ region, channel, count, cost }])),
    [{ region: 'JM', channel: 'call', count: 2, cost: 5_000 }],
  )
})

test('what a call that nobody answers has cost is taken off the day on which it began', async (t) => {
  const { server, refresh } = await open(t, {})
  const phone = server.phones.phone('+18765550100')
  const { json } = await server.create({ to: '+18765550100' })
  // As if it had begun before midnight; the version makes the instance read it again.
  const [{ yesterday }] = (await server.query(
    `update challenges set version = version + 1, deliveries = jsonb_set(deliveries, '{0,createdAt}',
      to_jsonb(to_char((now() at time zone 'UTC')::date - 1, 'YYYY-MM-DD') || 'T23:59:50.000Z'))
    where id = $1 returning to_char((now() at time zone 'UTC')::date - 1, 'YYYY-MM-DD') as yesterday`,
    [json.id],
  )) as [{ yesterday: string }]
  await phone.declines()
  await server.calm()
  await refresh()
  const { today, sums } = await server.store.spending.sums(2, null)
  assert.deepEqual(
    sums.flatMap(({ day, count, cost }) => (day === null ? [] : [`${day} ${count} ${cost}`])).toSorted(),
    [`${yesterday} 0 -5000`, `${today} 1 5000`],
  )
})

test('a ceiling that is enforced counts what another rule would have refused, and only records', async (t) => {
  const modes = { conversion: 'record', spending: 'enforce' } as const
  const { many } = await open(t, modes, { spending: { service: [], all: [{ max: 3, seconds: 3600 }] } })
  assert.deepEqual(await many('+1876555', 35), [...times(30, 201), ...times(5, 429)])
})

/** Whose phone is at the other end: it may hold the line as long as the call lets it. */
test('a call costs its minutes, and one that nobody answered nothing, however its challenge ended', async (t) => {
  for (const mode of ['enforce', 'record'] as const) {
    const server = await startServer(
      traffic({ spending: mode }, { spending: { service: [], all: [{ max: 1, seconds: 3600 }] } }),
    )
    t.after(() => server.stop())
    const costs = async () => {
      await server.challenges.stop()
      await server.challenges.refreshGuard()
      return (await server.store.guardTraffic.totals()).find(({ key }) => key === 'all')?.hour.cost ?? 0
    }
    async function call(seconds: number | null, to = numberOf('+1876555', ++calls)) {
      const { status, json } = await server.create({ to })
      if (status !== 201) return status
      if (seconds !== null) await server.phones.phone(to).answers()
      await server.calm()
      if (seconds !== null) await later(server, json.id, seconds)
      await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
      await server.calm()
      return status
    }
    let calls = 0
    await call(50)
    assert.equal(await costs(), 5_000)
    await call(59 + 180)
    assert.equal(await costs(), 5_000 + 3 * 5_000, mode)
    assert.equal(await call(null), mode === 'enforce' ? 429 : 201)
    assert.equal(await costs(), 4 * 5_000, mode)
    const [today] = (await server.store.spending.sums(1, null)).sums.filter(({ day }) => day !== null)
    assert.equal(today!.cost, 4 * 5_000)
  }
})

test("what a minute costs is learnt from the carrier's own words", async (t) => {
  const server = await startServer(traffic({}), ['plivo'])
  t.after(() => server.stop())
  for (const index of [1, 2]) {
    const { json } = await server.create({ to: numberOf('+1876555', index) })
    await server.phones.phone(numberOf('+1876555', index)).answers()
    await server.calm()
    await server.clock.advance(21_000)
    await server.calm()
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
    await server.calm()
    await server.challenges.refreshGuard()
  }
  assert.deepEqual(await server.store.learntPrices.list(), [
    { carrier: 'plivo', prefix: '+18765', channel: 'call', price: 20 },
  ])
  const all = (await server.store.guardTraffic.totals()).find(({ key }) => key === 'all')!
  assert.equal(all.hour.cost, 5_000 + 20)
})

test('a carrier that verifies far fewer than the others to a region is told of, and chosen as before', async (t) => {
  const server = await startServer(traffic({ carriers: 'record' }), ['twilio', 'plivo'])
  t.after(() => server.stop())
  const standing = async () => {
    await server.challenges.stop()
    await server.challenges.refreshGuard()
    return (await server.store.guardTrips.list(10)).map(({ rule, key, mode }) => `${rule} ${mode} ${key}`)
  }
  async function text(carrier: string, index: number, isRight: boolean) {
    const { json } = await server.create({ to: numberOf('+1876555', index), channel: 'sms', carrier })
    const code = server.challenges.secrets.code((await server.challenges.find(json.id))!)
    if (isRight) await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })
    else await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
  }
  for (let index = 0; index < 20; index++) await text('twilio', index, index < 16)
  for (let index = 20; index < 39; index++) await text('plivo', index, index < 27)
  assert.deepEqual(await standing(), [])
  await text('plivo', 39, false)
  assert.deepEqual(await standing(), ['carriers record carrier:plivo:JM'])
  const [trip] = await server.store.guardTrips.list(10)
  assert.match(
    trip!.reason,
    /^Of 20 calls and texts to JM through plivo .* 7 were verified; of 20 through other carriers, 16/,
  )
  const { status, json } = await server.create({ to: numberOf('+1876555', 40), channel: 'sms', carrier: 'plivo' })
  assert.deepEqual([status, json.deliveries[0]!.carrier], [201, 'plivo'])
})

test("what a text costs is learnt from the carrier's receipts", async (t) => {
  const server = await startServer(traffic({}), ['plivo'])
  t.after(() => server.stop())
  for (const index of [1, 2]) {
    await server.create({ to: numberOf('+1876555', index), channel: 'sms' })
    await server.phones.phone(numberOf('+1876555', index)).receives()
    await server.calm()
    await server.challenges.refreshGuard()
  }
  assert.deepEqual(await server.store.learntPrices.list(), [
    { carrier: 'plivo', prefix: '+18765', channel: 'sms', price: 35 },
  ])
  const all = (await server.store.guardTraffic.totals()).find(({ key }) => key === 'all')!
  assert.equal(all.hour.cost, 1_000 + 35)
})

test('who holds the token of a page gets no more calls to a blocked prefix', async (t) => {
  const { many, create, server } = await open(t, { conversion: 'enforce' })
  const first = await create(numberOf('+1876555', 50))
  await many('+1876555', 19)
  const again = await server.ask(
    'POST',
    `/v1/challenges/${first.json.id}/deliveries`,
    { channel: 'sms' },
    as(first.json.page_token),
  )
  assert.deepEqual([again.status, again.json.code], [403, 'number_blocked'])
})

test('two instances together start no more than 20, begun at once', { skip: withoutPostgres }, async (t) => {
  const side = await openSideBySide(t, { GUARD_CONVERSION: 'enforce' })
  const secrets = ['one secret of both instances and long enough']
  await side.startWith([secrets, secrets])
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      side.ask(index % 2, '/v1/challenges', { to: numberOf('+1876555', index), channel: 'sms' }),
    ),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [...times(20, 201), ...times(40, 403)])
  await side.settled()
})
