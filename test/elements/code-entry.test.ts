import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeProblem, normalizeCode } from '../../src/elements/code-entry.ts'
import { textsFor } from '../../src/elements/locales/texts-for.ts'

const { texts } = textsFor('en')

test('a code is taken as people paste it: separators, invisible marks, digits of any script', () => {
  for (const typed of [
    '481516',
    '481 516',
    '481-516',
    '481–516',
    ' 4.8.1.5.1.6 ',
    '\u202a481516\u202c',
    '４８１５１６',
    '٤٨١٥١٦',
    '४८१५१६',
  ])
    assert.equal(normalizeCode(typed), '481516', JSON.stringify(typed))
})

test('what would cost an attempt for nothing is told before it is sent', () => {
  assert.equal(codeProblem('481516', 6, texts), null)
  assert.match(codeProblem('48151', 6, texts)!, /6 digits, and you typed 5/)
  assert.match(codeProblem('4815a6', 6, texts)!, /digits/)
  assert.match(codeProblem('', 6, texts)!, /digits/)
})
