import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SETTINGS } from '../../src/config/settings.ts'
import { chart } from '../../tools/bench/chart.ts'
import { GOALS } from '../../tools/bench/goals.ts'
import { CHART, DOCUMENTS, readResults, withResults } from '../../tools/bench/performance-documents.ts'
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

test('the figures in the documents, and the chart, are those of docs/performance.json', () => {
  const results = readResults()
  for (const file of DOCUMENTS) {
    const document = readFileSync(file, 'utf8')
    assert.match(document, /<!-- performance:(goals|capacity):begin -->/, file.pathname)
    assert.equal(document, withResults(document, results))
  }
  assert.equal(readFileSync(CHART, 'utf8'), chart(results.measures))
})

test('every goal was measured', () => {
  assert.deepEqual(Object.keys(readResults().measures).toSorted(), Object.keys(GOALS).toSorted())
})
