import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createKnownRecords, type KnownRecords } from '../../src/challenges/known-records.ts'
import type { Challenge, ChallengeId, Delivery } from '../../src/domain/challenge.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { aChallenge, aCreation, aRequest, asRecord } from '../store/samples.ts'

let now = 0
let known: KnownRecords

beforeEach(() => {
  now = 0
  known = createKnownRecords({ now: () => now, after: () => () => {} })
})

const stored = await memoryStore(() => Date.parse('2026-01-05T12:00:00Z')).challenges.insert(
  { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotency: null, slot: null },
  aCreation,
)

function record(change: Partial<Challenge> = {}, progress?: Delivery['progress']) {
  const sample = asRecord(stored)
  const deliveries = sample.challenge.deliveries.map((one) => ({ ...one, ...(progress && { progress }) }))
  return { ...sample, challenge: { ...sample.challenge, deliveries, ...change } }
}

const { id } = record().challenge
const APPROVED = { status: 'approved', reason: 'key_pressed' } as const

test('a challenge is known until it is over and no call is live', async () => {
  known.put(record({ version: 1 }))
  known.put(record({ version: 2, outcome: APPROVED }, { state: 'ringing' }))
  assert.equal((await known.get(id))?.challenge.version, 2)
  known.put(record({ version: 3, outcome: APPROVED }, { state: 'ended' }))
  assert.equal(await known.get(id), undefined)
})

test('an older version, whose answer came last, replaces no newer one', async () => {
  known.put(record({ version: 3 }))
  known.put(record({ version: 2 }))
  assert.equal((await known.get(id))?.challenge.version, 3)
})

test('ten thousand are known at the most, those put last', async () => {
  const ids = Array.from({ length: 10_001 }, (_, n): ChallengeId => `chl_${n}`)
  for (const one of ids) known.put(record({ id: one }))
  assert.deepEqual(
    [await known.get(ids[0]!), (await known.get(ids[1]!))?.challenge.id, (await known.get(ids.at(-1)!))?.challenge.id],
    [undefined, ids[1], ids.at(-1)],
  )
})

test('one to which nothing has happened for five minutes is dropped', async () => {
  known.put(record({ id: 'chl_old' }))
  now += 200_000
  known.put(record({ id: 'chl_new' }))
  now += 100_000
  known.sweep()
  assert.deepEqual([await known.get('chl_old'), (await known.get('chl_new'))?.challenge.id], [undefined, 'chl_new'])
})

test('its delivery and its turn grow older', async () => {
  const turn = {
    phase: 'gate',
    turn: 1,
    turnStartedAt: '',
    misses: 0,
    wrongGates: 0,
    repeats: 0,
    notice: 'none',
    keyDrawn: false,
  } as const
  known.put({ ...record({}, { state: 'answered', ...turn }), deliveryAge: 10, turnAge: 2 })
  now += 1_500
  assert.deepEqual([(await known.get(id))?.deliveryAge, (await known.get(id))?.turnAge], [11.5, 3.5])
  const { misses, wrongGates, repeats, ...openTurn } = turn
  known.put({
    ...record({ version: 1 }, { state: 'ended', openTurn: { ...openTurn, turnStartedAt: 'then' } }),
    turnAge: 2,
  })
  now += 1_500
  assert.equal((await known.get(id))?.turnAge, 3.5)
  known.put({ ...record({ version: 2 }, { state: 'ringing' }), deliveryAge: 10, turnAge: 0 })
  now += 1_500
  assert.equal((await known.get(id))?.turnAge, 0)
})

test('what is asked for during a save is what was saved, or nothing when that is unknown', async () => {
  known.put(record({ version: 1 }))
  const saved = Promise.withResolvers<ReturnType<typeof record>>()
  const saving = known.save(id, () => saved.promise)
  const asked = known.get(id)
  saved.resolve(record({ version: 2 }))
  await saving
  assert.equal((await asked)?.challenge.version, 2)

  const lost = Promise.withResolvers<ReturnType<typeof record>>()
  const losing = known.save(id, () => lost.promise)
  const askedMeanwhile = known.get(id)
  lost.reject(new DatabaseUnavailable('away'))
  await assert.rejects(losing)
  assert.equal(await askedMeanwhile, undefined)
})
