// Fast, so that an edit of a source which moves a mutation's place is seen before the simulator runs.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { applyEdit, MUTATIONS } from './mutations.ts'

const ROOT = new URL('../../', import.meta.url)

test('each edit of a mutation has its place in the sources, once', () => {
  for (const { name, edits } of MUTATIONS) {
    assert.ok(edits.length > 0, name)
    for (const edit of edits) {
      const source = readFileSync(new URL(edit.file, ROOT), 'utf8')
      assert.notEqual(applyEdit(source, edit), source, name)
    }
  }
})

test('a mutation has a name of its own', () => {
  assert.equal(new Set(MUTATIONS.map(({ name }) => name)).size, MUTATIONS.length)
})
