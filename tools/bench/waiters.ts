// The part "waiters": what a waiting client costs in memory, and how soon it hears of a key that was pressed on a call that
// another instance handles.

import { setTimeout as sleep } from 'node:timers/promises'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { collectGarbage } from './collect-garbage.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import { waitForOutcome } from './event-stream.ts'
import { loadRequests, percentile, send } from './http-load.ts'
import { inGroups, notifyRoundTrips } from './notify-round-trips.ts'
import { measureOf, median, type PartResults } from './results.ts'

/** Until what was under way has ended. */
const SETTLED_MS = 1_000
const OPENING_AT_ONCE = 200
/** Presses under way at once. */
const PRESSES_AT_ONCE = 4

export async function waiters(run: BenchRun): Promise<PartResults> {
  const { quick, rounds } = run.options
  const numbers = quick ? [1, 100, 1_000] : [1, 100, 10_000]
  const { carrierUrl, directory } = run
  const databaseUrl = await run.database()
  const start = async (nodeOptions: string[] = []) => {
    const port = await run.port()
    const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory }, { nodeOptions })
    return { child, server: answerbackServer(port) }
  }
  const writer = await start()
  const most = numbers.at(-1)!
  const created = await create(writer.server, 0, most)

  /** A process of its own: nothing that was freed before is used again. */
  const startFresh = async () => {
    const inspector = await run.port()
    const { child, server } = await start([`--inspect=127.0.0.1:${inspector}`])
    await warmUp(server, created.slice(0, 100))
    return { child, server, inspector }
  }

  const rows: string[][] = []
  let kib = Number.NaN
  for (const number of numbers) {
    const { child, server, inspector } = await startFresh()
    const resident = async () => {
      await sleep(SETTLED_MS)
      await collectGarbage(inspector)
      return child.residentMiB()
    }
    const before = await resident()
    const opened = await open(server.port, created.slice(0, number))
    const after = await resident()
    kib = ((after - before) * 1024) / number
    rows.push([number.toLocaleString('en'), after.toFixed(0), number < 100 ? '' : kib.toFixed(1)])
    for (const waiter of opened) waiter.close()
    await child.stop()
  }

  const reader = await start()
  const floorUrl = await run.database()
  const keyed: number[][] = []
  const answered: number[][] = []
  const bare: number[][] = []
  const withChange: number[][] = []
  const count = quick ? 100 : 400
  for (let round = 0; round <= rounds; round++) {
    const pressed = await pressKeys(writer.server, reader.server, most + round * count, count)
    const notified = await notifyRoundTrips(floorUrl, count, PRESSES_AT_ONCE)
    if (round === 0) continue
    keyed.push(pressed.heard)
    answered.push(pressed.answered)
    bare.push(notified.bare)
    withChange.push(notified.withChange)
  }
  await writer.child.stop()
  await reader.child.stop()
  const at = (all: number[][], part: number) => all.map((times) => percentile(times, part))
  const ratios = at(keyed, 0.99).map((time, index) => time / at(bare, 0.99)[index]!)
  const ms = (all: number[][], part: number) => median(at(all, part)).toFixed(2)
  return {
    measures: {
      waiter_memory: measureOf([kib], `${most.toLocaleString('en')} clients, each on a challenge of its own`),
      waiter_delay: measureOf(
        ratios,
        `${ms(keyed, 0.99)} ÷ ${ms(bare, 0.99)} ms; update, NOTIFY and read alone take ${ms(withChange, 0.99)}`,
      ),
    },
    tables: {
      waiters: {
        title: 'Waiting clients',
        head: ['clients', 'resident MiB', 'KiB a client'],
        rows,
      },
      waiter_delay: {
        title: 'From the key to the client',
        head: ['', 'p50 ms', 'p99 ms'],
        rows: [
          ['key on one instance, client on another', ms(keyed, 0.5), ms(keyed, 0.99)],
          ['of these until the carrier has its document', ms(answered, 0.5), ms(answered, 0.99)],
          ['guarded update, NOTIFY and read, without a server', ms(withChange, 0.5), ms(withChange, 0.99)],
          ['bare NOTIFY', ms(bare, 0.5), ms(bare, 0.99)],
        ],
      },
    },
  }
}

async function create(server: ComparedServer, first: number, count: number): Promise<Created[]> {
  const requests = Array.from({ length: count }, (_, position) => server.create(first + position, 'call'))
  const { bodies } = await loadRequests(server.port, requests, 201)
  return bodies.map((body, position) => server.created(first + position, body))
}

async function open(port: number, challenges: readonly Created[]) {
  const opened = []
  for (let from = 0; from < challenges.length; from += OPENING_AT_ONCE) {
    const some = challenges.slice(from, from + OPENING_AT_ONCE).map(({ id }) => waitForOutcome(port, id))
    await Promise.all(some.map((waiter) => waiter.opened))
    opened.push(...some)
  }
  return opened
}

async function warmUp(server: ComparedServer, challenges: readonly Created[]): Promise<void> {
  for (let round = 0; round < 5; round++) for (const waiter of await open(server.port, challenges)) waiter.close()
}

/** Milliseconds from the request that bears the key: until the carrier has its document, and until the client has the outcome too. */
type Pressed = { answered: number[]; heard: number[] }

async function pressKeys(
  pressed: ComparedServer,
  waited: ComparedServer,
  first: number,
  count: number,
): Promise<Pressed> {
  const created = await create(pressed, first, count)
  await loadRequests(pressed.port, created.map(pressed.answer), 200)
  const clients = await open(waited.port, created)
  const requests = created.map(pressed.lastKey)
  const answered: number[] = []
  const heard = await inGroups(count, PRESSES_AT_ONCE, async (index) => {
    const begun = performance.now()
    const answer = send(pressed.port, requests[index]!).then(() => answered.push(performance.now() - begun))
    await clients[index]!.outcome
    clients[index]!.close()
    await answer
  })
  return { answered, heard }
}
