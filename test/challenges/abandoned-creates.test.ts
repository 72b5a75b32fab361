// What is left of creations that the database did not take: looked for with little, and not where nothing was sent.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { DatabaseUnavailable, NotExecuted } from '../../src/store/database-errors.ts'
import { realClock } from '../../src/time/clock.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { startServer } from '../http/test-server.ts'
import { openSideBySide } from '../stories/side-by-side.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const MANY = 200
const SECRET = 'a secret of two instances, one after the other'

/** Creations that all fail, and how often challenges are read from then on. */
async function afterFailures(t: TestContext, failure: Error) {
  const server = await startServer()
  t.after(() => server.stop())
  const { challenges } = server.store
  const { insert, find, findMany } = challenges
  challenges.insert = async () => {
    throw failure
  }
  const failed = await Promise.all(Array.from({ length: MANY }, () => server.create({ flow: 'approve' })))
  assert.ok(failed.every(({ status }) => status === 503))
  const read = { statements: 0, atOnce: 0, most: 0 }
  const counted =
    <Asked extends unknown[], Found>(statement: (...asked: Asked) => Promise<Found>) =>
    async (...asked: Asked) => {
      read.statements++
      read.most = Math.max(read.most, ++read.atOnce)
      return statement(...asked).finally(() => read.atOnce--)
    }
  Object.assign(challenges, { insert, find: counted(find), findMany: counted(findMany) })
  return { server, read }
}

test('all that failed is looked for in one statement, and never twice at once', async (t) => {
  const { server, read } = await afterFailures(t, new DatabaseUnavailable('lost'))
  await Promise.all(Array.from({ length: 3 }, () => server.challenges.reconcile()))
  assert.deepEqual([read.statements, read.most], [1, 1])
  for (let round = 0; round < 10; round++) await server.challenges.reconcile()
  assert.equal(read.statements, 5, 'after five looks nothing is expected any more')
})

test('what was never sent to the database is not looked for', async (t) => {
  const { server, read } = await afterFailures(t, new NotExecuted('refused'))
  await server.challenges.reconcile()
  assert.equal(read.statements, 0)
})

test('a delivery that was ended before its save was answered is not placed by that answer', async (t) => {
  const late: (() => void)[] = []
  const clock = {
    now: realClock.now,
    after(ms: number, run: () => void) {
      if (ms > DEADLINES.saved - 10_000 && ms <= DEADLINES.saved) late.push(run)
      return realClock.after(ms, run)
    },
  }
  const server = await startServer({ cooldown: 0 }, ['twilio'], clock)
  t.after(() => server.stop())
  const { challenges } = server.store
  const to = nextNumber()
  const { json } = await server.ask('POST', '/v1/challenges', { to, channel: 'sms' })
  const { saveDelivery } = challenges
  const saved = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  challenges.saveDelivery = async (...asked) => {
    const result = await saveDelivery(...asked)
    saved.resolve()
    await answered.promise
    return result
  }
  const again = server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'call' })
  await saved.promise
  for (const run of late) run()
  assert.equal((await again).status, 503)
  await server.challenges.reconcile()
  answered.resolve()
  await server.challenges.stop()
  const { deliveries } = (await server.challenges.find(json.id))!.challenge
  assert.equal(deliveries.at(-1)!.result, 'carrier_failed')
  assert.deepEqual(server.phones.phone(to).calls, [])
})

test('a stop ends a creation that was saved unknown to its app, so no later instance sends its fallback', {
  skip: withoutPostgres,
}, async (t) => {
  const { url, phones, startWith, ask, settled } = await openSideBySide(t)
  const [first] = await startWith([[SECRET]])
  const { challenges } = first!.store
  const { insert } = challenges
  challenges.insert = async (...asked) => {
    await insert(...asked)
    throw new DatabaseUnavailable('The answer was lost.')
  }
  const called = nextNumber()
  const texted = nextNumber()
  assert.equal((await ask(0, '/v1/challenges', { to: called, fallback: ['sms'] })).status, 503)
  assert.equal((await ask(0, '/v1/challenges', { to: texted, channel: 'sms' })).status, 503)
  const [next] = await startWith([[SECRET]])
  for (let round = 0; round < 6; round++) {
    await queryOnce(
      url,
      `update challenges set next_check_at = now(), deliveries = jsonb_set(deliveries, '{-1,createdAt}',
        to_jsonb(to_char(now() at time zone 'UTC' - interval '25 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`,
    )
    await next!.challenges.reconcile()
    await settled()
  }
  const rows = await queryOnce(
    url,
    `select status, reason, deliveries #>> '{-1,progress,state}' as state from challenges`,
  )
  const failed = { status: 'undelivered', reason: 'carrier_failed', state: 'ended' }
  assert.deepEqual([...rows], [failed, failed])
  for (const number of [called, texted]) {
    assert.deepEqual(phones.phone(number).messages, [])
    assert.deepEqual(phones.phone(number).calls, [])
  }
})
