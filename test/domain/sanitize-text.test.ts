import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSpeakable, sanitizeMessage, sanitizeText } from '../../src/domain/sanitize-text.ts'

// Any string: also lone surrogates and, more often than chance, characters that are invisible or change the direction.
const hostileParts = fc.constantFrom(
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
  '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  '葛\u{E0100}\u{E0100}',
  '1\uFE0F\u20E3\uFE0E',
  '  ',
  '\r\n\t',
  'e\u0301',
  '\u1100\u200B\u1161',
  '<break/>&',
  'ł字क्षि😀',
)
const given = fc
  .array(fc.oneof(hostileParts, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })))
  .map((parts) => parts.join(''))

test('what is spoken has no invisible character, no lone surrogate and one space between words', () => {
  fc.assert(
    fc.property(given, (text) => {
      const spoken = sanitizeText(text, 200)
      // Joiners and the emoji selector stay between what they join; nothing else that is invisible does.
      const joined =
        /(?<=[\p{L}\p{M}])[\u200C\u200D](?=[\p{L}\p{M}])|(?<=[\p{So}\p{Sk}\p{Emoji}]|\uFE0F)(?:\u200D|\uFE0F|\uFE0E)|(?<=\u{1F3F4})[\u{E0030}-\u{E007F}]{4,7}|(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}]|(?<=\p{Script=Mongolian})[\u180B-\u180F]/gu
      assert.doesNotMatch(spoken.replace(joined, ''), /[\p{C}\p{Default_Ignorable_Code_Point}]/u)
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

const WORDS: [string, string][] = [
  ['Persian', 'می\u200Cخواهم'],
  ['Hindi', 'क्\u200Dष'],
  ['Sinhala', 'ශ්\u200Dරී'],
  ['a family', '👩\u200D👩\u200D👧'],
  ['a skin tone', '👩🏽\u200D🚀'],
  ['a heart on fire', '❤\uFE0F\u200D🔥'],
  ['a keycap', '1\uFE0F\u20E3'],
  ['a sign that is to be text', '☎\uFE0E'],
  ['the flag of England', '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'],
  ['a Japanese name', '葛\u{E0100}城'],
  ['Mongolian', 'ᠠ\u180B'],
]
for (const [name, word] of WORDS) {
  test(`an invisible character that spells a word stays: ${name}`, () => {
    assert.equal(sanitizeText(`x ${word} y`, 200), `x ${word} y`)
    assert.equal(sanitizeMessage(`{CODE}\n${word}`), `{CODE}\n${word}`)
  })
}

test('a joiner that joins nothing goes', () => {
  for (const text of ['a\u200Db', '\u200Dab', 'ab\u200D', 'a\u200C\u200Db', '1\u200C2', 'می\u200C', '\u200B'])
    assert.equal(sanitizeText(text, 200), text.replace(/[\u200B-\u200D]/g, ''), JSON.stringify(text))
  const tags = '\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}'
  for (const text of [
    `a${tags}\u{E007F}`,
    `\u{1F3F4}${tags}`,
    `\u{1F3F4}${tags}${tags}\u{E007F}`,
    'a\u{E0100}',
    '1\uFE0F',
  ])
    assert.doesNotMatch(sanitizeText(text, 200), /[\p{C}\p{Default_Ignorable_Code_Point}]/u, JSON.stringify(text))
  // Cut off by the bound.
  assert.equal(sanitizeText('👩\u200D👧', 2), '👩')
})

test('a message keeps its lines', () => {
  assert.equal(sanitizeMessage(' Hello \r\n{CODE}\u2028 is  yours\n\n\n\nBye\n'), 'Hello\n{CODE}\nis yours\n\nBye')
  assert.equal(sanitizeMessage('\n\u200B\n'), '')
  fc.assert(
    fc.property(given, (text) => {
      const message = sanitizeMessage(text)
      assert.equal(sanitizeMessage(message), message)
      for (const line of message.split('\n')) assert.equal(sanitizeText(line, 1e6), line)
    }),
  )
})

test('a text of blanks, marks or points alone can not be said', () => {
  const silent = [
    '',
    '\u2800',
    '\u3164',
    '\uFFA0',
    '\u115F\u1160',
    '\u034F',
    '\uFFFC',
    '\u0301',
    '\u200E\u200F',
    '…',
    '-',
    '. . .',
    '\u{E0067}',
  ]
  for (const text of silent) assert.ok(!isSpeakable(sanitizeText(text, 200)), JSON.stringify(text))
  for (const text of ['{CODE}', '字', '7', '€', '👍', 'ﬃ', '\u1E9B\u0323', '\u1100\u1161\u11A8'])
    assert.ok(isSpeakable(sanitizeText(text, 200)), JSON.stringify(text))
})
