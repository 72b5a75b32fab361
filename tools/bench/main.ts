// npm run bench: what the server costs, beside what can't be done for less. docs/performance.md explains it.

import '../../src/config/node-version.js'
import { existsSync } from 'node:fs'
import { withoutPostgres } from '../../test/support/fresh-database.ts'
import { benchOptions, USAGE } from './bench-options.ts'
import { type BenchRun, openBenchRun } from './bench-run.ts'
import { callCosts } from './call-costs.ts'
import { growth } from './growth.ts'
import { guardCost } from './guard-cost.ts'
import { describeMachine } from './machine.ts'
import { RESULTS, readResults, writeDocuments } from './performance-documents.ts'
import { profileWork } from './profile-work.ts'
import { requestWorks, WORKS } from './request-works.ts'
import { printed } from './result-tables.ts'
import { merged, type PartResults } from './results.ts'
import { scaling } from './scaling.ts'
import { startTimes } from './start-times.ts'
import { telemetryCosts } from './telemetry-costs.ts'
import { tls } from './tls.ts'
import { waiterDelay } from './waiter-delay.ts'
import { waiterMemory } from './waiter-memory.ts'

type Part = { measures: string[]; run(run: BenchRun, only: string[]): Promise<PartResults> }

const PARTS: Record<string, Part> = {
  requests: { measures: [...WORKS], run: requestWorks },
  costs: { measures: ['transactions', 'disk'], run: callCosts },
  waiters: { measures: ['waiter_memory'], run: waiterMemory },
  delay: { measures: ['waiter_delay'], run: waiterDelay },
  growth: { measures: ['growth'], run: growth },
  scaling: { measures: [], run: scaling },
  guard: { measures: [], run: guardCost },
  tls: { measures: [], run: tls },
  telemetry: { measures: [], run: telemetryCosts },
  start: { measures: ['ready', 'cold_start'], run: startTimes },
}

const parts = [...new Set(Object.entries(PARTS).flatMap(([name, { measures }]) => [name, ...measures]))]
const options = benchOptions(process.argv.slice(2), { parts, works: WORKS })
if (typeof options === 'string') {
  console.error(`${options}\n\n${USAGE}`)
  process.exit(1)
}
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}
if (withoutPostgres) {
  console.error(withoutPostgres)
  process.exit(1)
}

const { only } = options
const run = await openBenchRun(options)
const profiled = WORKS.find((work) => work === options.profile)
const results = profiled ? await profileWork(run, profiled) : await runParts()
console.log(printed(results))
if (options.write) {
  const earlier = existsSync(RESULTS) ? readResults() : { measures: {}, tables: {} }
  writeDocuments({ machine: describeMachine(), ...merged(earlier, results) })
}
await run.close()

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
