// A command without one of its arguments is told which, not that there is no such command.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { runCommand } from './run-command.ts'

describe('on a Postgres server', { skip: withoutPostgres }, () => {
  let server: Server
  let directory: string
  before(async () => {
    server = await startServer()
    directory = await mkdtemp(join(tmpdir(), 'answerback-arguments-'))
  })
  after(async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  })

  const said = async (command: string, ...args: string[]) => {
    const variables = { DATABASE_URL: server.databaseUrl!, SECRET: 'a secret of the test server' }
    const { code, err } = await runCommand(command, args, directory, variables)
    assert.equal(code, 1, err)
    return err
  }

  test('what is to be explained, lifted or set', async () => {
    assert.match(await said('guard', 'explain'), /^What is to be explained\? Write a number/)
    assert.match(await said('guard', 'lift'), /^What is to be lifted\?/)
    assert.match(await said('admin', 'set', 'svc_first'), /^What is to be set\? Write a service and a setting/)
  })

  test('a copy of the audit log that is not there', async () => {
    const missing = join(directory, 'none.jsonl')
    assert.equal(await said('audit', 'verify', missing), `There is no such file: ${missing}.\n`)
  })

  test('the help names the settings that only a service has', async () => {
    const { out } = await runCommand('admin', ['--help'], directory, {})
    for (const name of ['SMS_MESSAGE_', 'CALL_MESSAGE_', 'LOCALE']) assert.ok(out.includes(name), name)
  })
})
