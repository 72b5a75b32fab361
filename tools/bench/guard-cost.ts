// The part "guard": what limits and rules cost a creation. The servers differ in nothing else, and are asked for the same.

import { answerbackServer, HIGH_LIMITS, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { type Load, loadRequests } from './http-load.ts'
import { type ProcessorUs, processorCells, withProcessorUs } from './processor-time.ts'
import { median, type PartResults } from './results.ts'

/** The rate of the carrier's account is kept: it is none of the guard's. */
const NO_LIMITS = Object.fromEntries(
  Object.keys(HIGH_LIMITS)
    .filter((name) => name !== 'TWILIO_CALLS_PER_SECOND')
    .map((name) => [name, 'off']),
)

/**
 * Four counters a creation, each a row: the number in three windows, its prefix and the client in two, the network in one; and
 * the row of the prefix's traffic. `crowded`: the clients that ask at once are of one network, and wait for each other's count.
 */
const ON = { spread: 'on, each client in a network of its own', crowded: 'on, 256 clients to a network' } as const
type Clients = keyof typeof ON
type Side = 'off' | Clients
const TURNS: Side[] = ['off', 'spread', 'crowded']

/** Short turns, and many: what else the machine does then falls on all sides. */
const COUNT = 200
const WARM_UP = 3

type MeasuredLoad = Load & ProcessorUs

export async function guardCost(run: BenchRun): Promise<PartResults> {
  const servers = { off: await start(run, NO_LIMITS), spread: await start(run, {}), crowded: await start(run, {}) }
  const turns = run.options.rounds * (run.options.quick ? 2 : 10)
  const loads: Record<Side, MeasuredLoad[]> = { off: [], spread: [], crowded: [] }
  for (let round = -WARM_UP; round < turns; round++)
    for (const side of round % 2 === 0 ? TURNS.toReversed() : TURNS) {
      const { server, child } = servers[side]
      const requests = Array.from({ length: COUNT }, (_, position) => {
        const index = (WARM_UP + round) * COUNT + position
        const { body, ...request } = server.create(index, 'call')
        const client = side === 'crowded' ? crowdedClient(index) : spreadClient(index)
        return { ...request, body: JSON.stringify({ ...JSON.parse(body!), client_ip: client }) }
      })
      const load = await withProcessorUs(child, () => loadRequests(server.port, requests, 201))
      if (round >= 0) loads[side].push(load)
    }
  for (const { child } of Object.values(servers)) await child.stop()
  return { measures: {}, tables: { guard: tableOf(loads) } }
}

function spreadClient(index: number): string {
  return `11.${index & 255}.${(index >> 8) & 255}.${index >> 16}`
}

function crowdedClient(index: number): string {
  return `12.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
}

async function start(run: BenchRun, environment: Record<string, string>) {
  const { carrierUrl, directory } = run
  const port = await run.port()
  const databaseUrl = await run.database()
  const child = await startAnswerback({ port, carrierUrl, directory, databaseUrl }, { environment })
  return { child, server: answerbackServer(port) }
}

const FIGURES: ((load: MeasuredLoad) => number)[] = [
  ({ perSecond }) => 1e6 / perSecond,
  ({ server }) => server,
  ({ postgres }) => postgres,
  ({ server, postgres }) => server + postgres,
]

function tableOf(loads: Record<Side, MeasuredLoad[]>) {
  const costs = (name: string, all: MeasuredLoad[]) => [
    name,
    median(all.map(({ perSecond }) => perSecond)).toFixed(0),
    ...processorCells(all),
    median(all.map(({ server, postgres }) => server + postgres)).toFixed(0),
  ]
  const shares = (clients: Clients) => [
    `share of the guard: ${ON[clients]}`,
    ...FIGURES.map((figure) => {
      const each = loads[clients].map((load, index) => 100 * (1 - figure(loads.off[index]!) / figure(load)))
      return `${median(each).toFixed(0)} %`
    }),
  ]
  return {
    title: 'What the guard costs a creation',
    head: ['limits and rules', 'a second', 'server µs', 'Postgres µs', 'both µs'],
    rows: [
      costs('off', loads.off),
      costs(ON.spread, loads.spread),
      costs(ON.crowded, loads.crowded),
      shares('spread'),
      shares('crowded'),
    ],
  }
}
