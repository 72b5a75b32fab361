// What the element says of every state of a challenge, in every language.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Challenge, Delivery, FailureCause, Outcome } from '../../src/client/client.ts'
import { textsFor } from '../../src/elements/locales/texts-for.ts'
import { shownOf } from '../../src/elements/progress.ts'
import { channelsOffered } from '../../src/elements/retries.ts'

const LOCALES = 'en-US en-GB es-ES es-MX fr-FR de-DE it-IT pt-BR nl-NL pl-PL ja-JP hi-IN'.split(' ')
const NOW = Date.parse('2026-01-31T12:00:00.000Z')
const { texts } = textsFor('en-US')

const OUTCOMES: Outcome[] = [
  { status: 'approved', reason: 'code_matched' },
  { status: 'approved', reason: 'key_pressed' },
  { status: 'denied', reason: 'rejected' },
  { status: 'denied', reason: 'fraud_reported' },
  { status: 'denied', reason: 'too_many_attempts' },
  ...(
    ['busy', 'no_answer', 'call_rejected', 'voicemail', 'hung_up', 'no_input', 'unreachable', 'carrier_failed'] as const
  ).map((reason) => ({ status: 'undelivered', reason }) as const),
  { status: 'expired', reason: 'expired' },
  { status: 'canceled', reason: 'canceled' },
]

type Live = Partial<Pick<Delivery, 'channel' | 'carrier' | 'result' | 'cause'>> & {
  state: string
  phase?: string
  age?: number
}

function delivery({ age = 1, ...live }: Live): Delivery {
  const created_at = new Date(NOW - age * 1000).toISOString()
  return { id: 'dlv_1', carrier: 'twilio', channel: 'call', result: null, created_at, ...live } as Delivery
}

function challenge(change: Partial<Challenge> & { outcome?: Outcome }, ...deliveries: Live[]): Challenge {
  const { outcome, ...rest } = change
  const ended = outcome
    ? { ...outcome, ended_at: new Date(NOW).toISOString() }
    : { status: 'pending', reason: null, ended_at: null }
  return {
    ...{ id: 'chl_1', flow: 'send_code', scope: 'login', to: '+1••••••0123', locale: 'en-US', details: null },
    ...{ attempts_left: 5, created_at: '', expires_at: '', version: 1 },
    ...ended,
    ...rest,
    deliveries: deliveries.map(delivery),
  } as Challenge
}

const said = (...args: Parameters<typeof challenge>) => {
  const { title, sentence } = shownOf(challenge(...args), texts, NOW)
  return `${title} | ${sentence}`
}

test('every outcome has a title and a sentence of its own in every language', () => {
  for (const locale of LOCALES) {
    const { language, texts: theirs } = textsFor(locale)
    assert.equal(language, locale.slice(0, 2))
    const all = OUTCOMES.map((outcome) => shownOf(challenge({ outcome }, { state: 'ended' }), theirs, NOW))
    assert.equal(new Set(all.map(({ sentence }) => sentence)).size, OUTCOMES.length, locale)
    for (const { title, sentence } of all) assert.ok(title.length > 1 && sentence.length > title.length / 2, locale)
    if (language !== 'en')
      assert.notEqual(all[0]!.title, textsFor('en').texts.outcomes.code_matched[0], `${locale} is not English`)
  }
  assert.equal(textsFor('sv-SE').language, 'en')
})

test('a phone that did not ring is never said to have rung, and a mailbox is named as a possibility', () => {
  const unreachable = said({ outcome: { status: 'undelivered', reason: 'unreachable' } }, { state: 'ended' })
  assert.match(unreachable, /It did not ring/)
  assert.match(
    said({ outcome: { status: 'undelivered', reason: 'no_input' } }, { state: 'ended' }),
    /perhaps by a mailbox/,
  )
  const text = { channel: 'sms', state: 'ended' } as const
  const failed = said({ outcome: { status: 'undelivered', reason: 'unreachable' } }, text)
  assert.match(failed, /text could not be delivered.*call reaches landlines/i)
})

const CAUSES: FailureCause[] = ['landline', 'handset_off', 'number_unknown', 'blocked', 'opted_out', 'filtered']

