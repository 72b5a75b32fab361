import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { createKnownRecords, type KnownRecords } from '../../src/challenges/known-records.ts'
import type { Challenge, ChallengeId, Delivery } from '../../src/domain/challenge.ts'
import { memoryStore } from '../simulator/memory-store.ts'
import { aChallenge, aCreation, aRequest, asRecord } from '../store/samples.ts'

let now = 0
let known: KnownRecords

beforeEach(() => {
  now = 0
  known = createKnownRecords({ now: () => now, after: () => () => {} })
})

const stored = await memoryStore(() => Date.parse('2026-01-05T12:00:00Z')).challenges.insert(
  { challenge: aChallenge(), request: aRequest(), expiresIn: 300, idempotencyKey: null },
  aCreation,
)

function record(change: Partial<Challenge> = {}, progress?: Delivery['progress']) {
  const sample = asRecord(stored)
  const deliveries = sample.challenge.deliveries.map((one) => ({ ...one, ...(progress && { progress }) }))
  return { ...sample, challenge: { ...sample.challenge, deliveries, ...change } }
}

const { id } = record().challenge
const APPROVED = { status: 'approved', reason: 'key_pressed' } as const

test('a challenge is known until it is over and no call is live', () => {
  known.put(record({ version: 1 }))
  known.put(record({ version: 2, outcome: APPROVED }, { state: 'ringing' }))
  assert.equal(known.get(id)?.challenge.version, 2)
  known.put(record({ version: 3, outcome: APPROVED }, { state: 'ended' }))
  assert.equal(known.get(id), undefined)
})

test('an older version, whose answer came last, replaces no newer one', () => {
  known.put(record({ version: 3 }))
  known.put(record({ version: 2 }))
  assert.equal(known.get(id)?.challenge.version, 3)
})

test('ten thousand are known at the most, those put last', () => {
  const ids = Array.from({ length: 10_001 }, (_, n): ChallengeId => `chl_${n}`)
  for (const one of ids) known.put(record({ id: one }))
  assert.deepEqual(
    [known.get(ids[0]!), known.get(ids[1]!)?.challenge.id, known.get(ids.at(-1)!)?.challenge.id],
    [undefined, ids[1], ids.at(-1)],
  )
})

test('one to which nothing has happened for five minutes is dropped', () => {
  known.put(record({ id: 'chl_old' }))
  now += 200_000
  known.put(record({ id: 'chl_new' }))
  now += 100_000
  known.sweep()
  assert.deepEqual([known.get('chl_old'), known.get('chl_new')?.challenge.id], [undefined, 'chl_new'])
})

test('its delivery and its turn grow older', () => {
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
  assert.deepEqual([known.get(id)?.deliveryAge, known.get(id)?.turnAge], [11.5, 3.5])
  const { misses, wrongGates, repeats, ...openTurn } = turn
  known.put({
    ...record({ version: 1 }, { state: 'ended', openTurn: { ...openTurn, turnStartedAt: 'then' } }),
    turnAge: 2,
  })
  now += 1_500
  assert.equal(known.get(id)?.turnAge, 3.5)
  known.put({ ...record({ version: 2 }, { state: 'ringing' }), deliveryAge: 10, turnAge: 0 })
  now += 1_500
  assert.equal(known.get(id)?.turnAge, 0)
})
