// The part "scaling": calls a second through one, two and four instances on one Postgres; and in the embedded
// database. All of it shares the machine, so more instances than processors only show what they cost.

import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { median, type PartResults, type Table } from './results.ts'
import { wholeCalls } from './whole-calls.ts'

export async function scaling(run: BenchRun): Promise<PartResults> {
  return {
    measures: {},
    tables: { instances: await instances(run), embedded: await embedded(run) },
  }
}

async function instances(run: BenchRun): Promise<Table> {
  const databaseUrl = await run.database()
  const started = []
  for (let instance = 0; instance < 4; instance++) started.push(await start(run, { databaseUrl }))
  const servers = started.map(({ server }) => server)
  const count = run.options.quick ? 100 : 300
  const speeds = new Map<number, number[]>([1, 2, 4].map((number) => [number, []]))
  let first = 0
  for (let round = 0; round <= run.options.rounds; round++)
    for (const [number, all] of speeds) {
      const { perSecond } = await wholeCalls(servers.slice(0, number), first, count)
      first += count
      if (round > 0) all.push(perSecond)
    }
  for (const { child } of started) await child.stop()
  return {
    title: 'Instances on one Postgres',
    head: ['instances', 'calls a second', 'min–max'],
    rows: [...speeds].map(([number, all]) => [String(number), ...spread(all)]),
  }
}

/** In production, as one instance with a disk of its own. */
async function embedded(run: BenchRun): Promise<Table> {
  const { child, server } = await start(run, { environment: { EMBEDDED: 'on' } })
  const count = run.options.quick ? 100 : 300
  const speeds: number[] = []
  for (let round = 0; round <= run.options.rounds; round++) {
    const { perSecond } = await wholeCalls([server], round * count, count)
    if (round > 0) speeds.push(perSecond)
  }
  const resident = child.residentMiB()
  await child.stop()
  return {
    title: 'Embedded database (PGlite)',
    head: ['calls a second', 'min–max', 'resident MiB after it'],
    rows: [[...spread(speeds), resident.toFixed(0)]],
  }
}

async function start(
  run: BenchRun,
  { databaseUrl, environment = {} }: { databaseUrl?: string; environment?: Record<string, string> },
) {
  const { carrierUrl, directory } = run
  const port = await run.port()
  const child = await startAnswerback({ port, carrierUrl, directory, databaseUrl }, { environment })
  return { child, server: answerbackServer(port) }
}

function spread(speeds: readonly number[]): [string, string] {
  const [least, most] = [Math.min(...speeds), Math.max(...speeds)]
  return [median(speeds).toFixed(0), `${least.toFixed(0)}–${most.toFixed(0)}`]
}
