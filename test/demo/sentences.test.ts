import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Challenge, Delivery, Flow, Outcome } from '../../src/client/client.ts'
import {
  formatDuration,
  outcomeMessage,
  progressMessage,
  redeliveryLabels,
  stripSeparators,
} from '../../src/demo/sentences.ts'

const OUTCOMES: Outcome[] = [
  { status: 'approved', reason: 'code_matched' },
  { status: 'approved', reason: 'key_pressed' },
  ...(['rejected', 'fraud_reported', 'too_many_attempts'] as const).map(
    (reason) => ({ status: 'denied', reason }) as const,
  ),
  ...(
    ['busy', 'no_answer', 'call_rejected', 'voicemail', 'hung_up', 'no_input', 'unreachable', 'carrier_failed'] as const
  ).map((reason) => ({ status: 'undelivered', reason }) as const),
  { status: 'expired', reason: 'expired' },
  { status: 'canceled', reason: 'canceled' },
]

const time = '2026-01-01T00:00:00.000Z'

function call(state: 'placing' | 'ringing' | 'answered' | 'ended', result: Delivery['result'] = null): Delivery {
  return { id: 'dlv_1', carrier: 'plivo', created_at: time, channel: 'call', state, result }
}

function text(state: 'placing' | 'sent' | 'ended', result: Delivery['result'] = null): Delivery {
  return { id: 'dlv_2', carrier: 'plivo', created_at: time, channel: 'sms', state, result }
}

function challenge(flow: Flow, deliveries: Delivery[], outcome?: Outcome): Challenge {
  const base = {
    id: 'chl_1',
    flow,
    scope: 'login',
    to: '',
    locale: 'en-US',
    details: null,
    attempts_left: 5,
    version: 1,
  }
  const terms = { ...base, created_at: time, expires_at: time, deliveries, metadata: {} }
  return outcome
    ? { ...terms, ...outcome, ended_at: time }
    : { ...terms, status: 'pending', reason: null, ended_at: null }
}

test('every outcome is told in words of its own, with a way on', () => {
  const told = OUTCOMES.map((outcome) => outcomeMessage(challenge('send_code', [call('ended')], outcome))!)
  assert.equal(new Set(told.map(({ sentence }) => sentence)).size, OUTCOMES.length)
  for (const { tone, actions } of told) assert.equal(actions.length > 0, tone !== 'good')
})

test('fraud that was reported is not answered with another call', () => {
  const reported = outcomeMessage(challenge('approve', [call('ended')], { status: 'denied', reason: 'fraud_reported' }))
  assert.deepEqual(reported?.actions, ['start'])
})

test('only a code can be texted', () => {
  for (const outcome of OUTCOMES) {
    assert(!outcomeMessage(challenge('approve', [call('ended')], outcome))?.actions.includes('text'))
    assert(!outcomeMessage(challenge('keypad_code', [call('ended')], outcome))?.actions.includes('text'))
  }
})

test('progress is told as it is', () => {
  const stages = (deliveries: Delivery[]) => progressMessage(challenge('send_code', deliveries)).stage
  assert.equal(stages([call('placing')]), 'calling')
  assert.equal(stages([call('ringing')]), 'ringing')
  assert.equal(stages([call('answered')]), 'answered')
  assert.equal(stages([call('ended', 'delivered')]), 'code_read')
  assert.equal(stages([call('ended', 'no_answer')]), 'failed')
  assert.equal(stages([text('placing')]), 'texting')
  assert.equal(stages([text('sent')]), 'texted')
  assert.equal(stages([text('ended', 'delivered')]), 'texted')
  assert.match(
    progressMessage(challenge('send_code', [call('ended', 'busy'), text('placing')])).sentence,
    /^The line was busy\. /,
  )
})

test('another delivery is offered only when none is live', () => {
  const offered = (flow: Flow, delivery: Delivery) => Object.keys(redeliveryLabels(challenge(flow, [delivery])))
  for (const state of ['placing', 'ringing', 'answered'] as const)
    assert.deepEqual(offered('send_code', call(state)), [])
  assert.deepEqual(offered('send_code', call('ended', 'delivered')), ['call', 'sms'])
  assert.deepEqual(offered('send_code', text('placing')), [])
  assert.deepEqual(offered('send_code', text('sent')), ['call', 'sms'])
  assert.deepEqual(offered('keypad_code', call('ended', 'no_answer')), ['call'])
})

test('a pasted code loses its gaps and keeps its zeros', () => {
  assert.equal(stripSeparators(' 012-3\u00a04–5 '), '012345')
})

test('a wait is told in seconds, then in minutes', () => {
  assert.deepEqual([0, 1, 89.2, 90, 600].map(formatDuration), [
    '1 second',
    '1 second',
    '90 seconds',
    '2 minutes',
    '10 minutes',
  ])
})
