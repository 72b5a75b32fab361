// The part "waiters": what a waiting client costs in memory.

import { setTimeout as sleep } from 'node:timers/promises'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { collectGarbage } from './collect-garbage.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import { measureOf, type PartResults } from './results.ts'
import { createdChallenges, openClients } from './waiting-clients.ts'

/** Until what was under way has ended. */
const SETTLED_MS = 1_000

export async function waiterMemory(run: BenchRun): Promise<PartResults> {
  const { quick } = run.options
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
  const created = await createdChallenges(writer.server, 0, most)

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
    const opened = await openClients(server.port, created.slice(0, number))
    const after = await resident()
    kib = ((after - before) * 1024) / number
    rows.push([number.toLocaleString('en'), after.toFixed(0), number < 100 ? '' : kib.toFixed(1)])
    for (const waiter of opened) waiter.close()
    await child.stop()
  }

  await writer.child.stop()
  return {
    measures: {
      waiter_memory: measureOf([kib], `${most.toLocaleString('en')} clients, each on a challenge of its own`),
    },
    tables: {
      waiters: { title: 'Waiting clients', head: ['clients', 'resident MiB', 'KiB a client'], rows },
    },
  }
}

async function warmUp(server: ComparedServer, challenges: readonly Created[]): Promise<void> {
  for (let round = 0; round < 5; round++)
    for (const waiter of await openClients(server.port, challenges)) waiter.close()
}
