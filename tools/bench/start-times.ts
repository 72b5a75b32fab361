// The part "start": how long the server takes until it may be used, and what it takes on the disk.

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { START_OPTIONS, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { type Child, startProgram } from './child-processes.ts'
import { startFloor } from './floor.ts'
import { installedSize } from './installed-size.ts'
import { measureOf, median, type PartResults } from './results.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const FIRST_STARTS = 3

export async function startTimes(run: BenchRun): Promise<PartResults> {
  const { carrierUrl, directory, options } = run
  const databaseUrl = await run.database()
  const place = async () => ({ port: await run.port(), databaseUrl, carrierUrl, directory })
  const ours: number[] = []
  const floor: number[] = []
  // The first round migrates the database and fills the page cache.
  for (let round = 0; round <= options.rounds; round++) {
    const at = await place()
    const times = [await startTime(startAnswerback(at)), await startTime(startFloor({ ...at, port: await run.port() }))]
    if (round === 0) continue
    ours.push(times[0]!)
    floor.push(times[1]!)
  }
  const cold: number[] = []
  const warm: number[] = []
  for (let start = 0; start < (options.quick ? 1 : FIRST_STARTS); start++) {
    const home = mkdtempSync(join(directory, 'embedded-'))
    cold.push(await startTime(startEmbedded(await run.port(), home)))
    warm.push(await startTime(startEmbedded(await run.port(), home)))
  }
  const size = installedSize()
  return {
    measures: {
      ready: measureOf(
        ours.map((seconds, index) => seconds / floor[index]!),
        `${milliseconds(ours)} ÷ ${milliseconds(floor)} ms`,
      ),
      cold_start: measureOf(cold, 'nothing set, an empty directory'),
    },
    tables: {
      start: {
        title: 'Start and size',
        head: ['', 'median'],
        rows: [
          ['bare Hono and postgres.js, until it answers', `${milliseconds(floor)} ms`],
          ['existing Postgres, until ready', `${milliseconds(ours)} ms`],
          ['embedded database, first start, until ready', `${milliseconds(cold)} ms`],
          ['embedded database, later starts, until ready', `${milliseconds(warm)} ms`],
          ['installed for production', `${size.mebibytes.toFixed(0)} MiB in ${size.packages} packages`],
          ['of these the Node runtime', `${size.runtimeMebibytes.toFixed(0)} MiB`],
          ['direct dependencies', String(size.direct)],
        ],
      },
    },
  }
}

/** Seconds from the start of the process until it is ready. */
async function startTime(starting: Promise<Child>): Promise<number> {
  const begun = performance.now()
  const child = await starting
  const seconds = (performance.now() - begun) / 1000
  await child.stop()
  return seconds
}

/** As `npm start` in an empty directory. */
function startEmbedded(port: number, directory: string): Promise<Child> {
  return startProgram({
    script: MAIN,
    port,
    directory,
    environment: { PORT: String(port) },
    nodeOptions: START_OPTIONS,
    readyPath: '/readyz',
  })
}

function milliseconds(seconds: readonly number[]): number {
  return Math.round(median(seconds) * 1000)
}
