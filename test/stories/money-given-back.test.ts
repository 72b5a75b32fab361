// What is taken off the money that was counted is what was counted, whatever has changed since the delivery began.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CarrierName } from '../../src/domain/challenge.ts'
import type { TrafficSettings } from '../../src/guard/traffic-rules.ts'
import { startServer } from '../http/test-server.ts'
import { later } from './later.ts'

const DECK: TrafficSettings['deck'] = [{ prefix: '+', carrier: null, perMinute: 5_000, perText: 1_000 }]
const OFF = { conversion: 'off', neighbours: 'off', unverified: 'off', spending: 'off', carriers: 'off' } as const

async function open(
  t: TestContext,
  carrier: CarrierName = 'twilio',
  modes: Partial<TrafficSettings['modes']> = {},
  max = 1000,
) {
  const traffic = {
    modes: { ...OFF, ...modes },
    unverifiedBudget: 100,
    spending: { service: [], all: [{ max, seconds: 3600 }] },
    deck: DECK,
  }
  const server = await startServer({ traffic, cooldown: 0 }, [carrier])
  t.after(() => server.stop())
  const { phones, challenges, store } = server
  /** Of all in the hour, by the ceilings and by the operator's own count. */
  async function spent(): Promise<{ counted: number; own: number }> {
    await phones.settled()
    await challenges.stop()
    await challenges.refreshGuard()
    const counted = (await store.guardTraffic.totals()).find(({ key }) => key === 'all')?.hour.cost ?? 0
    const days = (await store.spending.sums(1, null)).sums.filter(({ day }) => day !== null)
    return { counted, own: days.reduce((sum, { cost }) => sum + cost, 0) }
  }
  return { server, spent }
}

const numberOf = (index: number) => `+1876555${1000 + index * 97}`

test('a price that is learnt while a phone rings is not what is taken off when nobody answers', async (t) => {
  for (const mode of ['enforce', 'record'] as const) {
    const { server, spent } = await open(t, 'plivo', { spending: mode })
    const [ringing, answering] = [numberOf(1), numberOf(2)]
    await server.create({ to: ringing })
    const { json } = await server.create({ to: answering })
    await server.phones.phone(answering).answers()
    await server.calm()
    await server.clock.advance(21_000)
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
    await server.calm()
    assert.equal((await server.store.learntPrices.list()).length, 0)
    assert.deepEqual(await spent(), { counted: 10_000, own: 10_000 }, mode)
    assert.deepEqual(
      (await server.store.learntPrices.list()).map(({ price }) => price),
      [20],
    )
    await server.phones.phone(ringing).declines()
    assert.deepEqual(await spent(), { counted: 5_000, own: 5_000 }, mode)
  }
})

test('a call whose end is learnt of late costs no more than the longest call', async (t) => {
  const { server, spent } = await open(t)
  const { json } = await server.create({ to: numberOf(1) })
  await server.phones.phone(numberOf(1)).answers()
  await server.calm()
  await later(server, json.id, 3_600)
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
  await server.calm()
  assert.deepEqual(await spent(), { counted: 15_000, own: 15_000 })
})

test('what began after a rule that only records had ended is counted, and taken off whole', async (t) => {
  const { server, spent } = await open(t, 'twilio', { conversion: 'record', spending: 'record' })
  for (let index = 0; index < 20; index++) await server.create({ to: numberOf(index), channel: 'sms' })
  await spent()
  const { json } = await server.create({ to: numberOf(20), channel: 'sms' })
  const before = await spent()
  assert.deepEqual(before, { counted: 20_000, own: 21_000 })
  await server.store.prefixTraffic.forget('+1876555')
  const again = await server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
  assert.equal(again.status, 201)
  assert.deepEqual(await spent(), { counted: 25_000, own: 26_000 })
  await server.phones.phone(numberOf(20)).declines()
  assert.deepEqual(await spent(), before)
})

test('what a rule that only records began to stand against later is taken off where it was counted', async (t) => {
  const { server, spent } = await open(t, 'twilio', { conversion: 'record', spending: 'record' })
  const { json } = await server.create({ to: numberOf(20) })
  for (let index = 0; index < 19; index++) await server.create({ to: numberOf(index), channel: 'sms' })
  assert.deepEqual(await spent(), { counted: 24_000, own: 24_000 })
  await server.phones.phone(numberOf(20)).declines()
  assert.deepEqual(await spent(), { counted: 19_000, own: 19_000 })
  const again = await server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
  assert.equal(again.status, 409)
})

test('a ceiling is exceeded by two minutes of each call under way, at the most', async (t) => {
  const { server, spent } = await open(t, 'twilio', { spending: 'enforce' }, 2)
  const calls = await Promise.all(Array.from({ length: 8 }, (_, index) => server.create({ to: numberOf(index) })))
  const begun = calls.filter(({ status }) => status === 201)
  assert.deepEqual([begun.length, calls.filter(({ status }) => status === 429).length], [4, 4])
  assert.deepEqual(await spent(), { counted: 20_000, own: 20_000 })
  for (const [index, { status, json }] of calls.entries()) {
    if (status !== 201) continue
    await server.phones.phone(numberOf(index)).answers()
    await server.calm()
    await later(server, json.id, 600)
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
    await server.calm()
    assert.equal((await server.create({ to: numberOf(50 + index) })).status, 429)
  }
  assert.deepEqual(await spent(), { counted: 20_000 + 4 * 2 * 5_000, own: 20_000 + 4 * 2 * 5_000 })
})
