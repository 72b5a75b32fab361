// A process of its own for many runs: planted faults are planted while sources are loaded, so each needs one.

import { createHash } from 'node:crypto'
import type { Fault } from './fault-rates.ts'
import type { Log, Shift } from './fleet.ts'
import { loadWith } from './hooks.ts'

const { mutation, from, count, tell = false } = JSON.parse(process.argv[2]!) as Shift
loadWith(mutation)
const { simulate } = await import('./simulate.ts')

const log: Log = {
  runs: 0,
  steps: 0,
  virtualMs: 0,
  challenges: 0,
  calls: 0,
  struck: {},
  failures: [],
  digests: [],
  told: [],
}
for (let seed = from; seed < from + count; seed++) {
  const { violation, story, struck, steps, virtualMs, challenges, calls } = await simulate(seed)
  log.runs++
  log.steps += steps
  log.virtualMs += virtualMs
  log.challenges += challenges
  log.calls += calls
  for (const fault of struck as Fault[]) log.struck[fault] = (log.struck[fault] ?? 0) + 1
  log.digests.push(createHash('sha256').update(story.join('\n')).digest('base64url').slice(0, 8))
  if (tell) log.told = story
  if (!violation) continue
  log.failures.push({ seed, ...violation, story })
  // The first of a planted fault is enough, and of any other three.
  if (mutation !== null || log.failures.length === 3) break
}
process.stdout.write(JSON.stringify(log))
