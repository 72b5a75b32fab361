// Many worlds, or one again:
//
//   npm run simulate -- --seeds 100000        seeds 1 to 100000; --from 100001 goes on where that ended
//   npm run simulate -- --seed 42             one run, told in sentences
//   npm run simulate -- --seed 42 --mutation 'the gate is skipped'
//   npm run simulate -- --seeds 20000 --write  tries every mutation too, and writes the report into docs/reliability.md

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DOCUMENT, failureReport, replaceSection, report } from '../test/simulator/report.ts'
import { runMutations, runSeeds, runWorker } from '../test/simulator/workers.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mutation: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const mutation = values.mutation ?? null

if (values.seed !== undefined) await one(Number(values.seed))
else if (mutation !== null) await tryMutation(mutation, Number(values.from), Number(values.seeds))
else await many(Number(values.from), Number(values.seeds))

async function one(seed: number): Promise<void> {
  const { failures, transcript: told } = await runWorker({ mutation, from: seed, count: 1, withTranscript: true })
  console.log(failures[0] ? failureReport(failures[0]) : `${told.join('\n')}\n\nSeed ${seed} holds every invariant.`)
  process.exitCode = failures.length
}

async function tryMutation(name: string, from: number, count: number): Promise<void> {
  const { failures, runs } = await runWorker({ mutation: name, from, count })
  console.log(failures[0] ? failureReport(failures[0]) : `${runs} runs saw nothing wrong.`)
}

async function many(from: number, count: number): Promise<void> {
  const log = await runSeeds(from, count, (done) => process.stderr.write(`\r${done} of ${count} runs`))
  process.stderr.write('\n')
  for (const failure of log.failures) console.log(`${failureReport(failure)}\n`)
  process.exitCode = Math.min(1, log.failures.length)
  // What does not hold is mended, not published.
  if (!values.write || log.failures.length > 0) return console.log(report(log, [], from + count - 1))
  const text = report(log, await runMutations(5_000), count)
  writeFileSync(DOCUMENT, replaceSection(readFileSync(DOCUMENT, 'utf8'), text))
}
