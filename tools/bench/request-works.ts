// The part "requests": whole calls, work by work. In each round both servers create challenges, answer the phones, read
// the states and press the keys; the first round warms everything up and is not counted.

import type { BenchRun } from './bench-run.ts'
import { inTurns, startBoth } from './both-servers.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import type { GoalId } from './goals.ts'
import { type Load, loadJobs, loadRequests, send } from './http-load.ts'
import { pgbenchUpdates } from './pgbench.ts'
import { type ProcessorUs, processorCells, withProcessorUs } from './processor-time.ts'
import { measureOf, median, type PartResults } from './results.ts'

type MeasuredLoad = Load & ProcessorUs
type Loads = Record<'ours' | 'floor', MeasuredLoad[]>

export const WORKS = [
  'creation',
  'answer',
  'status_read',
  'last_key',
  'check_flow',
] as const satisfies readonly GoalId[]
export type Work = (typeof WORKS)[number]

export async function requestWorks(run: BenchRun, only: readonly string[]): Promise<PartResults> {
  const { rounds, quick } = run.options
  const count = quick ? 400 : 2_000
  const sides = await startBoth(run)
  const loads = Object.fromEntries(WORKS.map((work) => [work, { ours: [], floor: [] }])) as unknown as Record<
    Work,
    Loads
  >
  const pgbench: number[] = []
  const skipped = (work: Work) => only.length > 0 && !only.includes(work)
  const steps = { ours: createSteps(sides.ours.server, count), floor: createSteps(sides.floor.server, count) }

  for (let round = 0; round <= rounds; round++) {
    for (const work of WORKS) {
      // A key is pressed on a call that was answered, which was created.
      const isNeeded = work === 'creation' || (work === 'answer' && !skipped('last_key'))
      if (skipped(work) && !isNeeded) continue
      const load = await inTurns(round, (side) => withProcessorUs(sides[side].process, steps[side][work]))
      if (round === 0) continue
      loads[work].ours.push(load.ours)
      loads[work].floor.push(load.floor)
    }
    await steps.ours.end()
    if (!skipped('last_key')) {
      const perSecond = await pgbenchUpdates(sides.floor.databaseUrl, quick ? 2_000 : 10_000, round)
      if (round > 0) pgbench.push(perSecond)
    }
  }

  const memory = { ours: sides.ours.process.residentMiB(), floor: sides.floor.process.residentMiB() }
  await sides.ours.process.stop()
  await sides.floor.process.stop()
  return {
    measures: measuresOf(loads, pgbench, memory, skipped),
    tables: { requests: tableOf(loads), processor: processorTable(loads) },
  }
}

/** `end`: what was created is over for the carrier too, so that nothing is left to look after. */
type Steps = Record<Work, () => Promise<Load>> & { end(): Promise<void> }

/** Each work on `count` challenges: one that needs challenges takes those of the last creation. */
export function createSteps(server: ComparedServer, count: number): Steps {
  let created: Created[] = []
  let next = 0
  const take = () => {
    const first = next
    next += count
    return Array.from({ length: count }, (_, index) => first + index)
  }
  return {
    async creation() {
      const indexes = take()
      const requests = indexes.map((index) => server.create(index, 'call'))
      const load = await loadRequests(server.port, requests, 201)
      created = load.bodies.map((body, position) => server.created(indexes[position]!, body))
      return load
    },
    answer: () => loadRequests(server.port, created.map(server.answer), 200),
    async status_read() {
      return loadRequests(server.port, [...created, ...created].map(server.read), 200)
    },
    async last_key() {
      const load = await loadRequests(server.port, created.map(server.lastKey), 200)
      for (const body of load.bodies) if (!body.includes('<Say')) throw new Error(`A caller heard nothing: ${body}`)
      return load
    },
    async end() {
      const reports = created.map(server.ended).filter((report) => report !== null)
      if (reports.length > 0) await loadRequests(server.port, reports, 204)
      created = []
    },
    async check_flow() {
      const indexes = take()
      const requests = indexes.map((index) => server.create(index, 'sms'))
      return loadJobs(count, async (position) => {
        const challenge = await send(server.port, requests[position]!)
        if (challenge.status !== 201)
          throw new Error(`A creation was answered with ${challenge.status}: ${challenge.body}`)
        const check = await send(server.port, server.check(server.created(indexes[position]!, challenge.body)))
        if (JSON.parse(check.body).valid !== true) throw new Error(`A right code was answered with ${check.body}`)
      })
    },
  }
}

function measuresOf(
  loads: Record<Work, Loads>,
  pgbench: number[],
  memory: Record<'ours' | 'floor', number>,
  skipped: (work: Work) => boolean,
): PartResults['measures'] {
  const measures: PartResults['measures'] = {}
  for (const work of WORKS) {
    if (skipped(work)) continue
    const { ours, floor } = loads[work]
    const ratios = ours.map(({ perSecond }, index) => perSecond / floor[index]!.perSecond)
    measures[work] = measureOf(ratios, `${speed(ours)} ÷ ${speed(floor)} a second`)
  }
  if (pgbench.length > 0) {
    const ratios = loads.last_key.ours.map(({ perSecond }, index) => perSecond / pgbench[index]!)
    const most = median(loads.last_key.floor.map(({ perSecond }, index) => perSecond / pgbench[index]!)).toFixed(2)
    const note = `${speed(loads.last_key.ours)} ÷ ${Math.round(median(pgbench))} a second; floor B reaches ${most}`
    measures.last_key_pgbench = measureOf(ratios, note)
  }
  const note = `${Math.round(memory.ours)} ÷ ${Math.round(memory.floor)} MiB`
  measures.memory = measureOf([memory.ours / memory.floor], note)
  return measures
}

function speed(loads: readonly Load[]): number {
  return Math.round(median(loads.map(({ perSecond }) => perSecond)))
}

function tableOf(loads: Record<Work, Loads>): PartResults['tables'][string] {
  const cells = (all: MeasuredLoad[]) => [
    String(speed(all)),
    median(all.map(({ p50 }) => p50)).toFixed(1),
    median(all.map(({ p99 }) => p99)).toFixed(1),
  ]
  return {
    title: 'Requests, 32 at once',
    head: ['work', 'a second', 'p50 ms', 'p99 ms', 'floor B a second', 'p50 ms', 'p99 ms'],
    rows: measuredWorks(loads).map((work) => [
      work.replaceAll('_', ' '),
      ...cells(loads[work].ours),
      ...cells(loads[work].floor),
    ]),
  }
}

function processorTable(loads: Record<Work, Loads>): PartResults['tables'][string] {
  const sums = (all: MeasuredLoad[]) => all.map(({ server, postgres }) => server + postgres)
  return {
    title: 'Processor time of a request, µs',
    head: ['work', 'server', 'Postgres', 'floor B: server', 'Postgres', 'floor B ÷ ours'],
    rows: measuredWorks(loads).map((work) => {
      const { ours, floor } = loads[work]
      const ratio = median(sums(floor).map((sum, index) => sum / sums(ours)[index]!)).toFixed(2)
      return [work.replaceAll('_', ' '), ...processorCells(ours), ...processorCells(floor), ratio]
    }),
  }
}

function measuredWorks(loads: Record<Work, Loads>): Work[] {
  return WORKS.filter((work) => loads[work].ours.length > 0)
}
