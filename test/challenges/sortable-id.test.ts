import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sortableId } from '../../src/challenges/sortable-id.ts'

test('an id sorts by its time, and two of one moment differ', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
  const [first, twin] = [sortableId(), sortableId()]
  t.mock.timers.setTime(Date.UTC(2026, 0, 1) + 1)
  const second = sortableId()
  assert.ok(first < second && twin < second)
  assert.match(first, /^[0-9a-z]{8}[\w-]{22}$/)
  assert.notEqual(first.slice(8), twin.slice(8))
})
