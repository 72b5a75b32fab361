// A real Postgres for tests: one cluster for each test process, or the server of TEST_DATABASE_URL.

import { spawn } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { openDatabase } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrations.ts'

const BINARIES = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
const GIVEN = process.env.TEST_DATABASE_URL

/** Give it to every test that needs a server: `test('…', { skip: withoutPostgres }, …)`. */
export const withoutPostgres =
  GIVEN || BINARIES ? false : 'SKIPPED: no PostgreSQL found in /usr/lib/postgresql, and TEST_DATABASE_URL is not set'

if (withoutPostgres) console.error(withoutPostgres)

export type FreshDatabase = { url: string; drop(): Promise<void> }

/** An empty database with all tables; `migrated: false`: without them. */
export async function freshDatabase({ migrated = true } = {}): Promise<FreshDatabase> {
  server ??= start()
  const { admin, url, template } = await server
  const name = `answerback_${process.pid}_${++databases}`
  await admin.unsafe(`create database ${name} ${migrated ? `template ${template}` : ''}`)
  return { url: at(url, name), drop: async () => void (await admin.unsafe(`drop database ${name} with (force)`)) }
}

/** The cluster's own directory and processes, for tests that freeze it. Never those of a server we were given. */
export async function clusterPids(): Promise<number[] | null> {
  server ??= start()
  const { directory } = await server
  if (!directory) return null
  const postmaster = Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  return [postmaster, ...children.split(' ').filter(Boolean).map(Number)]
}

type Server = { admin: postgres.Sql; url: string; template: string; directory: string | null }

let server: Promise<Server> | null = null
let databases = 0

async function start(): Promise<Server> {
  const { url, directory } = GIVEN ? { url: GIVEN, directory: null } : await startCluster()
  const admin = postgres(url, { max: 1, onnotice: () => {} }) as postgres.Sql
  const template = `answerback_${process.pid}_template`
  await admin.unsafe(`create database ${template}`)
  const database = await openDatabase({ url: at(url, template), dataDir: '', log: console.error })
  await migrate(database)
  await database.close()
  after(async () => {
    await admin.unsafe(`drop database ${template}`)
    await admin.end()
  })
  return { admin, url, template, directory }
}

/** A keeper stays beside the server and takes it down when our end of its input closes, however this process ends. */
async function startCluster(): Promise<{ url: string; directory: string }> {
  const user = unprivileged()
  const directory = mkdtempSync(join(tmpdir(), 'answerback-postgres-'))
  if (user) chownSync(directory, user.uid, user.gid)
  const port = await freePort()
  const keeper = spawn('/bin/sh', [fileURLToPath(new URL('postgres.sh', import.meta.url)), directory, String(port)], {
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

function at(url: string, database: string): string {
  const there = new URL(url)
  there.pathname = `/${database}`
  return there.href
}
