// Once for a whole run of the tests (`--test-global-setup`): one Postgres cluster, and one embedded database with its
// tables to be copied. Made by each file instead, they take a third of its time. A file that is run alone makes its own.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startCluster, withoutPostgres } from './fresh-database.ts'

let template: string

/** What it sets here, the processes of the test files inherit. */
export async function globalSetup(): Promise<void> {
  template = await mkdtemp(join(tmpdir(), 'answerback-embedded-'))
  const maker = fileURLToPath(new URL('make-embedded-template.ts', import.meta.url))
  const [cluster] = await Promise.all([
    withoutPostgres || process.env.TEST_DATABASE_URL ? null : startCluster(),
    promisify(execFile)(process.execPath, [maker, template]),
  ])
  if (cluster) process.env.TEST_SHARED_CLUSTER = cluster.url
  process.env.TEST_EMBEDDED_TEMPLATE = template
}

/** The cluster ends with this process. */
export async function globalTeardown(): Promise<void> {
  await rm(template, { recursive: true })
}
