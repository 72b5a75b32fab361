// npm run bench -- --profile creation: the server under one work, with V8's profiler on.

import { globSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { answerbackServer, startAnswerback } from './answerback.ts'
import type { BenchRun } from './bench-run.ts'
import { profileTables } from './cpu-profile.ts'
import { createSteps, type Work } from './request-works.ts'
import type { PartResults } from './results.ts'

const WARM_ROUNDS = 3

/** What has to be done before the work is possible. */
const BEFORE: Record<Work, Work[]> = {
  creation: [],
  answer: ['creation'],
  status_read: ['creation'],
  last_key: ['creation', 'answer'],
  check_flow: [],
}

export async function profileWork(run: BenchRun, work: Work): Promise<PartResults> {
  const { carrierUrl, directory, options } = run
  const [port, databaseUrl] = [await run.port(), await run.database()]
  const profiles = join(directory, 'profiles')
  mkdirSync(profiles)
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const child = await startAnswerback({ port, databaseUrl, carrierUrl, directory }, { nodeOptions })
  const steps = createSteps(answerbackServer(port), options.quick ? 400 : 2_000)
  let [from, to] = [0, 0]
  for (let round = 0; round <= WARM_ROUNDS; round++) {
    for (const before of BEFORE[work]) await steps[before]()
    from = microseconds()
    await steps[work]()
    to = microseconds()
    await steps.end()
  }
  await child.stop()
  const [profile] = globSync(join(profiles, '*.cpuprofile'))
  if (profile === undefined) throw new Error('The server wrote no profile.')
  const [places, functions] = profileTables(profile, from, to)
  return { measures: {}, tables: { [`profile_${work}`]: places, [`profile_${work}_functions`]: functions } }
}

/** By the monotonic clock, which all processes of the machine share. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
