// What was simulated, as docs/reliability.md and the tests show it.

import { FAULTS, type Fault } from './fault-rates.ts'
import { INVARIANTS } from './invariants.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'
import type { Failure, MutationResult, RunTotals } from './workers.ts'

export function report(totals: RunTotals, results: MutationResult[], lastSeed: number): string {
  const hours = totals.virtualMs / 3_600_000
  const faults = Object.values(totals.faults).reduce((sum, times) => sum + times, 0)
  return `\
The whole server runs in a simulated world: two instances, their database, two carriers, people with phones and an app,
in one process under a scheduler that decides what happens when and in which order. Messages are delayed, lost, doubled,
reordered and forged, and instances crash between any two steps. A run is a function of its seed, so every failure
replays: \`npm run simulate -- --seed 42\`.

${number(totals.runs)} runs (seeds 1 to ${number(lastSeed)}) made ${number(totals.challenges)} challenges and ${number(totals.calls)} calls in ${number(hours)} hours of simulated time,
with ${number(faults)} injected faults. ${totals.failures.length === 0 ? 'None' : `**${totals.failures.length}**`} of the runs broke any of these invariants:

| invariant | |
|---|---|
${Object.entries(INVARIANTS)
  .map(([name, { description }]) => `| ${name} | ${description} |`)
  .join('\n')}

| injected fault | times |
|---|---|
${(Object.keys(FAULTS) as Fault[]).map((fault) => `| ${FAULTS[fault]} | ${number(totals.faults[fault] ?? 0)} |`).join('\n')}

${mutationTables(results)}`
}

/** Those in the simulator's own store prove only that the invariants look, not that the sources are covered. */
function mutationTables(results: MutationResult[]): string {
  const inSources = results.filter(({ name }) => !isInOwnStore(MUTATIONS.find((mutation) => mutation.name === name)))
  const inStore = results.filter((result) => !inSources.includes(result))
  return `\
${inSources.length} mutations of the sources, one at a time, and the invariant that caught each:

${mutationTable(inSources)}

Mutations that need a change in the simulator's in-memory store too, which stands for Postgres (${inStore.length}):

${mutationTable(inStore)}`
}

const isInOwnStore = (mutation?: Mutation) => mutation?.edits.some(({ file }) => file.startsWith('test/')) ?? false

const mutationTable = (results: MutationResult[]) => `\
| mutation | caught by | at seed |
|---|---|---|
${results.map(({ name, first }) => `| ${name} | ${first?.invariant ?? '**nothing**'} | ${first?.seed ?? '–'} |`).join('\n')}`

/** The seed at which the report says that each mutation was caught. */
export function seedsInReport(document: string): Map<string, number> {
  const rows = document.matchAll(/^\| (.+?) \| [^|]+ \| (\d+) \|$/gm)
  return new Map([...rows].map(([, name, seed]) => [name!, Number(seed)]))
}

export function failureReport({ seed, invariant, what, transcript }: Failure): string {
  return `Seed ${seed} breaks ${invariant}: ${INVARIANTS[invariant]!.description}\n\n${what}\n\n${transcript.join('\n')}\n\nAgain: npm run simulate -- --seed ${seed}`
}

export const DOCUMENT = new URL('../../docs/reliability.md', import.meta.url)
export const BEGIN = '<!-- reliability:begin -->'
export const END = '<!-- reliability:end -->'

export function replaceSection(document: string, text: string): string {
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/reliability.md has no ${BEGIN} … ${END}`)
  return `${before}${BEGIN}\n${text}\n${END}${after}`
}

const number = (value: number) => Math.round(value).toLocaleString('en-US')
