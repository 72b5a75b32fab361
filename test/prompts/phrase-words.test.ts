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

/** What is spelt differently and heard alike, where a list could have both. */
const HEARD_ALIKE: Record<string, [spelt: RegExp, heard: string][]> = {
  de: [
    [/v|ph/g, 'f'],
    [/c/g, 'k'],
    [/ie/g, 'i'],
  ],
  en: [
    [/ph/g, 'f'],
    [/c(?![hei])/g, 'k'],
  ],
  es: [
    [/v/g, 'b'],
    [/g(?=[ei])/g, 'j'],
    [/z|c(?=[ei])/g, 's'],
    [/ll/g, 'y'],
    [/h/g, ''],
  ],
  fr: [
    [/eau|au/g, 'o'],
    [/ph/g, 'f'],
    [/qu|c(?![ehiy])/g, 'k'],
    [/h|e$/g, ''],
  ],
  nl: [
    [/c(?![heijy])/g, 'k'],
    [/ij/g, 'ei'],
  ],
  pl: [
    [/rz/g, 'z'],
    [/ch/g, 'h'],
  ],
  pt: [
    [/qu|c(?![ehi])/g, 'k'],
    [/x|ch/g, 's'],
    [/h/g, ''],
  ],
}

function asHeard(language: string, word: string): string {
  const heard = (HEARD_ALIKE[language] ?? []).reduce((text, [spelt, sound]) => text.replace(spelt, sound), word)
  return heard.replace(/(.)\1/g, '$1')
}

for (const locale of LOCALES) {
  test(`${locale} has no word that is heard as the beginning or the end of another one, or begins as it does`, () => {
    const { phraseWords } = prompts[locale]
    const isAlphabet = locale !== 'ja-JP' && locale !== 'hi-IN'
    const bare = phraseWords.map((word) =>
      isAlphabet
        ? word
            .toLowerCase()
            .normalize('NFD')
            .replace(/[\u0300-\u036F]/g, '')
        : word,
    )
    const heard = bare.map((word) => asHeard(locale.slice(0, 2), word))
    for (const [place, one] of heard.entries())
      for (const other of heard.slice(place + 1)) {
        const [short, long] = one.length < other.length ? [one, other] : [other, one]
        assert.ok(!long.startsWith(short) && !long.endsWith(short), `${one}, ${other}`)
        assert.ok(!isAlphabet || one.slice(0, 4) !== other.slice(0, 4), `${one}, ${other}`)
      }
  })

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
}
