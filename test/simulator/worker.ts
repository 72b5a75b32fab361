// A process of its own for many runs: a mutation is made while the sources are loaded, so each needs one.

import { createHash } from 'node:crypto'
import type { Fault } from './fault-rates.ts'
import { registerSourceHooks } from './source-hooks.ts'
import type { RunTotals, WorkerTask } from './workers.ts'

const { mutation, from, count, withTranscript: tell = false } = JSON.parse(process.argv[2]!) as WorkerTask
registerSourceHooks(mutation)
const { simulate } = await import('./simulate-run.ts')

const log: RunTotals = {
  runs: 0,
  steps: 0,
  virtualMs: 0,
  challenges: 0,
  calls: 0,
  faults: {},
  failures: [],
  digests: [],
  transcript: [],
}
for (let seed = from; seed < from + count; seed++) {
  const { violation, transcript, faults, steps, virtualMs, challenges, calls } = await simulate(seed)
  log.runs++
  log.steps += steps
  log.virtualMs += virtualMs
  log.challenges += challenges
  log.calls += calls
  for (const fault of faults as Fault[]) log.faults[fault] = (log.faults[fault] ?? 0) + 1
  log.digests.push(createHash('sha256').update(transcript.join('\n')).digest('base64url').slice(0, 8))
  if (tell) log.transcript = transcript
  if (!violation) continue
  log.failures.push({ seed, ...violation, transcript })
  // One failure shows that a mutation was caught; of the sources as they are, three are reported.
  if (mutation !== null || log.failures.length === 3) break
}
process.stdout.write(JSON.stringify(log))
