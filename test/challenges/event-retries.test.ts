// What carriers told while the database was away is applied when it is back, whatever else is kept with it.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import type { Clock } from '../../src/time/clock.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { startServer } from '../http/test-server.ts'
import { later } from '../stories/later.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'
import { withoutPostgres } from '../support/fresh-database.ts'

/** Two answered calls, and a database that takes nothing of `refused`. */
async function answered(t: TestContext, settings: { clock?: Clock } = {}) {
  const server = await startServer({}, ['twilio'], settings.clock)
  t.after(() => server.stop())
  const refused = new Set<ChallengeId>()
  const { save, refresh, find } = server.store.challenges
  const guarded =
    <Asked, Found>(statement: (asked: Asked) => Promise<Found>, idOf: (asked: Asked) => ChallengeId) =>
    async (asked: Asked) => {
      if (refused.has(idOf(asked))) throw new DatabaseUnavailable('locked')
      return statement(asked)
    }
  Object.assign(server.store.challenges, {
    save: guarded(save, ({ next }) => next.id),
    refresh: guarded(refresh, ({ challenge }) => challenge.id),
    find: guarded(find, (id: ChallengeId) => id),
  })
  const calls = []
  for (let call = 0; call < 2; call++) {
    const { id, deliveries } = (await server.create({ flow: 'approve' })).json
    const ref = (await find(id as ChallengeId))!.challenge.deliveries[0]!.ref ?? ''
    const post = async (hook: string, fields: Record<string, string>) => {
      const url = `/voice/twilio/en-US/${id}/${deliveries[0]!.id}/${hook}`
      const body = new URLSearchParams({ CallSid: ref, ...fields }).toString()
      const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
      headers.set('X-Twilio-Signature', signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + url, headers, body }))
      return (await server.app.request(url, { method: 'POST', headers, body })).text()
    }
    await post('answer', { CallStatus: 'in-progress' })
    calls.push({ id: id as ChallengeId, post })
  }
  const reason = async (id: ChallengeId) => (await server.ask('GET', `/v1/challenges/${id}`)).json.reason
  return { server, refused, reason, calls: [calls[0]!, calls[1]!] as const }
}

/** And a report keyed on each, meanwhile. */
async function reported(t: TestContext, settings: { clock?: Clock } = {}) {
  const { calls, ...parts } = await answered(t, settings)
  for (const { id, post } of calls) {
    parts.refused.add(id)
    assert.match(await post('turn/1', { Digits: '9' }), /One moment/)
  }
  return { ...parts, first: calls[0].id, second: calls[1].id }
}

test('a row that the database does not take holds up no other', async (t) => {
  const { server, refused, reason, first, second } = await reported(t)
  refused.delete(second)
  for (let round = 0; round < 2; round++) await server.challenges.retryEvents()
  assert.equal(await reason(second), 'fraud_reported')
  refused.delete(first)
  await server.challenges.retryEvents()
  assert.equal(await reason(first), 'fraud_reported')
})

test('a stop applies what is kept', async (t) => {
  const { server, refused, reason, first, second } = await reported(t)
  refused.clear()
  await server.challenges.lastLooks()
  assert.deepEqual([await reason(first), await reason(second)], ['fraud_reported', 'fraud_reported'])
})

test('what the database has not taken for five minutes is given up, and said', async (t) => {
  let passed = 0
  const clock: Clock = {
    now: () => performance.now() + passed,
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
  const { server, refused, reason, first } = await reported(t, { clock })
  refused.clear()
  passed = 6 * 60_000
  await server.challenges.retryEvents()
  assert.equal(await reason(first), null)
  assert.equal(
    server.logged.filter((line) => JSON.stringify(line).includes('carrier event lost in an outage')).length,
    2,
  )
})

test('a call that ends with our apology, since the database was away too long, was not hung up by the person', {
  skip: withoutPostgres,
}, async (t) => {
  const { server, refused, reason, calls } = await answered(t)
  const [{ id, post }] = calls
  refused.add(id)
  for (let again = 0; again < 8; again++) assert.match(await post(`answer?again=${again}`, {}), /One moment/)
  assert.match(await post('answer?again=8', {}), /we cannot finish this call.*<Hangup/)
  await post('status', { CallStatus: 'completed' })
  refused.clear()
  await server.challenges.retryEvents()
  await later(server, id, 6)
  assert.equal(await reason(id), 'carrier_failed')
})

/** An approval that was keyed while the database was away, and then our apology. */
async function apologised(t: TestContext) {
  const parts = await answered(t)
  const [{ id, post }] = parts.calls
  parts.refused.add(id)
  assert.match(await post('turn/1', { Digits: '1' }), /One moment/)
  return { ...parts, id, post }
}

test('a key is applied before the apology that followed it, however often the database has refused them', async (t) => {
  for (const rounds of [1, 2, 3]) {
    const { server, refused, reason, id, post } = await apologised(t)
    assert.match(await post('answer?again=8', {}), /we cannot finish this call.*<Hangup/)
    await post('status', { CallStatus: 'completed' })
    for (let round = 0; round < rounds; round++) await server.challenges.retryEvents()
    refused.clear()
    await server.challenges.retryEvents()
    assert.equal(await reason(id), 'key_pressed', `after ${rounds} rounds`)
  }
})

test('what is told when the database is back is applied behind what is kept of the call', async (t) => {
  const { server, refused, reason, id, post } = await apologised(t)
  refused.clear()
  await post('fallback', { ErrorCode: '11200' })
  await server.challenges.retryEvents()
  assert.equal(await reason(id), 'key_pressed')
})

test('a person whose key was kept is told of it, and not asked again', async (t) => {
  const { refused, post } = await apologised(t)
  refused.clear()
  assert.match(await post('answer?again=1', {}), /that is confirmed/)
})

test('what a stop could not apply is said', async (t) => {
  const { server } = await apologised(t)
  await server.challenges.lastLooks()
  assert.ok(server.logged.some((line) => JSON.stringify(line).includes('carrier event lost in an outage')))
})
