// What the guard notes about once a second is kept until the database has it: decisions, and prices that carriers tell.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { E164 } from '../../src/domain/challenge.ts'
import { createDecisions } from '../../src/guard/decisions.ts'
import { createRateDeck } from '../../src/guard/rate-deck.ts'
import { createSeenPrices } from '../../src/guard/seen-prices.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { DatabaseUnavailable, NotExecuted } from '../../src/store/database-errors.ts'
import { guardTripStore } from '../../src/store/guard-trips.ts'
import { learntPriceStore } from '../../src/store/learnt-prices.ts'
import { onEmbedded } from '../store/test-databases.ts'

const { database } = onEmbedded()

/** `fails`: how the next write ends; where its result is unknown it has happened. */
function away<Args extends unknown[]>(write: (...args: Args) => Promise<void>) {
  const next: { fails: Error | null } = { fails: null }
  const failing = async (...args: Args) => {
    if (!(next.fails instanceof NotExecuted)) await write(...args)
    if (next.fails) throw next.fails
  }
  return { next, failing }
}

test('decisions that were not written are written later, and each once', async () => {
  const store = guardTripStore(database())
  const { next, failing } = away(store.decided)
  const decisions = createDecisions({ store: { decided: failing }, metrics: createMetrics() })
  const target = { serviceId: 'svc_a', numberHash: 'the hash', maskedNumber: '+1••0123' }
  const finding = { rule: 'conversion', key: 'prefix:+1876555', reason: 'Few are verified.', seconds: 60 } as const
  const written = () => store.decisions({ numberHashes: ['the hash'] }, 10)
  decisions.add(finding, target, null, true)
  next.fails = new NotExecuted('away')
  await assert.rejects(decisions.write(), NotExecuted)
  assert.equal((await written()).length, 0)
  next.fails = new DatabaseUnavailable('the answer was lost')
  await assert.rejects(decisions.write(), DatabaseUnavailable)
  next.fails = null
  decisions.add(finding, target, null, true)
  await decisions.write()
  await decisions.write()
  assert.equal((await written()).length, 2)
})

test('a price that was not written is written later, unless a newer one was told since', async () => {
  const store = learntPriceStore(database())
  const { next, failing } = away(store.learn)
  const deck = createRateDeck([{ prefix: '+', carrier: null, perMinute: 5_000, perText: 1_000 }])
  const prices = createSeenPrices({ ...store, learn: failing }, deck)
  const [jamaica, barbados] = ['+18765550123', '+12465550123'] as E164[]
  prices.note(jamaica!, 'plivo', { amount: 0.02, segments: 2 })
  prices.note(barbados!, 'plivo', { amount: 0.02, billedSeconds: 60 })
  next.fails = new NotExecuted('away')
  await assert.rejects(prices.write(), NotExecuted)
  next.fails = null
  prices.note(jamaica!, 'plivo', { amount: 0.03, segments: 1 })
  await prices.write()
  assert.deepEqual((await store.list()).map(({ prefix, price }) => `${prefix} ${price}`).toSorted(), [
    '+12465 200',
    '+18765 300',
  ])
})
