// docs/seeds.md is written from test/seeds, has every row once, and names only tests that exist.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FILE, seedsDocument } from '../../tools/seeds-doc.ts'
import { GUIDES } from '../seeds/guides.ts'

const TESTS = join(import.meta.dirname, '..')

/** Behaviours and weaknesses of each guide. */
const COUNTS = [
  [19, 11],
  [11, 12],
  [7, 13],
  [11, 13],
  [9, 11],
] as const

test('docs/seeds.md is what `npm run seeds` writes', () => {
  assert.equal(readFileSync(FILE, 'utf8'), seedsDocument())
})

test('every row of every guide is there once, in order', () => {
  const ids = GUIDES.map(({ behaviours, weaknesses }) => [Object.keys(behaviours), Object.keys(weaknesses)])
  const expected = COUNTS.map(([behaviours, weaknesses], guide) => [
    numbered(`S${guide}`, behaviours),
    numbered(`W${guide}`, weaknesses),
  ])
  assert.deepEqual(ids, expected)
})

test('every behaviour is clicked in a browser by one of its tests', () => {
  const unseen = GUIDES.flatMap(({ behaviours }) =>
    Object.entries(behaviours).filter(([, { tests }]) => !tests.some(([file]) => file.startsWith('pages/'))),
  )
  assert.deepEqual(
    unseen.map(([id]) => id),
    [],
  )
})

test('every test that is named stands in its file under that title', () => {
  const rows = GUIDES.flatMap(({ behaviours, weaknesses }) => Object.entries({ ...behaviours, ...weaknesses }))
  const missing = rows.flatMap(([id, { tests }]) => {
    assert.ok(tests.length > 0, id)
    return tests.filter(([file, title]) => !titles(file).has(title)).map((one) => `${id}: ${one.join(': ')}`)
  })
  assert.deepEqual(missing, [])
})

function numbered(guide: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${guide}-${String(index + 1).padStart(2, '0')}`)
}

/** As they are written, with … for a placeholder. */
function titles(file: string): Set<string> {
  const source = readFileSync(join(TESTS, `${file}.test.ts`), 'utf8')
  const calls = source.matchAll(/\b(?:test|story)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)
  return new Set([...calls].map(([, , title]) => title!.replace(/\$\{[^}]*\}/g, '…')))
}
