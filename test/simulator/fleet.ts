// Many runs on all processors.

import { spawn } from 'node:child_process'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fault } from './fault-rates.ts'
import { MUTATIONS } from './mutations.ts'

/** `tell`: the story of the last run too. */
export type Shift = { mutation: string | null; from: number; count: number; tell?: boolean }
export type Failure = { seed: number; invariant: string; what: string; story: string[] }

export type Log = {
  runs: number
  steps: number
  virtualMs: number
  challenges: number
  calls: number
  struck: Partial<Record<Fault, number>>
  failures: Failure[]
  /** One for each story. */
  digests: string[]
  told: string[]
}

/** `first`: the first seed that gave a planted fault away; `null`: none did. */
export type Caught = { name: string; first: Failure | null; runs: number }

const SHIFT = fileURLToPath(new URL('./worker.ts', import.meta.url))
/** Starting is half the work of a planted fault that is caught at once. */
const COMPILED = join(tmpdir(), 'answerback-simulator')
/** Enough to share the work evenly, and few enough that starting does not count. */
const LARGEST = 2_000

export async function runSeeds(from: number, count: number, told: (done: number) => void = () => {}): Promise<Log> {
  const size = Math.min(LARGEST, Math.ceil(count / availableParallelism()))
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, index) => from + index * size)
  let done = 0
  const logs = await inParallel(starts, async (start) => {
    const log = await shift({ mutation: null, from: start, count: Math.min(size, from + count - start) })
    done += log.runs
    told(done)
    return log
  })
  return logs.reduce(joined)
}

/** Each planted fault, until it is caught. */
export function runMutations(most: number): Promise<Caught[]> {
  return inParallel(MUTATIONS, async ({ name }) => {
    const log = await shift({ mutation: name, from: 1, count: most })
    return { name, first: log.failures[0] ?? null, runs: log.runs }
  })
}

export function shift(work: Shift): Promise<Log> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SHIFT, JSON.stringify(work)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
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

function joined(one: Log, other: Log): Log {
  const struck = { ...one.struck }
  for (const [fault, times] of Object.entries(other.struck) as [Fault, number][])
    struck[fault] = (struck[fault] ?? 0) + times
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    virtualMs: one.virtualMs + other.virtualMs,
    challenges: one.challenges + other.challenges,
    calls: one.calls + other.calls,
    struck,
    failures: [...one.failures, ...other.failures],
    digests: [...one.digests, ...other.digests],
    told: [],
  }
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = [...items.entries()]
  const hand = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: availableParallelism() }, hand))
  return results
}
