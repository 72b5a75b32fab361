// The server and floor B side by side, on one cluster, a database each.

import { answerbackSubject, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import type { Child } from './child-processes.ts'
import { createFloorTables, floorSubject, startFloor } from './floor.ts'
import type { Subject } from './subject.ts'

export type Side = { process: Child; subject: Subject; databaseUrl: string }

export type Sides = { ours: Side; floor: Side }

export async function startBoth(run: BenchRun): Promise<Sides> {
  const { carrierUrl, directory } = run
  const [ourPort, floorPort] = [await run.port(), await run.port()]
  const [ourUrl, floorUrl] = [await run.database(), await run.database()]
  await createFloorTables(floorUrl)
  const ours = await startAnswerback({ port: ourPort, databaseUrl: ourUrl, carrierUrl, directory })
  const floor = await startFloor({ port: floorPort, databaseUrl: floorUrl, carrierUrl, directory })
  return {
    ours: { process: ours, subject: answerbackSubject(ourPort), databaseUrl: ourUrl },
    floor: { process: floor, subject: floorSubject(floorPort), databaseUrl: floorUrl },
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
