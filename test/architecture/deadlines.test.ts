import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROMISES } from '../../src/time/deadlines.ts'

test('the deadlines behind each promise add up to no more than it allows', () => {
  for (const [name, { within, sum }] of Object.entries(PROMISES))
    assert.ok(sum <= within, `${name}: ${sum} > ${within}`)
})
