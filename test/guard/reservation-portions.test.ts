// Places under a ceiling are had from the database for all that wait at once, and in advance at a high rate; none is lost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reservedTraffic } from '../../src/guard/reserved-traffic.ts'
import { knownTraffic } from '../../src/guard/traffic-totals.ts'
import { guardTrafficStore } from '../../src/store/guard-traffic.ts'
import { onEmbedded } from '../store/test-databases.ts'

const { database } = onEmbedded()
let keys = 0

function open(budget: number) {
  const store = guardTrafficStore(database())
  const counts = knownTraffic(store)
  let statements = 0
  const reserved = reservedTraffic({
    store: {
      reserve(asked) {
        statements++
        return store.reserve(asked)
      },
    },
    add: (key, more) => counts.add([key], more),
  })
  const key = `region:portions ${++keys}`
  const need = { key, unit: 'started', amount: 1, base: budget, hourMax: null, dayMax: null } as const
  const take = async () => {
    const taken = await reserved.take([need])
    return 'use' in taken ? taken : null
  }
  const counted = async () => {
    reserved.giveBack()
    await counts.write()
    return (await store.totals()).find((one) => one.key === key)?.hour.started
  }
  return { take, counted, asked: () => statements }
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
