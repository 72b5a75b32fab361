// What is counted as spent: each delivery that a carrier may bill, once, and never less than nothing.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CarrierName } from '../../src/domain/challenge.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import type { TrafficSettings } from '../../src/guard/traffic-rules.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { openSideBySide } from './side-by-side.ts'

const DECK: TrafficSettings['deck'] = [{ prefix: '+', carrier: null, perMinute: 5_000, perText: 1_000 }]
const LONG = `{CODE} ${'is a code that nobody else may know. '.repeat(6)}`
const BROKEN = { refuse: { status: 401, code: 20003 } }

const MODES = { conversion: 'off', neighbours: 'off', unverified: 'off', spending: 'record', carriers: 'off' } as const

async function open(t: TestContext, carriers: CarrierName[] = ['twilio'], rest: Partial<TrafficSettings> = {}) {
  const traffic = { modes: MODES, unverifiedBudget: 100, spending: { service: [], all: [] }, deck: DECK, ...rest }
  const server = await startServer({ traffic }, carriers)
  t.after(() => server.stop())
  const { phones, challenges, store } = server
  /** Of all, in the hour; and of the day, by the operator's own count. */
  async function spent() {
    await phones.settled()
    await challenges.stop()
    await challenges.refreshGuard()
    const { cost, started } = (await store.guardTraffic.totals()).find(({ key }) => key === 'all')!.hour
    const today = (await store.spending.sums(1, null)).sums.filter(({ day }) => day !== null)
    assert.equal(
      today.reduce((sum, one) => sum + one.cost, 0),
      cost,
    )
    return { cost, started }
  }
  return { ...server, spent }
}

test('a call that the next carrier places costs what that one bills', async (t) => {
  const { create, phones, spent } = await open(t, ['twilio', 'bandwidth'])
  phones.injectFaults({ requests: BROKEN }, 'Twilio')
  const [declining, answering] = [nextNumber(), nextNumber()]
  phones.phone(declining).will('busy')
  assert.equal((await create({ to: declining })).json.deliveries.length, 2)
  assert.deepEqual(await spent(), { cost: 0, started: 1 })
  await create({ to: answering })
  await phones.phone(answering).answers()
  assert.deepEqual(await spent(), { cost: 5_000, started: 2 })
})

test('a text that a carrier refused costs nothing, and the one that the next carrier takes its price', async (t) => {
  const { create, phones, spent } = await open(t, ['twilio', 'bandwidth'])
  phones.injectFaults({ requests: BROKEN }, 'Twilio')
  assert.equal((await create({ channel: 'sms' })).json.deliveries.length, 2)
  assert.deepEqual(await spent(), { cost: 1_000, started: 1 })
  phones.injectFaults({ requests: BROKEN })
  assert.equal((await create({ channel: 'sms' })).json.status, 'undelivered')
  assert.equal((await spent()).cost, 1_000)
})

test('what may have been saved is counted when it is found, and taken off once it has ended', async (t) => {
  const { ask, create, challenges, store, phones, spent } = await open(t)
  const { insert, saveDelivery } = store.challenges
  const [first, second] = [nextNumber(), nextNumber()]
  assert.equal((await create({ to: first, channel: 'sms' })).status, 201)
  const sent = await create({ to: second, channel: 'sms' })
  await phones.settled()
  const before = await spent()

  const lost = () => Promise.reject(new DatabaseUnavailable('the answer was lost'))
  store.challenges.insert = (...args) => insert(...args).then(lost)
  assert.equal((await create()).status, 503)
  store.challenges.insert = insert
  await challenges.reconcile()
  assert.deepEqual(await spent(), before, 'it was never placed')

  store.challenges.saveDelivery = (...args) => saveDelivery(...args).then(lost)
  const again = await ask('POST', `/v1/challenges/${sent.json.id}/deliveries`, { channel: 'call' })
  assert.equal(again.status, 503)
  store.challenges.saveDelivery = saveDelivery
  await challenges.reconcile()
  assert.equal((await spent()).cost, before.cost, 'it was never placed')

  store.challenges.insert = lost
  assert.equal((await create()).status, 503)
  store.challenges.insert = insert
  for (let look = 0; look < 6; look++) await challenges.reconcile()
  assert.equal((await spent()).cost, before.cost, 'it was never saved')
})

