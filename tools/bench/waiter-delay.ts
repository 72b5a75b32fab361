// The part "delay": how soon a client hears of a key that was pressed on a call that another instance handles. The
// database is one without a past: thousands of calls left ringing would be asked about and ended beside it.

import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import type { ComparedServer } from './compared-server.ts'
import { loadRequests, percentile, send } from './http-load.ts'
import { inGroups, notifyRoundTrips } from './notify-round-trips.ts'
import { measureOf, median, type PartResults } from './results.ts'
import { createdChallenges, openClients } from './waiting-clients.ts'

/** Presses under way at once. */
const PRESSES_AT_ONCE = 4

export async function waiterDelay(run: BenchRun): Promise<PartResults> {
  const { quick, rounds } = run.options
  const { carrierUrl, directory } = run
  const databaseUrl = await run.database()
  const start = async () => {
    const port = await run.port()
    const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory })
    return { child, server: answerbackServer(port) }
  }
  const writer = await start()
  const reader = await start()
  const floorUrl = await run.database()
  const keyed: number[][] = []
  const answered: number[][] = []
  const bare: number[][] = []
  const withChange: number[][] = []
  const count = quick ? 100 : 400
  for (let round = 0; round <= rounds; round++) {
    const pressed = await pressKeys(writer.server, reader.server, round * count, count)
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
      waiter_delay: measureOf(
        ratios,
        `${ms(keyed, 0.99)} ÷ ${ms(bare, 0.99)} ms; update, NOTIFY and read alone take ${ms(withChange, 0.99)}`,
      ),
    },
    tables: {
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

/** Milliseconds from the request that bears the key: until the carrier has its document, and until the client has the outcome too. */
type Pressed = { answered: number[]; heard: number[] }

async function pressKeys(
  pressed: ComparedServer,
  waited: ComparedServer,
  first: number,
  count: number,
): Promise<Pressed> {
  const created = await createdChallenges(pressed, first, count)
  await loadRequests(pressed.port, created.map(pressed.answer), 200)
  const clients = await openClients(waited.port, created)
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
