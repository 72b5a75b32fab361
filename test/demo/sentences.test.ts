import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Challenge, Delivery, FailureCause, Flow, Outcome } from '../../src/client/client.ts'
import { formatDuration } from '../../src/demo/error-sentences.ts'
import { outcomeMessage } from '../../src/demo/outcome-sentences.ts'
import {
  codeProblem,
  progressMessage,
  redeliveryLabels,
  retryLabels,
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

const CAUSES: FailureCause[] = ['landline', 'handset_off', 'number_unknown', 'blocked', 'opted_out', 'filtered']

const time = '2026-01-01T00:00:00.000Z'
const NOW = Date.parse(time) + 1000

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
  // Any flow with any outcome, also those that the server never joins.
  return (
    outcome ? { ...terms, ...outcome, ended_at: time } : { ...terms, status: 'pending', reason: null, ended_at: null }
  ) as Challenge
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
  const stages = (deliveries: Delivery[]) => progressMessage(challenge('send_code', deliveries), NOW).stage
  assert.equal(stages([call('placing')]), 'calling')
  assert.equal(stages([call('ringing')]), 'ringing')
  assert.equal(stages([call('answered')]), 'answered')
  assert.equal(stages([call('ended', 'delivered')]), 'code_read')
  assert.equal(stages([call('ended', 'no_answer')]), 'failed')
  assert.equal(stages([text('placing')]), 'texting')
  assert.equal(stages([text('sent')]), 'texted')
  assert.equal(stages([text('ended', 'delivered')]), 'texted')
  assert.match(
    progressMessage(challenge('send_code', [call('ended', 'busy'), text('placing')]), NOW).sentence,
    /^The line was busy\. /,
  )
})

test('an outcome claims only what was seen', () => {
  const end = (reason: Outcome['reason'], deliveries: Delivery[]) => {
    const outcome = { status: 'undelivered', reason } as Outcome
    return outcomeMessage(challenge('send_code', deliveries, outcome))!
  }
  for (const { reason } of OUTCOMES) {
    for (const cause of [undefined, ...CAUSES]) {
      for (const delivery of [call('ended'), text('ended')]) {
        const failed = { ...delivery, result: reason, ...(cause && { cause }) } as Delivery
        const { title, sentence } = end(reason, [failed])
        assert.doesNotMatch(`${title} ${sentence}`, /[Yy]ou picked up|\brang\b|\brung\b/, `${reason} ${cause}`)
      }
    }
  }
  assert.match(end('no_input', [call('ended')]).sentence, /answered, perhaps by a mailbox/)
  assert.match(end('unreachable', [call('ended')]).sentence, /did not ring.*switched off.*number may be wrong/)
  assert.deepEqual(end('unreachable', [call('ended')]).actions, ['again', 'text', 'number'])
})

test('a text that failed says why it may have, and offers a call', () => {
  for (const reason of ['unreachable', 'carrier_failed'] as const) {
    const ended = challenge('send_code', [text('ended', reason)], { status: 'undelivered', reason })
    const { title, sentence, actions } = outcomeMessage(ended)!
    assert.match(title, /^The text could not be/)
    assert.match(sentence, /[Aa] call/)
    assert.equal(actions[0], 'again')
    assert.equal(retryLabels(ended).call, 'Call me instead')
  }
  const { sentence } = progressMessage(challenge('send_code', [text('ended', 'unreachable'), call('placing')]), NOW)
  assert.match(sentence, /^The text could not be delivered\. /)
})

test('a text that failed for a named cause says that one, and offers what may help', () => {
  const told = CAUSES.map((cause) => {
    const result = cause === 'filtered' ? 'carrier_failed' : 'unreachable'
    const failed = { ...text('ended', result), cause }
    const ended = challenge('send_code', [failed], { status: 'undelivered', reason: result })
    const { title, sentence, actions } = outcomeMessage(ended)!
    assert.ok(actions.includes('again') && actions.includes('number'), cause)
    assert.match(sentence, /\bcall\b/, cause)
    assert.equal(cause === 'number_unknown', /check it/.test(sentence))
    const pending = challenge('send_code', [call('ended', 'delivered'), failed])
    assert.equal(progressMessage(pending, NOW).title, title)
    assert.ok(progressMessage(pending, NOW).sentence.startsWith(sentence))
    assert.equal(redeliveryLabels(pending).call, 'Call me instead')
    assert.equal('sms' in redeliveryLabels(pending), actions.includes('text'))
    return sentence
  })
  assert.equal(new Set(told).size, CAUSES.length)
  assert.match(told[0]!, /landline/)
  assert.match(told[1]!, /switched off/)
})

test('a call that did not ring says why, where the network does', () => {
  const end = (cause: FailureCause) =>
    outcomeMessage(
      challenge('send_code', [{ ...call('ended', 'unreachable'), cause }], {
        status: 'undelivered',
        reason: 'unreachable',
      }),
    )!
  assert.match(end('handset_off').sentence, /did not ring.*switched off/)
  assert.doesNotMatch(end('handset_off').sentence, /number/)
  assert.match(end('number_unknown').sentence, /did not ring.*does not know this number/)
  assert.doesNotMatch(end('number_unknown').sentence, /switched off/)
})

test('a call through a carrier that does not tell when it rings is never said not to have gone through', () => {
  const placing = { ...call('placing'), carrier: 'bandwidth' } as Delivery
  const { title, sentence } = progressMessage(challenge('send_code', [placing]), NOW + 10_000)
  assert.equal(title, 'Calling…')
  assert.match(sentence, /should be ringing by now/)
})

test('a call that was lost, and the next one, are told as another way being tried', () => {
  const lost = challenge('send_code', [call('placing')])
  assert.equal(progressMessage(lost, NOW).title, 'Calling…')
  assert.match(progressMessage(lost, NOW + 6000).sentence, /has not gone through yet.*another way/)
  const next = challenge('send_code', [call('ended', 'carrier_failed'), call('placing')])
  assert.equal(progressMessage(next, NOW).title, 'Trying another way…')
  assert.doesNotMatch(progressMessage(next, NOW).sentence, /about to ring/)
})

test('progress follows the call: its phase, the tries left, the text that has arrived', () => {
  const during = (flow: Flow, phase: 'gate' | 'code' | 'question' | 'goodbye', attempts_left = 5) =>
    progressMessage({ ...challenge(flow, [{ ...call('answered'), phase } as Delivery]), attempts_left }, NOW)
  assert.match(during('send_code', 'gate').sentence, /^Press the keys we name/)
  assert.equal(during('send_code', 'code').title, 'Reading your code')
  assert.equal(during('send_code', 'goodbye').title, 'Over to you')
  for (const phase of ['code', 'goodbye'] as const) {
    assert.doesNotMatch(during('send_code', phase).sentence, /[Pp]ress/)
  }
  assert.match(during('keypad_code', 'question').sentence, /^Now enter the code/)
  assert.match(during('keypad_code', 'question', 4).sentence, /^4 tries are left\./)
  assert.match(during('keypad_code', 'question', 1).sentence, /^One try is left\./)
  assert.equal(progressMessage(challenge('send_code', [text('ended', 'delivered')]), NOW).title, 'Text delivered')
  assert.doesNotMatch(progressMessage(challenge('send_code', [text('ended', 'delivered')]), NOW).sentence, /moment/)
})

test('a code is looked at before it is sent', () => {
  assert.equal(codeProblem('012345', 6), null)
  assert.match(codeProblem('', 6) ?? '', /type the digits/)
  assert.match(codeProblem('12345', 6) ?? '', /6 digits, and you typed 5/)
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
