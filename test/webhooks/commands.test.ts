// The command as an operator runs it, and what it asks of the store.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { runCommand, type SUBCOMMANDS } from '../../src/webhooks/commands.ts'
import { onPostgres } from '../store/test-databases.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { openPushFixture, type PushFixture } from './push-fixture.ts'

describe('npm run webhooks', { skip: withoutPostgres }, () => {
  const { url, database } = onPostgres()
  let fixture: PushFixture
  before(async () => {
    fixture = await openPushFixture(database())
  })
  after(() => fixture.close())

  const run = async (...wanted: string[]) => {
    const env = { ...process.env, DATABASE_URL: url() }
    const main = new URL('../../src/cli/webhooks.ts', import.meta.url).pathname
    const { stdout } = await promisify(execFile)(process.execPath, [...NODE_ARGUMENTS, main, ...wanted], { env })
    return stdout.trimEnd()
  }

  const ask = (command: keyof typeof SUBCOMMANDS, ...ids: string[]) =>
    runCommand(command, ids, fixture.store.outbox, 'cli:ada')

  const failing = async (failure: string, next: number | null) => {
    const { id } = await fixture.createChallenge()
    await fixture.applyEvents(id, { type: 'canceled' })
    const [message] = await fixture.store.outbox.claim(1, 30)
    await fixture.store.outbox.markFailed(message!.id, failure, next)
    return message!
  }

  test('shows what has failed and sends it again', async () => {
    assert.match(await ask('failed'), /has taken everything/)
    const lost = await failing('http_500', null)
    const late = await failing('timeout', 7200)
    const [first, second, ...more] = (await run('failed')).split('\n')
    assert.deepEqual(more, [])
    assert.match(
      first!,
      new RegExp(`^${late.id}  challenge.canceled .*${late.challenge}.*1 tries  next try .*timeout$`),
    )
    assert.match(second!, new RegExp(`^${lost.id}  challenge.canceled .*${lost.challenge}.*  given up .*http_500$`))
    assert.ok(!`${first}${second}`.includes('2025550123'))

    assert.equal(
      await ask('send-again', lost.id, 'msg_none'),
      '1 message is due again. 1 of those you named has not failed.',
    )
    assert.equal((await fixture.store.outbox.claim(10, 30)).map(({ id }) => id).join(), lost.id)
    assert.equal(await ask('send-again', 'all'), '1 message is due again.')
    assert.match(await ask('failed'), /has taken everything/)
  })

  test('says what it can do, and fails when asked for anything else', async () => {
    await assert.rejects(ask('send-again', 'all', 'msg_1'), /"all" stands alone/)
    const refusal = await run('resend').catch((error: { code: number; stderr: string }) => error)
    assert.ok(typeof refusal === 'object' && refusal.code === 2 && /send-again <id>/.test(refusal.stderr))
  })
})