test('what the carrier names of a failed text is said in every language, and a call is offered', () => {
  for (const locale of LOCALES) {
    const { texts: theirs } = textsFor(locale)
    const sentences = CAUSES.map((cause) => {
      const result = cause === 'filtered' ? 'carrier_failed' : 'unreachable'
      const failed: Live = { channel: 'sms', state: 'ended', result, cause }
      const ended = challenge({ outcome: { status: 'undelivered', reason: result } }, failed)
      const pending = challenge({}, { state: 'ended', result: 'delivered' }, failed)
      const { title, sentence } = shownOf(ended, theirs, NOW)
      assert.equal(shownOf(pending, theirs, NOW).title, title)
      assert.equal(shownOf(pending, theirs, NOW).sentence, `${sentence} ${theirs.progress.failed}`)
      assert.ok(channelsOffered(ended).includes('call') && channelsOffered(pending).includes('call'))
      return sentence
    })
    assert.equal(new Set(sentences).size, CAUSES.length, locale)
  }
  const landline = { outcome: { status: 'undelivered', reason: 'unreachable' } } as const
  const failed = { channel: 'sms', state: 'ended', result: 'unreachable', cause: 'landline' } as const
  assert.match(said(landline, failed), /takes no texts.*landline.*call/)
  assert.deepEqual(channelsOffered(challenge(landline, failed)), ['call'])
  assert.deepEqual(channelsOffered(challenge(landline, { ...failed, cause: 'handset_off' })), ['call', 'sms'])
  assert.doesNotMatch(said({ outcome: { status: 'expired', reason: 'expired' } }, failed), /landline/)
})

test('a call that did not ring says why, where the network does, and never that it rang', () => {
  const outcome = { status: 'undelivered', reason: 'unreachable' } as const
  const off = said({ outcome }, { state: 'ended', result: 'unreachable', cause: 'handset_off' })
  assert.match(off, /did not ring.*switched off/)
  const unknown = said({ outcome }, { state: 'ended', result: 'unreachable', cause: 'number_unknown' })
  assert.match(unknown, /did not ring.*does not know this number/)
  for (const reason of OUTCOMES)
    for (const cause of [undefined, ...CAUSES])
      assert.doesNotMatch(
        said({ outcome: reason }, { state: 'ended', ...(cause && { cause }) }),
        /\brang\b|you picked up/i,
      )
})

test('of a call through a carrier that does not tell when it rings it is not said that it has not gone through', () => {
  assert.match(said({}, { state: 'placing', age: 7, carrier: 'bandwidth' }), /should be ringing by now/)
})

test('a pending call is followed from its beginning to the code', () => {
  assert.match(said({}, { state: 'placing' }), /Calling…/)
  assert.match(said({}, { state: 'placing', age: 7 }), /Still trying/)
  assert.match(said({}, { state: 'ringing' }), /Ringing/)
  assert.match(said({}, { state: 'answered', phase: 'gate' }), /Press the keys/)
  assert.match(said({}, { state: 'answered', phase: 'code' }), /Reading your code/)
  assert.match(said({}, { state: 'ended', result: 'delivered' }), /Over to you/)
  assert.match(
    said({ flow: 'keypad_code', attempts_left: 4 }, { state: 'answered' }),
    /not the code \| 4 tries are left/,
  )
  assert.match(said({}, { channel: 'sms', state: 'sent' }), /Text sent/)
  assert.match(said({}, { channel: 'sms', state: 'ended', result: 'delivered' }), /has arrived/)
})

test('a second delivery says why the first failed', () => {
  const failed = { state: 'ended', result: 'carrier_failed' } as const
  assert.match(said({}, failed, { state: 'placing' }), /another way… \| We could not get through\. We are calling/)
  assert.match(
    said({}, { state: 'ended', result: 'no_answer' }, { channel: 'sms', state: 'placing' }),
    /Nobody answered\./,
  )
  assert.doesNotMatch(said({}, failed, { state: 'ringing' }), /could not get through/)
})

test('another delivery is offered only while none is live, and never after a report or the last guess', () => {
  assert.deepEqual(channelsOffered(challenge({}, { state: 'ringing' })), [])
  assert.deepEqual(channelsOffered(challenge({}, { channel: 'sms', state: 'sent' })), ['call', 'sms'])
  assert.deepEqual(channelsOffered(challenge({ flow: 'approve' }, { state: 'ended', result: 'busy' })), ['call'])
  const after = (reason: string, status = 'denied') =>
    channelsOffered(challenge({ outcome: { status, reason } as Outcome }, { state: 'ended' }))
  assert.deepEqual(after('fraud_reported'), [])
  assert.deepEqual(after('too_many_attempts'), [])
  assert.deepEqual(after('busy', 'undelivered'), ['call', 'sms'])
})
