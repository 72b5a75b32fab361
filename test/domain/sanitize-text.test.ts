import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sanitizeText } from '../../src/domain/sanitize-text.ts'

// Anything a program may hand over: half a surrogate pair, and, often enough to meet, what is invisible or directs the eye.
const mischief = fc.constantFrom(
  '\u0000',
  '\u001B[31m',
  '\u0085',
  '\u00AD',
  '\u034F',
  '\u200B',
  '\u200D',
  '\u202E',
  '\u2028',
  '\u2066',
  '\u2800\u3164',
  '\uD800',
  '\uDC00',
  '\uE000',
  '\uFEFF',
  '\uFFFE',
  '\u{E0041}',
  '  ',
  '\r\n\t',
  'e\u0301',
  '\u1100\u200B\u1161',
  '<break/>&',
  'ł字क्षि😀',
)
const given = fc
  .array(fc.oneof(mischief, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })))
  .map((parts) => parts.join(''))

test('what is spoken has no invisible character, no lone surrogate and one space between words', () => {
  fc.assert(
    fc.property(given, (text) => {
      const spoken = sanitizeText(text, 200)
      assert.doesNotMatch(spoken, /[\p{C}\p{Default_Ignorable_Code_Point}]/u)
      assert.doesNotMatch(spoken, /^\s|\s\s|\s$|[^\S ]/)
      assert.ok(spoken.isWellFormed())
      assert.equal(spoken, spoken.normalize('NFC'))
    }),
  )
})

test('what is spoken is bounded in characters, and a prefix of the whole', () => {
  fc.assert(
    fc.property(given, fc.nat(30), (text, most) => {
      const spoken = sanitizeText(text, most)
      assert.ok([...spoken].length <= most)
      assert.ok(sanitizeText(text, 1e6).startsWith(spoken))
    }),
  )
})

test('what is speakable already stays as it is', () => {
  fc.assert(
    fc.property(given, (text) => assert.equal(sanitizeText(sanitizeText(text, 50), 50), sanitizeText(text, 50))),
  )
  const plain = 'Überweisung von 250,00 € an <Ada> & "Bób" {NAME}: 字 😀'
  assert.equal(sanitizeText(plain, 200), plain)
})

test('line ends and odd spaces part words as a space does', () => {
  assert.equal(
    sanitizeText('\tTransfer\r\n250\u00A0euros\u2028to\u3000\u200B Ada\u0085Byron ', 200),
    'Transfer 250 euros to Ada Byron',
  )
})

test('the bound counts characters, not halves, and leaves no space at the end', () => {
  assert.equal(sanitizeText('😀😀😀', 2), '😀😀')
  assert.equal(sanitizeText('one two', 4), 'one')
})
