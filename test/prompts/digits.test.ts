import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { digits } from '../../src/prompts/digits.ts'

const codes = fc.stringMatching(/^\d{4,8}$/)
const spoken = (code: string) => digits(code).filter((part) => typeof part === 'string')

test('every digit is said once, in order, and none touches another', () => {
  fc.assert(
    fc.property(codes, (code) => {
      assert.equal(spoken(code).join('').replaceAll(', ', ''), code)
      assert.doesNotMatch(spoken(code).join(''), /\d\d/)
      for (const part of spoken(code)) assert.match(part, /^\d(, )?$/)
    }),
  )
})

test('between two digits there is always a silence, and none after the last', () => {
  fc.assert(
    fc.property(codes, (code) => {
      const parts = digits(code)
      assert.equal(parts.length, 2 * code.length - 1)
      for (const [i, part] of parts.entries()) assert.equal(typeof part, i % 2 ? 'object' : 'string')
    }),
  )
})

test('one longer silence parts a code into two groups', () => {
  const groups = (code: string) => {
    const pauses = digits(code).filter((part) => typeof part !== 'string')
    const longest = Math.max(...pauses.map(({ pause }) => pause))
    assert.equal(pauses.filter(({ pause }) => pause === longest).length, 1)
    const first = pauses.findIndex(({ pause }) => pause === longest) + 1
    return [first, code.length - first]
  }
  assert.deepEqual(['0123', '01234', '012345', '0123456', '01234567'].map(groups), [
    [2, 2],
    [3, 2],
    [3, 3],
    [3, 4],
    [4, 4],
  ])
})
