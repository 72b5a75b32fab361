// What the element says of a request that was refused for now: why, and how long to wait, in every language.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerbackError } from '../../src/client/client.ts'
import type { Channel } from '../../src/domain/challenge.ts'
import { RATE_LIMITS } from '../../src/domain/rate-limit.ts'
import { errorSentence } from '../../src/elements/error-sentence.ts'
import { textsFor } from '../../src/elements/locales/texts-for.ts'

const refused = (limit: (typeof RATE_LIMITS)[number] | null, retryAfter: number | null) =>
  new AnswerbackError({ status: 429, code: 'rate_limited', detail: '', limit, retryAfter })

const LANGUAGES = ['de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'nl', 'pl', 'pt']

for (const language of LANGUAGES)
  test(`${language}: each limit has a sentence of its own, with the wait`, () => {
    const { texts } = textsFor(language)
    const sentences = [null, ...RATE_LIMITS].map((limit) => errorSentence(refused(limit, 240), texts))
    assert.equal(new Set(sentences).size, RATE_LIMITS.length + 1)
    for (const sentence of sentences) assert.match(sentence, /4 ?\p{L}+.*[.。।]$/u)
    for (const sentence of sentences) assert.doesNotMatch(sentence, /[.。।] ?[.。।]/)
    assert.doesNotMatch(errorSentence(refused('spending', null), texts), /\d/)
  })

test('a limit that is not known yet is told as too many tries', () => {
  const { texts } = textsFor('en')
  const sentence = errorSentence(refused('per-planet' as 'per-number', 30), texts)
  assert.equal(sentence, 'That was too often. Please wait 30 seconds before the next try.')
})

test('a long wait is told in hours: a limit of a day is no thousand minutes', () => {
  for (const language of LANGUAGES) {
    const told = (seconds: number) => errorSentence(refused('per-number', seconds), textsFor(language).texts)
    assert.match(told(89), /89/, language)
    assert.match(told(5_400), /90/, language)
    assert.match(told(5_401), /\b2(?!\d)/, language)
    assert.match(told(86_400), /\b24(?!\d)/, language)
  }
})

test('a number that a rule stands against: the channel that was asked for, and the other where the page has it', () => {
  const { texts } = textsFor('en')
  const blocked = new AnswerbackError({ status: 403, code: 'number_blocked', detail: '' })
  const both: Channel[] = ['call', 'sms']
  const told = (channel: Channel, offered: Channel[]) => errorSentence(blocked, texts, { channel, offered })
  assert.equal(told('call', both), 'We may not call this number at present. A text may still be possible.')
  assert.equal(told('sms', both), 'We may not text this number at present. A call may still be possible.')
  assert.equal(told('call', ['call']), 'We may not call this number at present.')
})

test('at night the fault is not ours, and another try is of no use', () => {
  const night = new AnswerbackError({ status: 403, code: 'quiet_hours', detail: '' })
  for (const language of LANGUAGES) {
    const { texts } = textsFor(language)
    assert.equal(errorSentence(night, texts), texts.errors.atNight)
  }
})

for (const code of ['policy', 'country_not_allowed'] as const)
  test(`${code}: what was asked for is not possible, by no channel and at no second try`, () => {
    const { texts } = textsFor('en')
    const error = new AnswerbackError({ status: 403, code, detail: '' })
    const told = errorSentence(error, texts, { channel: 'call', offered: ['call', 'sms'] })
    assert.equal(told, 'We may not call this number at present.')
  })
