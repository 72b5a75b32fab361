// What was spent, by day, and for how long it is kept.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retention } from '../../src/store/retention.ts'
import { type Spent, type SpentSum, spendingStore } from '../../src/store/spending.ts'
import { onEachDatabase } from './each-database.ts'

const DAY = 86_400
const CALL: Omit<Spent, 'day'> = {
  serviceId: 'svc_a',
  carrier: 'twilio',
  region: 'US',
  channel: 'call',
  count: 1,
  cost: 200,
}

onEachDatabase((database) => {
  const by = (sums: SpentSum[], name: 'day' | 'serviceId' | 'carrier' | 'region') =>
    sums
      .flatMap((sum) => (sum[name] === null ? [] : [`${sum[name]} ${sum.channel} ${sum.count} ${sum.cost}`]))
      .toSorted()

  test('is added up by day, service, carrier, country and channel, and kept as long as the ledger', async () => {
    const store = spendingStore(database())
    const before = await store.sums(30, null)
    assert.deepEqual(before.sums, [])
    const call = { ...CALL, day: before.today }
    await store.add([
      call,
      { ...call, channel: 'sms', cost: 100 },
      { ...call, carrier: 'plivo', region: 'JM', cost: 5_000 },
    ])
    await store.add([call, { ...call, serviceId: 'svc_b', count: 2, cost: 400 }])
    await store.add([{ ...call, count: 0, cost: -200 }])
    await database().query(`insert into spending values
      ((now() at time zone 'UTC')::date - 29, 'svc_a', 'twilio', 'US', 'call', 7, 1400),
      ((now() at time zone 'UTC')::date - 30, 'svc_a', 'twilio', 'US', 'call', 9, 1800)`)
    const { today, sums } = await store.sums(30, null)
    const first = new Date(Date.parse(today) - 29 * DAY * 1000).toISOString().slice(0, 10)
    assert.deepEqual(by(sums, 'day'), [`${first} call 7 1400`, `${today} call 5 5600`, `${today} sms 1 100`])
    assert.deepEqual(by(sums, 'serviceId'), ['svc_a call 10 6600', 'svc_a sms 1 100', 'svc_b call 2 400'])
    assert.deepEqual(by(sums, 'carrier'), ['plivo call 1 5000', 'twilio call 11 2000', 'twilio sms 1 100'])
    assert.deepEqual(by(sums, 'region'), ['JM call 1 5000', 'US call 11 2000', 'US sms 1 100'])
    assert.deepEqual(by((await store.sums(1, 'svc_b')).sums, 'region'), ['US call 2 400'])
    await retention(database()).sweep({ person: DAY, ledger: null, webhooks: true })
    assert.equal((await database().query('select from spending')).length, 6)
    await retention(database()).sweep({ person: DAY, ledger: 29 * DAY, webhooks: true })
    assert.deepEqual(by((await store.sums(60, null)).sums, 'day').slice(0, 1), [`${first} call 7 1400`])
  })
})
