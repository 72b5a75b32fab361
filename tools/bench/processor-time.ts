// Processor time by the kernel's count, which changes little where other programs run beside it.

import { readdirSync, readFileSync } from 'node:fs'
import { clusterPids } from '../../test/support/fresh-database.ts'
import type { Load } from './http-load.ts'
import { median } from './results.ts'

/** Microseconds of a request. `postgres` is not a number when the server was given, and may be anywhere. */
export type ProcessorUs = { server: number; postgres: number }

/** Nothing else may be asked of the server, or of any other on its cluster, while the work is done. */
export async function withProcessorUs(
  server: { processorMs(): number },
  work: () => Promise<Load>,
): Promise<Load & ProcessorUs> {
  const before = { server: server.processorMs(), postgres: await postgresMs() }
  const load = await work()
  const each = (from: number, to: number) => (1000 * (to - from)) / load.count
  return {
    ...load,
    server: each(before.server, server.processorMs()),
    postgres: each(before.postgres, await postgresMs()),
  }
}

export function processorCells(loads: readonly ProcessorUs[]): string[] {
  return [loads.map(({ server }) => server), loads.map(({ postgres }) => postgres)].map((all) => median(all).toFixed(0))
}

/** What all threads of the processes have taken since their start. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + threadsMs(pid), 0)
}

async function postgresMs(): Promise<number> {
  const pids = await clusterPids()
  return pids === null ? Number.NaN : processorMs(pids)
}

/** One that has ended since it was listed counts no more. */
function threadsMs(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.reduce((sum, thread) => sum + threadMs(`/proc/${pid}/task/${thread}/schedstat`), 0)
  } catch {
    return 0
  }
}

/** Nanoseconds come first: docs.kernel.org/scheduler/sched-stats.html */
function threadMs(path: string): number {
  return Number(readFileSync(path, 'utf8').split(' ')[0]) / 1e6
}
