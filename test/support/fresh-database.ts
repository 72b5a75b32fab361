// A real Postgres for tests: one cluster for each test process, or the server of TEST_DATABASE_URL.

import { spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { freePort } from './free-port.ts'

const BINARIES = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
const GIVEN = process.env.TEST_DATABASE_URL

/** Give it to every test that needs a server: `test('…', { skip: withoutPostgres }, …)`. */
export const withoutPostgres =
  GIVEN || BINARIES ? false : 'SKIPPED: no PostgreSQL found in /usr/lib/postgresql, and TEST_DATABASE_URL is not set'

if (withoutPostgres) console.error(withoutPostgres)

export type FreshDatabase = { url: string; drop(): Promise<void> }

const HASTY = '-c fsync=off -c full_page_writes=off'

/** An empty database, without tables. The first one in a process starts the server, which takes the options. */
export async function freshDatabase(options = HASTY): Promise<FreshDatabase> {
  server ??= GIVEN ? Promise.resolve({ url: GIVEN, directory: null }) : startCluster(options)
  const { url } = await server
  const name = `answerback_${process.pid}_${++databases}`
  await command(url, `create database ${name}`)
  return { url: at(url, name), drop: () => command(url, `drop database ${name} with (force)`) }
}

/** The processes of our own cluster, for tests that freeze it; `null` when the server was given. */
export async function clusterPids(): Promise<number[] | null> {
  const directory = (await server)?.directory
  if (!directory) return null
  const postmaster = Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  return [postmaster, ...children.split(' ').filter(Boolean).map(Number)]
}

type Server = { url: string; directory: string | null }

let server: Promise<Server> | null = null
let databases = 0

async function command(url: string, text: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  await sql.unsafe(text)
  await sql.end()
}

/** A keeper stays beside the server and takes it down when our end of its input closes, however this process ends. */
async function startCluster(options: string): Promise<Server> {
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

function at(url: string, database: string): string {
  const there = new URL(url)
  there.pathname = `/${database}`
  return there.href
}
