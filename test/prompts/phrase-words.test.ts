// The words of shared phrases are told apart over a telephone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES } from '../../src/domain/locale.ts'
import { prompts } from '../../src/prompts/index.ts'

const WORDS = 128

/** How many letters must be changed to make one of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, compared] of [...other].entries())
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === compared ? 0 : 1)))
    row = next
  }
  return row.at(-1)!
}

for (const locale of LOCALES)
  test(`${locale} has ${WORDS} words, no two of which begin or end alike or differ in a letter or two`, () => {
    const { phraseWords } = prompts[locale]
    assert.equal(phraseWords.length, WORDS)
    const isAlphabet = locale !== 'ja-JP' && locale !== 'hi-IN'
    const bare = phraseWords.map((word) => {
      assert.match(word, /^[\p{L}\p{M}\u30FC-]+$/u)
      assert.equal(word, word.normalize('NFC'))
      const lower = word.toLowerCase()
      return isAlphabet ? lower.normalize('NFD').replace(/[\u0300-\u036F]/g, '') : lower
    })
    for (const [place, one] of bare.entries())
      for (const other of bare.slice(place + 1)) {
        assert.ok(distance(one, other) >= (isAlphabet ? 3 : 2), `${one}, ${other}`)
        assert.ok(!one.startsWith(other) && !other.startsWith(one), `${one}, ${other}`)
        assert.ok(!isAlphabet || one.slice(-4) !== other.slice(-4), `${one}, ${other}`)
      }
  })
