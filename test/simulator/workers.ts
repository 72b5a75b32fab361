// Many runs on all processors.

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import type { Fault } from './fault-rates.ts'
import { MUTATIONS } from './mutations.ts'

/** `tell`: the transcript of the last run too. */
export type WorkerTask = { mutation: string | null; from: number; count: number; withTranscript?: boolean }
export type Failure = { seed: number; invariant: string; what: string; transcript: string[] }

export type RunTotals = {
  runs: number
  steps: number
  virtualMs: number
  challenges: number
  calls: number
  faults: Partial<Record<Fault, number>>
  failures: Failure[]
  /** One for each transcript. */
  digests: string[]
  transcript: string[]
}

/** `first`: the first seed that caught the mutation; `null`: none did. */
export type MutationResult = { name: string; first: Failure | null; runs: number }

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))
/** Enough to share the work evenly, and few enough that starting does not count. */
const MAX_SEEDS_PER_WORKER = 2_000

export async function runSeeds(
  from: number,
  count: number,
  told: (done: number) => void = () => {},
): Promise<RunTotals> {
  const size = Math.min(MAX_SEEDS_PER_WORKER, Math.ceil(count / availableParallelism()))
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, index) => from + index * size)
  let done = 0
  const logs = await mapInParallel(starts, async (start) => {
    const log = await runWorker({ mutation: null, from: start, count: Math.min(size, from + count - start) })
    done += log.runs
    told(done)
    return log
  })
  return logs.reduce(addTotals)
}

/**
 * Each mutation, until it is caught. The seed that is known to have caught it is tried first: a rare mutation needs
 * thousands of runs to be found, and one to be found again.
 */
export function runMutations(most: number, known: ReadonlyMap<string, number> = new Map()): Promise<MutationResult[]> {
  return mapInParallel(MUTATIONS, async ({ name: mutation }) => {
    const seed = known.get(mutation)
    const again = seed === undefined ? null : await runWorker({ mutation, from: seed, count: 1 })
    const log = again?.failures.length ? again : await runWorker({ mutation, from: 1, count: most })
    return { name: mutation, first: log.failures[0] ?? null, runs: log.runs }
  })
}

export function runWorker(work: WorkerTask): Promise<RunTotals> {
  return new Promise((resolve, reject) => {
    // Starting is half the work of a mutation that is caught at once.
    const child = spawn(process.execPath, [...NODE_ARGUMENTS, WORKER, JSON.stringify(work)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, faults] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk) => chunks.push(chunk))
      return () => Buffer.concat(chunks).toString()
    }) as [() => string, () => string]
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out()))
      else reject(new Error(`The simulator itself broke (${JSON.stringify(work)}):\n${faults()}`))
    })
  })
}

function addTotals(one: RunTotals, other: RunTotals): RunTotals {
  const struck = { ...one.faults }
  for (const [fault, times] of Object.entries(other.faults) as [Fault, number][])
    struck[fault] = (struck[fault] ?? 0) + times
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    virtualMs: one.virtualMs + other.virtualMs,
    challenges: one.challenges + other.challenges,
    calls: one.calls + other.calls,
    faults: struck,
    failures: [...one.failures, ...other.failures],
    digests: [...one.digests, ...other.digests],
    transcript: [],
  }
}

async function mapInParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = [...items.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return results
}
