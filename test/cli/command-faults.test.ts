// What an operator reads when a command can't do its work: the same sentence at start, migrate and doctor.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import { type FreshDatabase, freshDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'

const COMMANDS = ['main.ts', 'cli/migrate.ts', 'cli/doctor.ts']
const NOBODY = 65_534
const asRoot = process.getuid?.() === 0

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'answerback-commands-'))
  // The other user must be let in.
  await chmod(directory, 0o755)
})
after(() => rm(directory, { recursive: true }))

type Run = { code: number | null; output: string }

/** Ends it when it hangs, with a code of null. */
function run(
  command: string,
  variables: Record<string, string>,
  { args = [] as string[], user = 0 } = {},
): Promise<Run> {
  const child = spawn(
    process.execPath,
    [...NODE_ARGUMENTS, fileURLToPath(new URL(`../../src/${command}`, import.meta.url)), ...args],
    {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: directory, PORT: '0', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
      ...(user > 0 && { uid: user, gid: user }),
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

async function assertSaidByAll(
  variables: Record<string, string>,
  expected: RegExp,
  { user = 0, commands = COMMANDS } = {},
): Promise<void> {
  const runs = await Promise.all(commands.map((command) => run(command, variables, { user })))
  for (const [index, { code, output }] of runs.entries()) {
    assert.equal(code, 1, `${commands[index]}: ${output}`)
    assert.match(output, expected, commands[index])
    assert.doesNotMatch(output, /\bat .*\.ts:\d+/, commands[index])
  }
}

describe('start, migrate and doctor say the same of', () => {
  test('a misspelt variable', () =>
    assertSaidByAll(
      { TWILIO_ACOUNT_SID: 'AC' },
      /TWILIO_ACOUNT_SID: there is no such setting\. Is TWILIO_ACCOUNT_SID meant/,
    ))

  test('a wrong value', () => assertSaidByAll({ GATE: 'yes' }, /GATE: "yes" is neither on nor off\./))

  test('production without a database', () =>
    assertSaidByAll({ NODE_ENV: 'production' }, /DATABASE_URL: it is not set\./))

  test('a data directory that can never be made', { skip: process.platform !== 'linux' }, () =>
    assertSaidByAll(
      { DATA_DIR: '/proc/foo' },
      /DATA_DIR: "\/proc\/foo" can't be used: \/proc\/foo can't be made \(ENOENT\)/,
    ),
  )

  test('a data directory below a file', async () => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    await assertSaidByAll(
      { DATA_DIR: join(file, 'data') },
      /DATA_DIR: ".*\/file\/data" can't be used: .*\/file is a file/,
    )
  })

  test('a data directory of another user', { skip: !asRoot && 'only root can act as two users' }, async () => {
    const theirs = join(directory, 'theirs')
    await mkdir(theirs, { mode: 0o755 })
    await assertSaidByAll({ DATA_DIR: theirs }, /DATA_DIR: .*this process may not write to .*theirs \(EACCES\)/, {
      user: NOBODY,
    })
  })

  test('one file in it of another user', { skip: !asRoot && 'only root can act as two users' }, async () => {
    const mixed = join(directory, 'mixed')
    await mkdir(mixed)
    await chown(mixed, NOBODY, NOBODY)
    await writeFile(join(mixed, 'lock'), '', { mode: 0o644 })
    await assertSaidByAll({ DATA_DIR: mixed }, /DATA_DIR: .*this process may not write to .*mixed\/lock \(EACCES\)/, {
      user: NOBODY,
    })
  })

  test('a database address where no server listens', () =>
    assertSaidByAll(
      { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/answerback' },
      /Nothing answers at the database's address 127\.0\.0\.1:1\./,
    ))

  test('a database address of several hosts, where none is', () =>
    assertSaidByAll(
      { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1,127.0.0.1:2/answerback' },
      /No Postgres answers at the database's address 127\.0\.0\.1:1, 127\.0\.0\.1:2\./,
    ))

  test('a database address with a port that is none', () =>
    assertSaidByAll(
      { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:543210/answerback' },
      /The database URL has the port 543210, which is no number from 1 to 65535\./,
    ))

  describe('a database', { skip: withoutPostgres }, () => {
    let fresh: FreshDatabase
    before(async () => {
      fresh = await freshDatabase()
    })
    after(() => fresh.drop())
    const NOWHERE = 'postgres://me:hunter2@127.0.0.1:1/answerback'

    test('whose URL names a schema that is not there', () =>
      assertSaidByAll(
        { DATABASE_URL: `${fresh.url}?schema=verify` },
        /The database has no schema "verify", which its URL or its user names/,
      ))

    test('whose tables are in another schema than its URL names', async () => {
      const { code, output } = await run('cli/migrate.ts', { DATABASE_URL: fresh.url })
      assert.equal(code, 0, output)
      await queryOnce(fresh.url, 'create schema verify')
      await assertSaidByAll(
        { DATABASE_URL: `${fresh.url}?schema=verify` },
        /The database's tables are not in the schema "verify"/,
      )
    })

    test('whose schema its user may not use', async (t) => {
      const role = `guest_${process.pid}`
      const { hostname, port, pathname } = new URL(fresh.url)
      await queryOnce(fresh.url, `create role ${role} login password 'guest'`)
      await queryOnce(fresh.url, 'revoke usage on schema public from public')
      t.after(async () => {
        await queryOnce(fresh.url, 'grant usage on schema public to public')
        await queryOnce(fresh.url, `drop role ${role}`)
      })
      await assertSaidByAll(
        { DATABASE_URL: `postgres://${role}:guest@${hostname}:${port}${pathname}` },
        /The database's user "guest_\d+" may not use the schema "public": its owner grants it\./,
      )
    })

    for (const [whose, journal] of [
      ['newer than ours', `values ('theirs', 9999999999999)`],
      ['older than ours', `values ('theirs', 1)`],
    ] as const)
      test(`that another program has migrated by drizzle, ${whose}`, async (t) => {
        const other = await freshDatabase()
        t.after(() => other.drop())
        await queryOnce(other.url, 'create schema drizzle')
        await queryOnce(
          other.url,
          'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
        )
        await queryOnce(other.url, `insert into drizzle.__drizzle_migrations (hash, created_at) ${journal}`)
        await assertSaidByAll(
          { DATABASE_URL: other.url },
          /The database has the migrations of another program in drizzle\.__drizzle_migrations: give Answerback a database/,
        )
        assert.equal((await queryOnce(other.url, 'select from drizzle.__drizzle_migrations')).length, 1)
      })

    test('that is there only behind its pooler', () =>
      assertSaidByAll(
        { DATABASE_URL: fresh.url, DATABASE_DIRECT_URL: NOWHERE },
        /Nothing answers at the database's address 127\.0\.0\.1:1\./,
      ))

    test('whose pooler is not there, which migrate does without', async () => {
      const variables = { DATABASE_URL: NOWHERE, DATABASE_DIRECT_URL: fresh.url }
      const told = /Nothing answers at the database's address 127\.0\.0\.1:1\./
      await assertSaidByAll(variables, told, { commands: ['cli/doctor.ts'] })
      await assertSaidByAll(variables, /The database does not answer\./, { commands: ['main.ts'] })
      const { code, output } = await run('cli/migrate.ts', variables)
      assert.equal(code, 0, output)
    })
  })

  test('NODE_ENV=prod', () => assertSaidByAll({ NODE_ENV: 'prod' }, /NODE_ENV: "prod" is not production/))

  test('a .env file with a byte order mark, and one in UTF-16', async () => {
    await writeFile(join(directory, '.env'), '\ufeffGATE=yes\r\n')
    await assertSaidByAll({}, /^.*GATE: "yes" is neither on nor off\./m)
    await writeFile(join(directory, '.env'), Buffer.from('\ufeffGATE=on\n', 'utf16le'))
    await assertSaidByAll({}, /\.env: it is not written in UTF-8\./)
    await rm(join(directory, '.env'))
  })

  test('a .env file that cuts a password short', async () => {
    await writeFile(join(directory, '.env'), 'BANDWIDTH_PASSWORD=pass#word\n')
    await assertSaidByAll({}, /BANDWIDTH_PASSWORD: in \.env a # begins a comment .* first 4 characters/)
    // Another program's is its own business.
    await writeFile(join(directory, '.env'), 'BANDWIDTH_PASSWORD="pass"word"\nOF_ANOTHER="a"b\nOF_A_THIRD=a#b\n')
    await assertSaidByAll({}, /^(?!.*OF_A).*BANDWIDTH_PASSWORD: in \.env its value ends at the second "/s)
    await rm(join(directory, '.env'))
  })
})

test('a start says which setting keeps it from listening', async () => {
  const { code, output } = await run('main.ts', { HOST: 'no-such-host.invalid', DATA_DIR: join(directory, 'listen') })
  assert.equal(code, 1, output)
  assert.match(output, /HOST=no-such-host\.invalid is no address of this machine\./)
})

test('doctor leaves no data directory behind', async () => {
  const made = join(directory, 'doctor', 'data')
  const { code, output } = await run('cli/doctor.ts', { DATA_DIR: made, PORT: String(await freePort()) })
  assert.equal(code, 0, output)
  assert.match(output, /Embedded, in .*doctor\/data/)
  assert.ok(!(await readdir(directory)).includes('doctor'))
})

describe('a command', () => {
  for (const command of ['cli/migrate.ts', 'cli/doctor.ts', 'cli/webhooks.ts', 'cli/challenge.ts']) {
    test(`${command} answers --help and refuses what it does not know`, async () => {
      const help = await run(command, {}, { args: ['--help'] })
      assert.equal(help.code, 0, help.output)
      assert.match(help.output, /npm run /)
      const unknown = await run(command, {}, { args: ['--hlep'] })
      assert.equal(unknown.code, 2, unknown.output)
      assert.match(unknown.output, /Unknown option '--hlep'/)
      assert.match(unknown.output, /npm run /)
    })
  }
})
