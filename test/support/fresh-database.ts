// A real Postgres for tests: the server of TEST_DATABASE_URL, the run's shared cluster, or one of the test process's own.

import { spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from './free-port.ts'

const BINARIES = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
const GIVEN = process.env.TEST_DATABASE_URL
/** Set by shared-databases.ts; the template is a database of the shared cluster. */
const SHARED = process.env.TEST_SHARED_CLUSTER
const TEMPLATE = process.env.TEST_SHARED_TEMPLATE

/** Give it to every test that needs a server: `test('…', { skip: withoutPostgres }, …)`. */
export const withoutPostgres =
  GIVEN || BINARIES ? false : 'SKIPPED: no PostgreSQL found in /usr/lib/postgresql, and TEST_DATABASE_URL is not set'

if (withoutPostgres) console.error(withoutPostgres)

type Server = { url: string; directory: string | null }

const given = GIVEN ?? SHARED
const shared: Promise<Server> | null = given === undefined ? null : Promise.resolve({ url: given, directory: null })
let server = shared

export type FreshDatabase = { url: string; drop(): Promise<void> }

/** Nothing has to outlive the run, and a plan is that of the test, whenever a vacuum would have come. */
const HASTY = '-c fsync=off -c full_page_writes=off -c autovacuum=off'

/** For tests that freeze or crash the server: called before the process's first database. The options are the server's. */
export function useOwnCluster(options = HASTY): void {
  if (!GIVEN && BINARIES) server = startCluster(options)
}

/** An empty database, without tables. */
export function freshDatabase(): Promise<FreshDatabase> {
  return createDatabase('')
}

/** With its tables when the run has made a template, empty otherwise: for what makes them at its start. */
export function migratedDatabase(): Promise<FreshDatabase> {
  // A process with a cluster of its own has no template on it.
  const isShared = SHARED !== undefined && GIVEN === undefined && server === shared
  return createDatabase(isShared && TEMPLATE ? `template ${TEMPLATE}` : '')
}

async function createDatabase(options: string): Promise<FreshDatabase> {
  server ??= startCluster()
  const { url } = await server
  const name = `answerback_${process.pid}_${++databases}`
  await queryOnce(url, `create database ${name} ${options}`)
  return {
    url: databaseUrl(url, name),
    drop: async () => void (await queryOnce(url, `drop database ${name} with (force)`)),
  }
}

/** A statement on a connection of its own. */
export async function queryOnce(url: string, text: string, params: (string | number)[] = []): Promise<postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await sql.unsafe(text, params)
  } finally {
    await sql.end()
  }
}

/** The processes of the test's own cluster; `null` when the server was given. */
export async function clusterPids(): Promise<number[] | null> {
  const directory = (await server)?.directory
  if (!directory) return null
  const postmaster = Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  return [postmaster, ...children.split(' ').filter(Boolean).map(Number)]
}

let databases = 0

/** A keeper stays beside the server and takes it down when our end of its input closes, however this process ends. */
export async function startCluster(options = HASTY): Promise<Server> {
  const user = unprivileged()
  const directory = mkdtempSync(join(tmpdir(), 'answerback-postgres-'))
  if (user) chownSync(directory, user.uid, user.gid)
  const port = await freePort()
  // By its text: the server's user may not be let into this directory.
  const script = readFileSync(new URL('postgres.sh', import.meta.url), 'utf8')
  const keeper = spawn('/bin/sh', ['-c', script, 'sh', directory, String(port), options], {
    ...user,
    cwd: directory,
    env: { PATH: `${BINARIES}:${process.env.PATH}`, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  await new Promise<void>((resolve, reject) => {
    keeper.stdout.once('data', () => resolve())
    keeper.once('exit', () => reject(new Error('The test cluster did not start.')))
  })
  keeper.removeAllListeners('exit')
  keeper.stdout.destroy()
  keeper.unref()
  ;(keeper.stdin as unknown as { unref(): void }).unref()
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, directory }
}

/** The server refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0 || !existsSync('/etc/passwd')) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  const [, , uid, gid] = (users.find((user) => user.startsWith('postgres:')) ??
    users.find((user) => user.startsWith('nobody:')))!.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

export function databaseUrl(url: string, database: string): string {
  const there = new URL(url)
  there.pathname = `/${database}`
  return there.href
}
