import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { misquotedValues, truncatedValues, unreadLines } from '../../src/config/load-environment.ts'

describe('a # in a .env file', () => {
  const cut = (text: string) => truncatedValues(text).map(({ name }) => name)

  test('inside a value without quotes is named: what stands behind it would be lost', () => {
    assert.deepEqual(truncatedValues('PORT=3000\nBANDWIDTH_PASSWORD=pass#word\n'), [
      { name: 'BANDWIDTH_PASSWORD', left: 4 },
    ])
    assert.deepEqual(cut('export SECRET = a#b\r\n'), ['SECRET'])
  })

  test('in quotes belongs to the value, and behind a blank begins a comment', () => {
    assert.deepEqual(cut('A="pass#word"\nB=\'pass#word\'\nC=3000 # the port\nD=# nothing\n# E=a#b\nF=plain'), [])
  })
})

test('a value of a .env file that its quotes cut short, or that begins with one that is not closed, is named', () => {
  const names = (text: string) => misquotedValues(text).map(({ name }) => name)
  for (const value of [`'It''s'`, `"a\\"b"`, '"a"b', '"a" b # c', '"open', "'open", '`open', '"a\nb"c', `"it's`])
    assert.deepEqual(names(`X=1\nexport A = ${value}\n`), ['A'], value)
  assert.deepEqual(names('A="x\nB="y"\n'), ['A'])
  const right = [
    '"a"',
    "'a'",
    '`a`',
    '"a" # c',
    '"a"#c',
    `"it's"`,
    `'{"a":"b"}'`,
    '"a\nB=c\n"',
    '""',
    'a"b',
    'a',
    '',
    '"a#b"',
  ]
  assert.deepEqual(names(right.map((value) => `A=${value}`).join('\n')), [])
})

test('a line of a .env file that Node would pass over is named', () => {
  const meant = [
    'PORT: 3000',
    'set PORT=3000',
    'setx PORT 3000',
    '- PORT=3000',
    '-e PORT=3000',
    '$env:PORT="3000"',
    'PORT 3000',
    'env PORT=3000',
  ]
  for (const line of meant)
    assert.deepEqual(unreadLines(`HOST=a\n${line}\n`), ['.env: line 2 is not of the form NAME=value.'], line)
  assert.deepEqual(unreadLines('PORT: 1\nA=b\nHOST: a'), ['.env: lines 1, 3 are not of the form NAME=value.'])
  for (const text of [
    '',
    '# PORT: 3000\n',
    'export PORT = 3000',
    'A="x\nPORT: 3000\ny"\nB=1',
    'a note',
    'PORT=',
    'lower=a',
  ])
    assert.deepEqual(unreadLines(text), [], text)
})
