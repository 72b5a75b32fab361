import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, failureOfEnd } from '../../src/challenges/delivery-failure.ts'
import type { Delivery, DeliveryState } from '../../src/domain/challenge.ts'

const PLACING: DeliveryState = { state: 'placing', unknown: false }
const RINGING: DeliveryState = { state: 'ringing' }

function call(progress: DeliveryState): Delivery {
  return {
    id: 'dlv_1',
    channel: 'call',
    carrier: 'twilio',
    ref: 'CA1',
    price: 200,
    createdAt: '',
    progress,
    result: null,
  }
}

// twilio.com/docs/voice/api/call-resource: "no-answer" means that the ring timeout, which is 25 s, has elapsed.
test('a call that is over before it could have rung in vain did not ring', () => {
  assert.deepEqual(failureOfEnd({ cause: 'no_answer' }, call(PLACING), 0.8), { result: 'unreachable' })
  assert.deepEqual(failureOfEnd({ cause: 'no_answer', seconds: 0.5 }, call(PLACING), 25), { result: 'unreachable' })
})

// By a person at the carrier's console, or by its own rules: "canceled" says nothing of a ring.
test('a call that was canceled did not ring where the carrier says so, and may have elsewhere', () => {
  assert.deepEqual(failureOfEnd({ cause: 'canceled', rang: false }, call(PLACING), 0.8), { result: 'unreachable' })
  assert.deepEqual(failureOfEnd({ cause: 'canceled' }, call(PLACING), 0.8), { result: 'no_answer' })
  assert.deepEqual(failureOfEnd({ cause: 'canceled', seconds: 6 }, call(PLACING), 7), { result: 'no_answer' })
  assert.deepEqual(failureOfEnd({ cause: 'canceled', rang: true }, call(PLACING), 0.8), { result: 'no_answer' })
  assert.deepEqual(failureOfEnd({ cause: 'canceled' }, call(RINGING), 0.8), { result: 'no_answer' })
})

test('a call that rang, or may have, was not answered', () => {
  const unanswered = { result: 'no_answer' }
  assert.deepEqual(failureOfEnd({ cause: 'no_answer' }, call(RINGING), 3), unanswered)
  assert.deepEqual(failureOfEnd({ cause: 'no_answer', rang: true }, call(PLACING), 3), unanswered)
  assert.deepEqual(failureOfEnd({ cause: 'no_answer' }, call(PLACING), 26), unanswered)
  assert.deepEqual(failureOfEnd({ cause: 'no_answer', seconds: 25 }, call(PLACING), 0), unanswered)
})

test('a SIP code of a phone that is off is believed only where the phone did not ring', () => {
  const off = { result: 'unreachable', cause: 'handset_off' }
  assert.deepEqual(failureOfEnd({ cause: 'handset_off' }, call(PLACING), 12), off)
  assert.deepEqual(failureOfEnd({ cause: 'handset_off', rang: true }, call(PLACING), 12), { result: 'no_answer' })
  assert.deepEqual(failureOfEnd({ cause: 'handset_off' }, call(RINGING), 12), { result: 'no_answer' })
})

test('what the network names is kept, and what it leaves open is left open', () => {
  const unknown = { result: 'unreachable', cause: 'number_unknown' }
  assert.deepEqual(failureOfEnd({ cause: 'number_unknown' }, call(PLACING), 1), unknown)
  assert.deepEqual(failureOfEnd({ cause: 'unreachable' }, call(PLACING), 1), { result: 'unreachable' })
  assert.deepEqual(failureOfEnd({ cause: 'busy' }, call(PLACING), 0.8), { result: 'busy' })
  assert.deepEqual(failureOf({ blame: 'number' }), { result: 'unreachable' })
  assert.deepEqual(failureOf({ blame: 'number', cause: 'landline' }), { result: 'unreachable', cause: 'landline' })
  assert.deepEqual(failureOf({ blame: 'carrier', cause: 'filtered' }), { result: 'carrier_failed', cause: 'filtered' })
})
