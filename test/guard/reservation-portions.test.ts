// Places under a ceiling are had from the database for all that wait at once, and in advance at a high rate; none is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reservedTraffic } from '../../src/guard/reserved-traffic.ts'
import { knownTraffic } from '../../src/guard/traffic-totals.ts'
import { type ActiveSpan, type RequestContext, requestContext } from '../../src/log/request-context.ts'
import { NotExecuted } from '../../src/store/database-errors.ts'
import { guardTrafficStore } from '../../src/store/guard-traffic.ts'
import { onEmbedded } from '../store/test-databases.ts'

const { database } = onEmbedded()
let keys = 0
const NO_MONEY = { hourMax: null, dayMax: null }

/** `answered`: what each statement that reserves waits for. `away`: what is added fails, with nothing done. */
function open(budget: number, server = { answered: async () => {}, away: false }) {
  const store = guardTrafficStore(database())
  const counts = knownTraffic({
    ...store,
    async add(traffic) {
      if (server.away) throw new NotExecuted('away')
      await store.add(traffic)
    },
  })
  const contexts: (RequestContext | undefined)[] = []
  const reserved = reservedTraffic({
    store: {
      async reserve(asked) {
        contexts.push(requestContext.getStore())
        await server.answered()
        return store.reserve(asked)
      },
    },
    add: (key, more, since) => counts.add([key], more, since),
  })
  const key = `region:portions ${++keys}`
  const need = { key, unit: 'started', amount: 1, base: budget, hourMax: null, dayMax: null } as const
  const take = async () => {
    const taken = await reserved.take([need])
    return 'use' in taken ? taken : null
  }
  const writeAll = async () => {
    reserved.giveBack()
    await counts.write()
  }
  const counted = async () => {
    await writeAll()
    return (await store.totals()).find((one) => one.key === key)?.hour.started
  }
  const known = () => counts.of(key).hour.started
  return { take, counted, known, writeAll, giveBack: reserved.giveBack, contexts, asked: () => contexts.length }
}

test('those that wait ask together, and as many go on as there is room for', async () => {
  const { take, counted, asked } = open(10)
  const places = await Promise.all(Array.from({ length: 30 }, take))
  assert.equal(places.filter((place) => place !== null).length, 10)
  assert.ok(asked() <= 2, String(asked()))
  for (const place of places) place?.use()
  assert.equal(await counted(), 10)
  assert.equal(await take(), null)
})

test('what does not begin is free again at once, and given back', async () => {
  const { take, counted } = open(2)
  const [one, two] = [await take(), await take()]
  assert.equal(await take(), null)
  one!.leave()
  one!.leave()
  const three = await take()
  assert.ok(three)
  assert.equal(await take(), null)
  three.use()
  three.leave()
  two!.leave()
  assert.equal(await counted(), 1)
  assert.ok(await take())
})

test('at a high rate few wait for the database, and near the end nothing is kept in advance', async () => {
  const { take, counted, asked } = open(400)
  const begin = async (count: number) => {
    const before = asked()
    let begun = 0
    for (let index = 0; index < count; index++) {
      const place = await take()
      place?.use()
      if (place) begun++
    }
    return { begun, asked: asked() - before }
  }
  assert.deepEqual(await begin(50), { begun: 50, asked: 50 })
  assert.equal(await counted(), 50)
  assert.deepEqual(await begin(50), { begun: 50, asked: 1 })
  assert.equal(await counted(), 100)
  const { begun } = await begin(400)
  assert.equal(begun, 300)
  assert.equal(await counted(), 400)
})

test('what begins after its place was left is counted by those who begin it', async () => {
  const { take, counted } = open(1)
  const late = await take()
  late!.leave()
  assert.deepEqual(late!.use(), [])
  assert.equal(await counted(), 0)
})

test('what is to be given back while the database is away is given back later', async () => {
  const server = { answered: async () => {}, away: true }
  const { take, counted, known, writeAll } = open(1, server)
  const place = await take()
  place!.leave()
  await assert.rejects(writeAll(), NotExecuted)
  assert.equal(known(), -1)
  server.away = false
  assert.equal(await counted(), 0)
  assert.ok(await take())
})

test('what is given back is taken off the ten minutes in which it was reserved', async () => {
  const earlier = `at - interval '20 minutes'`
  const key = `region:portions ${++keys}`
  const store = guardTrafficStore(database())
  const counts = knownTraffic(store)
  const reserved = reservedTraffic({
    store: {
      async reserve(asked) {
        const rows = await store.reserve(asked)
        await database().query(`update guard_traffic set at = ${earlier} where key = $1`, [key])
        return rows.map((row) => ({ ...row, at: new Date(Date.parse(row.at) - 20 * 60_000).toISOString() }))
      },
    },
    add: (one, more, since) => counts.add([one], more, since),
  })
  const taken = await reserved.take([{ key, unit: 'started', amount: 3, base: 9, ...NO_MONEY }])
  assert.ok('leave' in taken)
  taken.leave()
  reserved.giveBack()
  await counts.write()
  const rows = await database().query<{ started: number }>('select started from guard_traffic where key = $1', [key])
  assert.deepEqual(rows, [{ started: 0 }])
})

test('how much is asked for in advance is known where the database is asked without a pause', async () => {
  const answer = Promise.withResolvers<void>()
  const server = { answered: async () => {}, away: false }
  const { take, giveBack, asked } = open(400, server)
  for (let index = 0; index < 50; index++) (await take())?.use()
  server.answered = () => answer.promise
  const waiting = take()
  giveBack()
  answer.resolve()
  assert.ok(await waiting)
  const before = asked()
  for (let index = 0; index < 20; index++) (await take())?.use()
  assert.equal(asked() - before, 1)
})

test('a statement is in the traces of those that it is asked for', async () => {
  const { take, contexts } = open(9)
  const spans = Array.from({ length: 3 }, () => ({ statements: 0 }) as ActiveSpan)
  await Promise.all(spans.map((active, index) => requestContext.run({ request: String(index), active }, take)))
  assert.deepEqual(contexts, [{ shared: [spans[0]] }, { shared: spans.slice(1) }])
})

test('a region whose row is locked keeps no other one waiting, and what it waits with is not given away', async () => {
  const [locked, other] = [`region:portions ${++keys}`, `region:portions ${++keys}`]
  const answer = Promise.withResolvers<void>()
  const store = guardTrafficStore(database())
  const reserved = reservedTraffic({
    store: {
      async reserve(asked) {
        if (asked.some(({ key }) => key === locked)) await answer.promise
        return store.reserve(asked)
      },
    },
    add: () => {},
  })
  const all = `all portions ${++keys}`
  const money = { key: all, unit: 'cost', amount: 2, base: null, hourMax: 5, dayMax: null } as const
  const of = (region: string) => ({ key: region, unit: 'started', amount: 1, base: 9, ...NO_MONEY }) as const
  const begin = (region: string) => reserved.take([of(region), money])
  const held = begin(locked)
  for (let index = 0; index < 2; index++) assert.ok('use' in (await begin(other)))
  const last = begin(other)
  answer.resolve()
  const results = await Promise.all([held, last])
  assert.equal(results.filter((result) => 'use' in result).length, 1, 'the ceiling of 5 is reached by the third of 2')
})
