// docs/operations.md, "Backup" and "Restore": its two commands are run here, on a database in use and on another cluster.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer, type Server } from '../../src/server.ts'
import { runCommand } from '../cli/run-command.ts'
import { COMPANIES, carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { embeddedDirectory } from '../support/embedded-directory.ts'
import { queryOnce, startCluster, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearCode, openGate } from '../support/phone-helpers.ts'
import { readText } from './deployment-files.ts'

const SECRET = 'the secret of the installation, long enough'
const API_KEY = 'the-api-key-of-the-installation'
const BINARIES = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)

type Place = { DATABASE_URL: string } | { DATA_DIR: string }
type Json = {
  id: string
  status: string
  reason: string
  page_token: string
  code: string
  codes: string[]
  valid: boolean
}
type Answer = { status: number; json: Json }

/** A server whose carrier has no port, on a database that outlives it. */
async function open(t: TestContext, place: Place, secret = SECRET) {
  let server: Server | null = null
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => server!.app.fetch(request),
    clock: manualClock(new Date()),
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 30_000,
  })
  const carrier = carrierOf('twilio', (target, init) => Promise.resolve(phones.app.fetch(new Request(target, init))))
  server = await createServer(testConfig({ SECRET: secret, API_KEY, ...place }), silentLogger, {
    carriers: [carrier],
    settings: { speechSpeed: 1_000_000 },
  })
  const { app, challenges } = server
  let drained: Promise<void> | null = null
  const drain = () => (drained ??= server!.drain())
  t.after(drain)
  return {
    phones,
    drain,
    async settled(): Promise<void> {
      await phones.settled()
      await challenges.stop()
    },
    async ask(path: string, body?: object, key = API_KEY): Promise<Answer> {
      const response = await app.request(path, {
        method: body ? 'POST' : 'GET',
        headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, json: (await response.json()) as Json }
    },
  }
}

type Installation = Awaited<ReturnType<typeof open>>

/** What an installation in use holds: a login that is over, one whose code was heard, a factor, and an opt-out. */
async function use({ phones, ask, settled }: Installation) {
  const hear = async (number: string) => {
    const { json } = await ask('/v1/challenges', { to: number })
    await openGate(phones.phone(number))
    return { ...json, code: await hearCode(phones.phone(number)) }
  }
  const over = await hear(nextNumber())
  assert.equal((await ask(`/v1/challenges/${over.id}/check`, { code: over.code })).json.valid, true)
  const pending = await hear(nextNumber())
  const { json: recovery } = await ask('/v1/factors', { type: 'recovery_codes', subject: 'user-1' })
  const optedOut = nextNumber()
  assert.equal((await ask('/v1/numbers/opt-out', { to: optedOut, reason: 'Asked by letter.' })).status, 200)
  await settled()
  return { over, pending, recovery, optedOut }
}

/** The restored installation knows all of it. */
async function isWhole({ ask }: Installation, held: Awaited<ReturnType<typeof use>>): Promise<void> {
  const { over, pending, recovery, optedOut } = held
  const before = await ask(`/v1/challenges/${over.id}`)
  assert.deepEqual([before.json.status, before.json.reason], ['approved', 'code_matched'])
  const page = await ask(`/v1/challenges/${pending.id}`, undefined, pending.page_token)
  assert.equal(page.json.status, 'pending', 'the page token')
  const checked = await ask(`/v1/challenges/${pending.id}/check`, { code: pending.code })
  assert.deepEqual([checked.json.valid, checked.json.status], [true, 'approved'])
  const factor = await ask(`/v1/factors/${recovery.id}/check`, { code: recovery.codes[0] })
  assert.equal(factor.json.valid, true, 'a recovery code')
  assert.equal((await ask('/v1/challenges', { to: optedOut })).status, 403, 'the opt-out')
  assert.equal((await ask('/v1/challenges', { to: nextNumber() })).status, 201, 'a new login')
}

/** The command of the document that stands under the mark. */
function documented(mark: string): string {
  const [, command] =
    new RegExp(`<!-- commands:${mark} -->\n\`\`\`sh\n(.*)\n\`\`\``).exec(readText('docs/operations.md')) ?? []
  return command!
}

test('a dump of a database in use, restored on another cluster, is the installation', {
  skip: BINARIES ? withoutPostgres : 'SKIPPED: no pg_dump found in /usr/lib/postgresql',
  timeout: 60_000,
}, async (t) => {
  const [from, to] = await Promise.all([startCluster(), startCluster()])
  const directory = mkdtempSync(join(tmpdir(), 'answerback-backup-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const env = { PATH: `${BINARIES}:${process.env.PATH}`, DATABASE_URL: from.url, NEW_DATABASE_URL: to.url }
  const run = (command: string) => execFileSync('bash', ['-e', '-c', command], { cwd: directory, env })

  const original = await open(t, { DATABASE_URL: from.url })
  const held = await use(original)
  run(documented('dump'))
  await Promise.all(Array.from({ length: 40 }, () => original.ask('/v1/challenges')))
  const connections = await queryOnce(
    from.url,
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  assert.equal(connections.length, 11, 'docs/operations.md, "Capacity": an instance has eleven connections at most')
  await original.drain()
  run(documented('restore'))

  const settings = { DATABASE_URL: to.url, SECRET, API_KEY }
  const migrated = await runCommand('migrate', [], directory, settings)
  assert.deepEqual([migrated.code, migrated.out], [0, 'The database is up to date.\n'], migrated.err)
  const verified = await runCommand('audit', ['verify'], directory, settings)
  assert.equal(verified.code, 0, verified.out + verified.err)
  // One that was changed meanwhile is found.
  await queryOnce(to.url, "set session_replication_role = replica; update audit_log set actor = 'cli:nobody'")
  const changed = await runCommand('audit', ['verify'], directory, settings)
  assert.equal(changed.code, 1, changed.out)

  const another = await open(t, { DATABASE_URL: to.url }, 'a secret that the installation never had')
  const refused = await another.ask(`/v1/challenges/${held.pending.id}/check`, { code: held.pending.code })
  assert.deepEqual([refused.status, refused.json.code], [503, 'secret_missing'], 'without its SECRET')
  await another.drain()
  await isWhole(await open(t, { DATABASE_URL: to.url }), held)
})

test('a copy of the embedded database, made while the server is stopped, is the installation', async (t) => {
  const { dataDir, remove } = await embeddedDirectory()
  t.after(remove)
  const copy = mkdtempSync(join(tmpdir(), 'answerback-copy-'))
  t.after(() => rmSync(copy, { recursive: true }))
  const original = await open(t, { DATA_DIR: dataDir })
  const held = await use(original)
  await original.drain()
  cpSync(dataDir, copy, { recursive: true })
  await isWhole(await open(t, { DATA_DIR: copy }), held)
})
