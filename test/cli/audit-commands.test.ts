// npm run audit, beside the commands whose acts it shows.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { as, type Server, startServer } from '../http/test-server.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { runCommand } from './run-command.ts'

const SECRET = 'a secret of the test server, long enough'
const ACTOR = `cli:${userInfo().username}`

describe('the audit log', { skip: withoutPostgres }, () => {
  let server: Server
  let directory: string
  before(async () => {
    server = await startServer()
    directory = await mkdtemp(join(tmpdir(), 'answerback-audit-'))
  })
  after(async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  })

  const run = (command: string, ...args: string[]) =>
    runCommand(command, args, directory, { DATABASE_URL: server.databaseUrl!, SECRET })

  test('has what operators and apps did, in order, and shows a row that was changed', async () => {
    const number = nextNumber()
    const { json } = await server.ask('POST', '/v1/challenges', { to: number, channel: 'sms' }, as(server.key))
    await run('guard', 'block', number, '--reason', `called from ${number}`)
    await run('challenge', json.id)
    await run('challenge', number)
    await server.ask('POST', '/v1/numbers/opt-out', { to: number, reason: 'Asked by letter.' }, as(server.key))
    const service = (await server.query('select service_id from challenges'))[0]!.service_id

    const listed = await run('audit', 'list')
    const acts = listed.out
      .trim()
      .split('\n')
      .map((line) => line.split('  ').slice(2, 4).join(' '))
      // The server of the test made its second service and a key of it.
      .slice(0, -2)
    assert.deepEqual(acts, [
      `service:${service} number.opted_out`,
      `${ACTOR} challenge.read`,
      `${ACTOR} challenge.read`,
      `${ACTOR} number.blocked`,
    ])
    assert.match(listed.out, / {2}called from \[number\]\n/)
    assert.ok(!listed.out.includes(number.slice(-4)))
    const about = (await run('audit', 'list', '--number', number, '--actor', ACTOR)).out
    assert.match(about, /^3 {2}.* number\.blocked {2}number:[\w-]+/)
    assert.equal(
      (await run('audit', 'list', '--action', 'number.opted_out', '--before', '7')).out.split('\n').length,
      2,
    )

    const copy = join(directory, 'audit.jsonl')
    await writeFile(copy, (await run('audit', 'export')).out)
    assert.deepEqual(await run('audit', 'verify', copy), {
      code: 0,
      out: `6 entries in an unbroken chain, as ${copy} has them.\n`,
      err: '',
    })
    await queryOnce(server.databaseUrl!, 'alter table audit_log disable trigger user')
    await queryOnce(server.databaseUrl!, `update audit_log set reason = null where sequence = 3`)
    const { code, out } = await run('audit', 'verify')
    assert.deepEqual([code, out], [1, 'Entry 3 was changed.\n'])
  })

  for (const [args, sentence] of [
    [['list', '--number', '123'], /^123 is no number\./],
    [['verify', '/nowhere/at/all'], /^There is no such file/],
  ] as const)
    test(`${args.join(' ')}: ${sentence.source}`, async () => {
      const { code, err } = await run('audit', ...args)
      assert.ok(code === 1 || code === 2)
      assert.match(err, sentence)
    })
})
