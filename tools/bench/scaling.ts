// The part "scaling": calls a second through one, two and four instances on one Postgres; with the limits on and off; and in
// the embedded database. All of it shares the machine, so more instances than processors only show what they cost.

import { answerbackServer, HIGH_LIMITS, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { type Load, loadRequests } from './http-load.ts'
import { type ProcessorUs, processorCells, withProcessorUs } from './processor-time.ts'
import { median, type PartResults, type Table } from './results.ts'
import { wholeCalls } from './whole-calls.ts'

export async function scaling(run: BenchRun): Promise<PartResults> {
  return {
    measures: {},
    tables: { instances: await instances(run), guard: await guardCost(run), embedded: await embedded(run) },
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

type MeasuredLoad = Load & ProcessorUs

/** The rate of the carrier's account is kept: it is none of the guard's. */
const NO_LIMITS = Object.fromEntries(
  Object.keys(HIGH_LIMITS)
    .filter((name) => name !== 'TWILIO_CALLS_PER_SECOND')
    .map((name) => [name, 'off']),
)

/** Eight counters a creation: three for the number, two for its prefix, two for the client, one for its network; and the row of the prefix. */
async function guardCost(run: BenchRun): Promise<Table> {
  const sides = {
    on: await start(run, { databaseUrl: await run.database() }),
    off: await start(run, { databaseUrl: await run.database(), environment: NO_LIMITS }),
  }
  const count = run.options.quick ? 200 : 1_000
  const loads = { on: [] as MeasuredLoad[], off: [] as MeasuredLoad[] }
  for (let round = 0; round <= run.options.rounds; round++)
    for (const side of round % 2 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
      const { server, child } = sides[side]
      const requests = Array.from({ length: count }, (_, position) => {
        const index = round * count + position
        const request = server.create(index, 'call')
        const client = `11.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
        return { ...request, body: JSON.stringify({ ...JSON.parse(request.body!), client_ip: client }) }
      })
      const load = await withProcessorUs(child, () => loadRequests(server.port, requests, 201))
      if (round > 0) loads[side].push(load)
    }
  for (const { child } of Object.values(sides)) await child.stop()
  const { on, off } = loads
  const share = (figure: (load: MeasuredLoad) => number) =>
    `${median(on.map((load, index) => 100 * (1 - figure(off[index]!) / figure(load)))).toFixed(0)} %`
  const row = (name: string, all: MeasuredLoad[]) => [
    name,
    ...spread(all.map(({ perSecond }) => perSecond)),
    ...processorCells(all),
  ]
  return {
    title: 'What the guard costs',
    head: ['', 'creations a second', 'min–max', 'server µs', 'Postgres µs'],
    rows: [
      row('limits and rules off', off),
      row('limits and rules on, with a client_ip', on),
      [
        'share of the cost',
        share(({ perSecond }) => 1 / perSecond),
        '',
        share(({ server }) => server),
        share(({ postgres }) => postgres),
      ],
    ],
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