test('what nobody billed is taken off the ten minutes in which it was counted, unless these are forgotten', {
  skip: withoutPostgres,
}, async (t) => {
  const { create, challenges, phones, spent, store, query } = await open(t)
  const rows = async () =>
    (await query(`select cost::int from guard_traffic where key = 'all'`)).map(({ cost }) => cost)
  async function declinesLater() {
    const to = nextNumber()
    const { json } = await create({ to })
    await spent()
    // As if it had begun before the last boundary; the version makes the instance read it again.
    await query(`update guard_traffic set at = at - interval '20 minutes'`)
    await query(
      `update challenges set version = version + 1, deliveries = jsonb_set(deliveries, '{0,createdAt}',
        to_jsonb(to_char(now() at time zone 'UTC' - interval '20 minutes', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) where id = $1`,
      [json.id],
    )
    return () => phones.phone(to).declines()
  }
  const decline = await declinesLater()
  assert.deepEqual(await rows(), [5_000])
  await decline()
  await spent()
  assert.deepEqual(
    (await rows()).filter((cost) => cost !== 0),
    [],
  )
  const declineAgain = await declinesLater()
  await store.guardTraffic.forget('all')
  await declineAgain()
  await phones.settled()
  await challenges.stop()
  await challenges.refreshGuard()
  assert.ok((await rows()).every((cost) => cost >= 0))
})

test('a text costs each of its segments, before it begins too', async (t) => {
  const spending = { service: [], all: [{ max: 0.4, seconds: 3600 }] }
  const { create, spent } = await open(t, ['twilio'], { modes: { ...MODES, spending: 'enforce' }, spending })
  assert.equal((await create({ channel: 'sms', message: LONG })).status, 201)
  assert.equal((await spent()).cost, 2_000)
  assert.equal((await create({ channel: 'sms' })).status, 201)
  assert.equal((await create({ channel: 'sms', message: `${LONG} ключ` })).status, 201)
  assert.equal((await create({ channel: 'sms' })).status, 429, '4 segments of Cyrillic are more than was left')
})

test('who is called though the budget is spent is not verified in a region where nobody was called', async (t) => {
  const modes = { ...MODES, conversion: 'record', unverified: 'enforce' } as const
  const { ask, challenges, store } = await open(t, ['twilio'], { modes, unverifiedBudget: 20 })
  const text = (index: number) => ask('POST', '/v1/challenges', { to: `+1876555${1000 + index * 97}`, channel: 'sms' })
  for (let index = 0; index < 20; index++) assert.equal((await text(index)).status, 201)
  assert.equal((await text(20)).status, 429)
  const numbers = createNumbers(store.numberRules, ['a secret of the test server'])
  await numbers.listAs('allow', { prefix: '+1876555' }, { actor: 'cli:ada', reason: 'known' })
  const { json } = await text(20)
  const code = challenges.secrets.code((await challenges.find(json.id))!)
  assert.equal((await ask('POST', `/v1/challenges/${json.id}/check`, { code })).json.status, 'approved')
  await challenges.stop()
  await challenges.refreshGuard()
  const { started, verified } = (await store.guardTraffic.totals()).find(({ key }) => key === 'region:JM')!.hour
  assert.deepEqual({ started, verified }, { started: 20, verified: 0 })
})

test('what a rule only records is taken off nothing, whichever instance sees it end', {
  skip: withoutPostgres,
}, async (t) => {
  const side = await openSideBySide(t, { GUARD_CONVERSION: 'record', GUARD_SPENDING: 'record' })
  const secrets = ['one secret of both instances and long enough']
  const instances = await side.startWith([secrets, secrets])
  const create = (index: number, channel: string) =>
    side.ask(0, '/v1/challenges', { to: `+1876555${1000 + index * 97}`, channel })
  async function counted() {
    await side.settled()
    for (const { challenges } of instances) await challenges.refreshGuard()
    const rows = (await instances[0]!.store.guardTraffic.totals()).toSorted((one, other) =>
      one.key < other.key ? -1 : 1,
    )
    return rows.map(({ key, hour }) => ({ key, ...hour }))
  }
  for (let index = 0; index < 20; index++) assert.equal((await create(index, 'sms')).status, 201)
  await counted()
  const before = await counted()
  for (const [index, channel] of ['call', 'sms'].entries()) {
    const created = await create(20 + index, channel)
    assert.equal(created.status, 201)
    const { id } = (await created.json()) as { id: string }
    assert.equal((await side.ask(1, `/v1/challenges/${id}/cancel`, {})).status, 200)
  }
  assert.deepEqual(await counted(), before)
})
