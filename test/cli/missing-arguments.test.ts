// A command without one of its arguments is told which, before any setting is read or a database opened.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { SUBCOMMANDS as AUDIT } from '../../src/audit/commands.ts'
import { type Subcommands, subcommandFault } from '../../src/cli/subcommand.ts'
import { SUBCOMMANDS as GUARD } from '../../src/guard/commands.ts'
import { TRAFFIC_SUBCOMMANDS } from '../../src/guard/traffic-commands.ts'
import { SUBCOMMANDS as ADMIN } from '../../src/services/commands.ts'
import { SUBCOMMANDS as WEBHOOKS } from '../../src/webhooks/commands.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { runCommand } from './run-command.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'answerback-arguments-'))
})
after(() => rm(directory, { recursive: true }))

/** With a setting that every command refuses once it reads the settings. */
const refused = async (command: string, ...args: string[]) => {
  const { code, out, err } = await runCommand(command, args, directory, { GATE: 'ajar' })
  assert.deepEqual([code, out], [2, ''], `${command} ${args.join(' ')}: ${err}`)
  return err
}

const PROGRAMS: Record<string, Subcommands> = {
  admin: ADMIN,
  audit: AUDIT,
  guard: { ...GUARD, ...TRAFFIC_SUBCOMMANDS },
  webhooks: WEBHOOKS,
}

for (const [name, subcommands] of Object.entries(PROGRAMS))
  test(`${name}: each argument that is missing is named, and so is one too many`, () => {
    const fault = (command: string, args: string[]) =>
      subcommandFault({ name, help: 'the help', subcommands }, command, args) ?? ''
    for (const [command, names] of Object.entries(subcommands)) {
      const needed = names.filter((one) => !one.startsWith('['))
      for (const [index, one] of needed.entries()) {
        const given = needed.slice(0, index).map(() => 'x')
        const told = fault(command, given)
        const written = one.endsWith('…') ? `<${one.slice(0, -1)}> …` : `<${one}>`
        assert.ok(told.startsWith(`${command}: ${written} is missing.`), told)
      }
      const surplus = [...names.map(() => 'x'), 'surplus']
      const told = names.at(-1)?.endsWith('…') ? '' : `${command}: "surplus" is one argument too many.`
      assert.ok(fault(command, surplus).startsWith(told), command)
      assert.equal(
        fault(
          command,
          names.map(() => 'x'),
        ),
        '',
        command,
      )
    }
    assert.equal(fault('erase', []), 'There is no such command: erase\n\nthe help')
  })

test('each command says so before it reads a setting, with how it is written', async () => {
  assert.equal(
    await refused('admin', 'add-key', 'svc_first'),
    'add-key: <name> is missing. Write it as\n\n  npm run admin -- add-key <service or "installation"> <name>\n',
  )
  assert.match(await refused('webhooks', 'send-again'), /npm run webhooks -- send-again <id or "all"> …\n$/)
  assert.match(await refused('guard', 'block', '+1', '202'), /What has blanks in it stands in quotes/)
  assert.match(await refused('operator-accounts', 'reset'), /^reset: <name> is missing/)
  assert.match(await refused('audit', 'erase'), /^There is no such command: erase\n\n[\s\S]*npm run audit/)
})

test('the help names the settings that only a service has', async () => {
  const { out } = await runCommand('admin', ['--help'], directory, {})
  for (const name of ['SMS_MESSAGE_', 'CALL_MESSAGE_', 'LOCALE']) assert.ok(out.includes(name), name)
})

test('without a command each shows its help', async () => {
  const programs = [...Object.keys(PROGRAMS), 'operator-accounts']
  const runs = await Promise.all(programs.map((program) => runCommand(program, [], directory, { GATE: 'ajar' })))
  for (const [index, { code, out }] of runs.entries()) {
    assert.equal(code, 0, programs[index])
    assert.match(out, /npm run /)
  }
})

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  let server: Server
  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  test('a copy of the audit log that is not there is named', async () => {
    const missing = join(directory, 'none.jsonl')
    const variables = { DATABASE_URL: server.databaseUrl!, SECRET: 'a secret of the test server' }
    const { code, err } = await runCommand('audit', ['verify', missing], directory, variables)
    assert.deepEqual([code, err], [1, `There is no such file: ${missing}.\n`])
  })
})
