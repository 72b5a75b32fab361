// Once for a whole run of the tests (`--test-global-setup`): one Postgres cluster, and a database with its tables to be copied,
// there and embedded. Made by each file instead, they take a third of its time. A file that is run alone makes its own.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { databaseUrl, queryOnce, startCluster, withoutPostgres } from './fresh-database.ts'
import { NODE_ARGUMENTS } from './node-arguments.ts'

const run = promisify(execFile)

let embedded: string

/** What it sets here, the processes of the test files inherit. */
export async function globalSetup(): Promise<void> {
  embedded = await mkdtemp(join(tmpdir(), 'answerback-embedded-'))
  await Promise.all([makeEmbedded(embedded), withoutPostgres || process.env.TEST_DATABASE_URL ? null : shareCluster()])
  process.env.TEST_EMBEDDED_TEMPLATE = embedded
}

/** The cluster ends with this process. */
export async function globalTeardown(): Promise<void> {
  await rm(embedded, { recursive: true })
}

async function shareCluster(): Promise<void> {
  const { url } = await startCluster()
  const template = 'answerback_template'
  await queryOnce(url, `create database ${template}`)
  await makeTables(databaseUrl(url, template))
  process.env.TEST_SHARED_CLUSTER = url
  process.env.TEST_SHARED_TEMPLATE = template
}

/** Its log of 16 MB is zeros for the most part: with holes for them it is copied in a third of the time. */
async function makeEmbedded(directory: string): Promise<void> {
  const made = await mkdtemp(join(tmpdir(), 'answerback-embedded-'))
  await makeTables('', made)
  const holes = process.platform === 'linux' ? ['--sparse=always'] : []
  await run('cp', ['-R', ...holes, `${made}/.`, directory])
  await rm(made, { recursive: true })
}

async function makeTables(...place: string[]): Promise<void> {
  const maker = fileURLToPath(new URL('make-template.ts', import.meta.url))
  await run(process.execPath, [...NODE_ARGUMENTS, maker, ...place])
}
