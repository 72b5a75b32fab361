// What was simulated, as docs/reliability.md and the tests show it.

import { FAULTS, type Fault } from './fault-rates.ts'
import { INVARIANTS } from './invariants.ts'
import type { Failure, MutationResult, RunTotals } from './workers.ts'

export function report(log: RunTotals, caught: MutationResult[], lastSeed: number): string {
  const days = log.virtualMs / 86_400_000
  const struck = Object.values(log.faults).reduce((sum, times) => sum + times, 0)
  return `\
The whole server runs in a simulated world: two instances, their database, two telephone companies, people with phones
and an app, in one process under a scheduler that decides what happens when and in which order. It delays, loses, doubles,
reorders and forges, and kills instances between any two steps. A run is a function of its seed, so every failure replays:
\`npm run simulate -- --seed 42\`.

${number(log.runs)} runs (seeds 1 to ${number(lastSeed)}) made ${number(log.challenges)} challenges and ${number(log.calls)} calls in ${number(days)} days of their own time.
${number(struck)} faults struck them. ${log.failures.length === 0 ? 'None' : `**${log.failures.length}**`} of the runs broke any of these:

| invariant | |
|---|---|
${Object.entries(INVARIANTS)
  .map(([name, { description }]) => `| ${name} | ${description} |`)
  .join('\n')}

<details><summary>The faults, and how often each struck</summary>

| fault | times |
|---|---|
${(Object.keys(FAULTS) as Fault[]).map((fault) => `| ${FAULTS[fault]} | ${number(log.faults[fault] ?? 0)} |`).join('\n')}

</details>

<details><summary>Does it bite? ${caught.length} faults planted in the sources one at a time, and what gave each away</summary>

| planted fault | caught by | at seed |
|---|---|---|
${caught.map(({ name, first }) => `| ${name} | ${first?.invariant ?? '**nothing**'} | ${first?.seed ?? '–'} |`).join('\n')}

</details>`
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
