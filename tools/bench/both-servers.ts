// The server and floor B side by side, on one cluster, a database each.

import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import type { Child } from './child-processes.ts'
import type { ComparedServer } from './compared-server.ts'
import { createFloorTables, floorServer, startFloor } from './floor.ts'

export type Side = { process: Child; server: ComparedServer; databaseUrl: string }

export type Sides = { ours: Side; floor: Side }

export async function startBoth(run: BenchRun): Promise<Sides> {
  const { carrierUrl, directory } = run
  const [ourPort, floorPort] = [await run.port(), await run.port()]
  const [ourUrl, floorUrl] = [await run.database(), await run.database()]
  await createFloorTables(floorUrl)
  const ours = await startAnswerback({ port: ourPort, databaseUrl: ourUrl, carrierUrl, directory })
  const floor = await startFloor({ port: floorPort, databaseUrl: floorUrl, carrierUrl, directory })
  return {
    ours: { process: ours, server: answerbackServer(ourPort), databaseUrl: ourUrl },
    floor: { process: floor, server: floorServer(floorPort), databaseUrl: floorUrl },
  }
}

/** The two take turns, and who is first changes with the round. */
export async function inTurns<T>(
  round: number,
  work: (side: keyof Sides) => Promise<T>,
): Promise<Record<keyof Sides, T>> {
  const order = round % 2 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)
  const done = {} as Record<keyof Sides, T>
  for (const side of order) done[side] = await work(side)
  return done
}
