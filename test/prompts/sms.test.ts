import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES } from '../../src/domain/locale.ts'
import { segments } from '../../src/domain/text-segments.ts'
import { prompts } from '../../src/prompts/index.ts'

test('a text within the GSM alphabet counts septets, and two for the extended characters', () => {
  assert.deepEqual(segments('Grüße, Ñandú?'.replace('ú', 'ù')), { encoding: 'gsm7', units: 13, segments: 1 })
  assert.deepEqual(segments('5 € [a]'), { encoding: 'gsm7', units: 10, segments: 1 })
  assert.deepEqual(segments(''), { encoding: 'gsm7', units: 0, segments: 1 })
})

test('one character outside it makes the whole text UCS-2', () => {
  for (const stranger of 'áçêãłí’“–字ज') assert.equal(segments(`code ${stranger}`).encoding, 'ucs2', stranger)
  assert.deepEqual(segments('a😀'), { encoding: 'ucs2', units: 3, segments: 1 })
})

test('one segment holds 160 septets or 70 units, each of several 153 or 67', () => {
  const table: [string, number][] = [
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['字'.repeat(70), 1],
    ['字'.repeat(71), 2],
    ['字'.repeat(134), 2],
    ['字'.repeat(135), 3],
  ]
  for (const [text, count] of table) assert.equal(segments(text).segments, count, `${text[0]} ${text.length}`)
})

test('a character of two units is not split between segments', () => {
  assert.equal(segments(`${'€'.repeat(76)}a${'€'.repeat(76)}`).segments, 2)
  assert.equal(segments('€'.repeat(153)).segments, 3)
  assert.equal(segments('😀'.repeat(66)).segments, 2)
  assert.equal(segments('😀'.repeat(67)).segments, 3)
})

const name = 'Bank of Testing Corp'
const usual = ['login', 'signup', 'transfer', 'payment', 'password_reset', 'verify']

for (const locale of LOCALES) {
  test(`the message in ${locale} fits one segment with a name of 20 characters and the longest code and time`, () => {
    const ucs2 = locale === 'ja-JP' || locale === 'hi-IN'
    // An unknown word of 20 letters would be too much for the 70 characters of Hindi.
    for (const scope of [...usual, locale === 'hi-IN' ? 'membership' : 'membership_extension']) {
      const text = prompts[locale].message(name, scope, '48151623', 10)
      const { encoding, segments: count } = segments(text)
      assert.deepEqual([encoding, count], [ucs2 ? 'ucs2' : 'gsm7', 1], text)
    }
  })
}
