// What the element says of a request that was refused for now: why, and how long to wait, in every language.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerbackError } from '../../src/client/client.ts'
import { RATE_LIMITS } from '../../src/domain/rate-limit.ts'
import { errorSentence } from '../../src/elements/error-sentence.ts'
import { textsFor } from '../../src/elements/locales/texts-for.ts'

const refused = (limit: (typeof RATE_LIMITS)[number] | null, retryAfter: number | null) =>
  new AnswerbackError({ status: 429, code: 'rate_limited', detail: '', limit, retryAfter })

for (const language of ['de', 'en', 'es', 'fr', 'hi', 'it', 'ja', 'nl', 'pl', 'pt'])
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
