import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitAppHash, spokenMessage } from '../../src/domain/app-hash.ts'

test('an app hash is the last eleven characters, and no word of a sentence', () => {
  const table: [string, string, string | null][] = [
    ['<#> {CODE} is your code\nFA+9qCX9VSu', '<#> {CODE} is your code', 'FA+9qCX9VSu'],
    ['{CODE} is your code FA+9qCX9VSu', '{CODE} is your code', 'FA+9qCX9VSu'],
    ['{CODE}\n\nabcdefghijk', '{CODE}', 'abcdefghijk'],
    ['{CODE} is your information', '{CODE} is your information', null],
    ['{CODE} Information', '{CODE} Information', null],
    ['{CODE} is for Acme', '{CODE} is for Acme', null],
    ['{CODE}\nFA+9qCX9VSuX', '{CODE}\nFA+9qCX9VSuX', null],
    ['FA+9qCX9VSu', 'FA+9qCX9VSu', null],
  ]
  for (const [message, text, appHash] of table) assert.deepEqual(splitAppHash(message), { text, appHash }, message)
})

test('what only a phone reads is not spoken, and lines are run together', () => {
  assert.equal(spokenMessage('<#> Hello\n\n{CODE} is your code\nFA+9qCX9VSu'), 'Hello {CODE} is your code')
})
