// What instances begin against a ceiling is counted before it begins: at once too no more than the ceiling has left.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Database } from '../../src/store/database.ts'
import { guardTrafficStore, type Reservation } from '../../src/store/guard-traffic.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { onEachDatabase } from './each-database.ts'
import { holdRows } from './held-rows.ts'
import { onPostgres, withoutDeadline } from './test-databases.ts'

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

  test('what fails of several reservations counts none of them', async () => {
    const [there, missing] = [nextKey(), nextKey()]
    await count(there)
    let statements = 0
    const failing = guardTrafficStore({
      ...database(),
      query: async (text, params) => {
        if (++statements > 1) throw new Error('away')
        return database().query(text, params)
      },
    })
    await assert.rejects(failing.reserve([calls(there, 1, 5), calls(missing, 1, 5)]), /away/)
    assert.equal((await store().totals()).find((one) => one.key === there)?.hour.started, 0)
  })
})

describe('beside other statements', { skip: withoutPostgres }, () => {
  const { database: instance } = onPostgres()
  const service = 'service:svc_held'

  const hold = (key: string) => holdRows(instance(), 'select from guard_traffic where key = $1 for update', [key])

  const waits = async (count: number) => {
    for (;;) {
      const rows = await instance().query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (rows.length >= count) return
    }
  }

  test('who waits for a region holds up neither another region nor what all count in', async () => {
    const store = guardTrafficStore(withoutDeadline(instance()))
    await store.add([{ key: 'region:held', ...NONE }])
    const release = await hold('region:held')
    const ask = async (region: string) =>
      (await store.reserve([money('all', 1, 9), money(service, 1, 9), calls(region, 1, 9)])).map((one) => one.granted)
    const held = ask('region:held')
    await waits(1)
    assert.deepEqual(await ask('region:other'), [1, 1, 1])
    assert.deepEqual(await ask('region:zone'), [1, 1, 1])
    await release()
    assert.deepEqual(await held, [1, 1, 1])
  })

  test('a statement that waited until the ten minutes were over sees what was counted after them', async () => {
    const [first, second] = ['region:boundary 1', 'region:boundary 2']
    await instance().query('create schema timed')
    await instance().query('create table timed.time (at timestamptz)')
    await instance().query(`insert into timed.time values ('2026-01-31T11:59:59.9Z')`)
    const timeOf = (name: string, kind: string) =>
      `create function timed.${name}() returns timestamptz language sql ${kind} as 'select at from timed.time'`
    // As Postgres has them: of the statement's beginning, and of this moment.
    await instance().query(timeOf('now', 'stable'))
    await instance().query(timeOf('clock_timestamp', 'volatile'))
    const { query, session } = withoutDeadline(instance())
    const timed: Database['query'] = (text, params) =>
      query(text.replaceAll(/\b(now|clock_timestamp)\(\)/g, 'timed.$1()'), params)
    const store = guardTrafficStore({ query: timed, session } as Database)
    await store.add([first, second].map((key) => ({ key, ...NONE })))
    const release = await hold(first)
    const before = store.reserve([calls(first, 1, 1), calls(second, 1, 1)])
    await waits(1)
    await query(`update timed.time set at = '2026-01-31T12:00:00.1Z'`)
    assert.equal((await store.reserve([calls(second, 1, 1)]))[0]!.granted, 1)
    await release()
    const granted = (await before).toSorted((one, other) => (one.key < other.key ? -1 : 1)).map((one) => one.granted)
    assert.deepEqual(granted, [1, 0])
  })
})
