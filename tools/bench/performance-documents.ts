// The documents that hold what was measured, generated from docs/performance.json: `npm run bench -- --write`.

import { readFileSync, writeFileSync } from 'node:fs'
import { capacitySentence, capacityTable } from './capacity.ts'
import { chart } from './chart.ts'
import { goalsTable, markdown } from './result-tables.ts'
import type { Results } from './results.ts'

const file = (path: string) => new URL(`../../${path}`, import.meta.url)

export const RESULTS = file('docs/performance.json')
export const CHART = file('docs/performance.svg')
export const DOCUMENTS = [file('README.md'), file('docs/performance.md'), file('docs/operations.md')]

const MARKED = /(<!-- performance:(\w+):begin -->\n).*?(<!-- performance:\2:end -->)/gs

export function readResults(): Results {
  return JSON.parse(readFileSync(RESULTS, 'utf8')) as Results
}

/** The document with every marked part as the results have it. */
export function withResults(document: string, results: Results): string {
  return document.replace(MARKED, (_, begin: string, name: string, end: string) => begin + part(name, results) + end)
}

function part(name: string, results: Results): string {
  const { machine, measures, tables } = results
  if (name === 'goals') return markdown(goalsTable(measures))
  if (name === 'machine') return `${Object.values(machine).join(', ')}.\n`
  if (name === 'capacity') return markdown(capacityTable(results))
  if (name === 'capacity_sentence') return capacitySentence(results)
  if (name === 'embedded_sentence') return embeddedSentence(tables.embedded?.rows[0] ?? [])
  const table = tables[name]
  if (!table) throw new Error(`No part of the benchmark gives ${name}, which a document asks for.`)
  return markdown(table)
}

function embeddedSentence([perSecond, , mebibytes]: readonly string[]): string {
  return `The embedded database carries ${perSecond} whole calls a second, and the process takes ${mebibytes} MiB with it.\n`
}

export function writeDocuments(results: Results): void {
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(CHART, chart(results.measures))
  for (const document of DOCUMENTS) writeFileSync(document, withResults(readFileSync(document, 'utf8'), results))
}

// After a goal or a sentence has changed, without measuring again.
if (import.meta.main) writeDocuments(readResults())
