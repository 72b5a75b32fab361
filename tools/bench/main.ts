// npm run bench: what the server costs, beside what can't be done for less. docs/performance.md explains it.
//
//   --only creation,answer   some parts or works
//   --rounds 5               how often both take their turn
//   --quick                  a fraction of the work, roughly right
//   --ended 10000000         beside how many ended challenges the growth is measured; a million unless set
//   --write                  writes the results into docs and README.md; with --only it replaces those of the named parts
//   --profile creation       instead: where the server spends its time in one of the works

import '../../src/config/node-version.ts'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { withoutPostgres } from '../../test/support/fresh-database.ts'
import { type BenchRun, openBenchRun } from './bench-run.ts'
import { callCosts } from './call-costs.ts'
import { growth } from './growth.ts'
import { describeMachine } from './machine.ts'
import { RESULTS, readResults, writeDocuments } from './performance-documents.ts'
import { profileWork } from './profile-work.ts'
import { requestWorks, WORKS } from './request-works.ts'
import { printed } from './result-tables.ts'
import type { PartResults } from './results.ts'
import { scaling } from './scaling.ts'
import { startTimes } from './start-times.ts'
import { tls } from './tls.ts'
import { waiters } from './waiters.ts'

type Part = { measures: string[]; run(run: BenchRun, only: string[]): Promise<PartResults> }

const PARTS: Record<string, Part> = {
  requests: { measures: [...WORKS], run: requestWorks },
  costs: { measures: ['transactions', 'disk'], run: callCosts },
  waiters: { measures: ['waiter_memory', 'waiter_delay'], run: waiters },
  growth: { measures: ['growth'], run: growth },
  scaling: { measures: [], run: scaling },
  tls: { measures: [], run: tls },
  start: { measures: ['ready', 'cold_start'], run: startTimes },
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    ended: { type: 'string', default: '1000000' },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
})
const only = values.only.split(',').filter((name) => name !== '')
const profiled = WORKS.find((work) => work === values.profile)
const fault = faultOf(values.profile)
if (fault) {
  console.error(fault)
  process.exit(1)
}

const run = await openBenchRun({
  rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
  quick: values.quick,
  ended: Number(values.ended),
})
const results = profiled ? await profileWork(run, profiled) : await runParts()
console.log(printed(results))
if (values.write) {
  const earlier = existsSync(RESULTS) ? readResults() : { measures: {}, tables: {} }
  writeDocuments({
    machine: describeMachine(),
    measures: { ...earlier.measures, ...results.measures },
    tables: { ...earlier.tables, ...results.tables },
  })
}
await run.close()

function faultOf(profile: string | undefined): string | null {
  const known = Object.entries(PARTS).flatMap(([name, { measures }]) => [name, ...measures])
  const unknown = only.filter((name) => !known.includes(name))
  if (unknown.length > 0) return `--only takes ${known.join(', ')}, and not ${unknown.join(', ')}.`
  if (profile !== undefined && !profiled) return `--profile takes one of ${WORKS.join(', ')}.`
  return withoutPostgres || null
}

async function runParts(): Promise<PartResults> {
  const all: PartResults = { measures: {}, tables: {} }
  for (const [name, part] of Object.entries(PARTS)) {
    const works = only.includes(name) ? [] : only.filter((one) => part.measures.includes(one))
    if (only.length > 0 && !only.includes(name) && works.length === 0) continue
    const begun = performance.now()
    const { measures, tables } = await part.run(run, works)
    Object.assign(all.measures, measures)
    Object.assign(all.tables, tables)
    console.error(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  return all
}
