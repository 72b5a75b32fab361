// What instances begin against a ceiling is counted before it begins: at once too no more than the ceiling has left.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardTrafficStore, type Reservation } from '../../src/store/guard-traffic.ts'
import { onEachDatabase } from './each-database.ts'

const NONE = { started: 0, verified: 0, failed: 0, cost: 0 }
const NO_LIMIT = { base: null, hourMax: null, dayMax: null }
let keys = 0
const calls = (key: string, needed: number, base: number, more = 0): Reservation => ({
  ...{ ...NO_LIMIT, key, unit: 'started', needed, more, base },
})
const money = (key: string, needed: number, hourMax: number | null, dayMax: number | null = null): Reservation => ({
  ...{ ...NO_LIMIT, key, unit: 'cost', needed, more: 0, hourMax, dayMax },
})

onEachDatabase((database) => {
  const store = () => guardTrafficStore(database())
  const nextKey = () => `region:${++keys}`
  const granted = async (...asked: Reservation[]) => {
    const reserved = await store().reserve(asked)
    return asked.map(({ key }) => reserved.find((one) => one.key === key)?.granted)
  }
  const count = async (key: string, ago = '0', traffic: Partial<typeof NONE> = {}) => {
    await store().add([{ key, ...NONE, ...traffic }])
    await database().query(`update guard_traffic set at = at - $2::interval where key = $1`, [key, ago])
  }

  test('of fifty at once so many are granted as there are', async () => {
    const key = nextKey()
    const results = await Promise.all(Array.from({ length: 50 }, () => granted(calls(key, 1, 20))))
    assert.equal(results.flat().filter((one) => one === 1).length, 20)
    assert.deepEqual((await store().totals()).find((one) => one.key === key)?.hour, { ...NONE, started: 20 })
  })

  test('what was verified in a day adds to what may be open in an hour', async () => {
    const key = nextKey()
    await count(key, '23 hours', { started: 9, verified: 3 })
    await count(key, '30 minutes', { started: 4, verified: 2 })
    assert.deepEqual(await granted(calls(key, 100, 10)), [10 + 3 + 2 - (4 - 2)])
    assert.deepEqual(await granted(calls(key, 1, 10)), [0])
  })

  test('the nearer of two ceilings on money decides, and what is older than a day counts no more', async () => {
    const key = nextKey()
    await count(key, '25 hours', { cost: 1_000 })
    await count(key, '2 hours', { cost: 500 })
    assert.deepEqual(await granted(money(key, 300, 400, 700)), [200])
    assert.deepEqual(await granted(money(key, 300, 400, 2_000)), [200])
    assert.deepEqual(await granted(money(key, 1, null, 900)), [0])
    assert.deepEqual(await granted(money(key, 1, null, 901)), [1])
  })

  test('more than is needed is granted while there is plenty', async () => {
    const key = nextKey()
    assert.deepEqual(await granted(calls(key, 1, 100, 10)), [11])
    assert.deepEqual(await granted(calls(key, 50, 100, 10)), [50])
    assert.deepEqual(await granted(calls(key, 50, 100, 10)), [39])
  })

  test('several at once, each in its own unit; what is given back may be had again', async () => {
    const [region, all] = [nextKey(), nextKey()]
    assert.deepEqual(await granted(calls(region, 1, 1), money(all, 5, 5)), [1, 5])
    assert.deepEqual(await granted(calls(region, 1, 1), money(all, 5, 5)), [0, 0])
    await store().add([{ ...NONE, key: region, started: -1 }])
    assert.deepEqual(await granted(calls(region, 1, 1), money(all, 5, 5)), [1, 0])
  })
})
