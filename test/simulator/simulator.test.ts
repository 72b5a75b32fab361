// Runs from seed 1 up: enough that each kind of fault strikes several times. docs/reliability.md is of thousands more, which
// npm run simulate -- --seeds 3000 --write makes; and each mutation is tried first with the seed that is known to catch it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { FAULTS } from './fault-rates.ts'
import { INVARIANTS } from './invariants.ts'
import { MUTATIONS } from './mutations.ts'
import { DOCUMENT, failureReport, report, seedsInReport } from './report.ts'
import { type MutationResult, type RunTotals, runMutations, runSeeds, runWorker } from './workers.ts'

const SEEDS = 250
/** Within so many runs every mutation must be caught. */
const MOST_TO_CATCH = 5_000

describe('the simulator', () => {
  let log: RunTotals | undefined
  let caught: MutationResult[] = []

  test(`${SEEDS} runs hold every invariant`, async () => {
    log = await runSeeds(1, SEEDS)
    assert.equal(log.failures.map(failureReport).join('\n\n'), '')
    assert.deepEqual(Object.keys(log.faults).sort(), Object.keys(FAULTS).sort(), 'every kind of fault has occurred')
  })

  test('a run is a function of its seed', async () => {
    const [from, count] = [26, 25]
    const { digests } = await runWorker({ mutation: null, from, count })
    assert.deepEqual(digests, log!.digests.slice(from - 1, from - 1 + count))
  })

  describe('catches each mutation', () => {
    before(async () => {
      caught = await runMutations(MOST_TO_CATCH, seedsInReport(readFileSync(DOCUMENT, 'utf8')))
    })
    for (const [index, { name }] of MUTATIONS.entries()) {
      test(name, () => {
        assert.ok(caught[index]!.first, `${caught[index]!.runs} runs saw nothing wrong`)
      })
    }
  })

  test('docs/reliability.md lists the same invariants, faults and mutations', () => {
    const document = readFileSync(DOCUMENT, 'utf8')
    const rows = [
      ...Object.entries(INVARIANTS).map(([name, { description }]) => `| ${name} | ${description} |`),
      ...Object.values(FAULTS).map((description) => `| ${description} | `),
      ...MUTATIONS.map(({ name }) => `| ${name} | `),
    ]
    const missing = rows.filter((row) => !document.includes(`\n${row}`))
    assert.deepEqual(missing, [], 'npm run simulate -- --seeds 20000 --write writes them')
  })

  after(() => {
    if (log) console.log(report(log, caught, SEEDS))
  })
})
