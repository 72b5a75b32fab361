// What the ledger says of a change.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ledgerEntry } from '../../src/challenges/change-record.ts'
import { step } from '../../src/domain/state-machine.ts'
import { POLICY } from '../domain/answered-challenge.ts'
import { aChallenge, aDelivery } from '../store/samples.ts'

test('a delivery that an event names and that does not begin, since the challenge has ended, is not told of', () => {
  const pending = { ...aChallenge(), fallback: [] }
  const expired = { ...pending, outcome: { status: 'expired', reason: 'expired' } as const }
  const [delivery, next] = [pending.deliveries[0]!.id, aDelivery()]
  const event = { type: 'placement_failed', delivery, result: 'carrier_failed', next } as const
  assert.equal(ledgerEntry(pending, event, step(pending, event, POLICY)).facts.next, next.id)
  assert.equal('next' in ledgerEntry(expired, event, step(expired, event, POLICY)).facts, false)
})
