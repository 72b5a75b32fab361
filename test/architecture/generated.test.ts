import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SETTINGS } from '../../src/config/settings.ts'
import { FILE as ARCHITECTURE, withDiagram } from '../../tools/diagram.ts'
import { FILE as ENV_EXAMPLE, example } from '../../tools/env.ts'
import { FILE as TESTING, withTestNumbers } from '../../tools/testing-doc.ts'

test('.env.example is what `npm run env` writes', () => {
  assert.equal(readFileSync(ENV_EXAMPLE, 'utf8'), example())
})

test('.env.example sets nothing, and names everything once', () => {
  const lines = example().split('\n')
  const names = lines.flatMap((line) => /^#([A-Z_]+)=/.exec(line)?.[1] ?? [])
  assert.deepEqual(names.toSorted(), Object.keys(SETTINGS).toSorted())
  for (const line of lines) assert.match(line, /^(#.*)?$/)
  for (const line of lines) assert.ok(line.length <= 100, line)
})

test('the state diagram is what `npm run diagram` draws', () => {
  const document = readFileSync(ARCHITECTURE, 'utf8')
  assert.equal(document, withDiagram(document))
})

test('the table of test numbers is what `npm run test-numbers` writes', () => {
  const document = readFileSync(TESTING, 'utf8')
  assert.equal(document, withTestNumbers(document))
})
