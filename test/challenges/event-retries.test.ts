// What carriers told while the database was away is applied when it is back, whatever else is kept with it.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import type { Clock } from '../../src/time/clock.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { startServer } from '../http/test-server.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'

/** Two answered calls, a report keyed on each, and a database that takes nothing of `refused`. */
async function reported(t: TestContext, settings: { clock?: Clock } = {}) {
  const server = await startServer({}, ['twilio'], settings.clock)
  t.after(() => server.stop())
  const refused = new Set<ChallengeId>()
  const { save } = server.store.challenges
  server.store.challenges.save = async (change) => {
    if (refused.has(change.next.id)) throw new DatabaseUnavailable('locked')
    return save(change)
  }
  const calls = []
  for (let call = 0; call < 2; call++) {
    const { id, deliveries } = (await server.create({ flow: 'approve' })).json
    const post = async (hook: string, fields: Record<string, string>) => {
      const url = `/voice/twilio/en-US/${id}/${deliveries[0]!.id}/${hook}`
      const delivery = (await server.store.challenges.find(id as ChallengeId))!.challenge.deliveries[0]!
      const body = new URLSearchParams({ CallSid: delivery.ref ?? '', ...fields }).toString()
      const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
      headers.set('X-Twilio-Signature', signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + url, headers, body }))
      return (await server.app.request(url, { method: 'POST', headers, body })).text()
    }
    await post('answer', { CallStatus: 'in-progress' })
    calls.push({ id: id as ChallengeId, post })
  }
  for (const { id, post } of calls) {
    refused.add(id)
    assert.match(await post('turn/1', { Digits: '9' }), /One moment/)
  }
  const reason = async (id: ChallengeId) => (await server.ask('GET', `/v1/challenges/${id}`)).json.reason
  return { server, refused, reason, first: calls[0]!.id, second: calls[1]!.id }
}

test('a row that the database does not take holds up no other', async (t) => {
  const { server, refused, reason, first, second } = await reported(t)
  refused.delete(second)
  for (let round = 0; round < 2; round++) await server.challenges.retryEvents()
  assert.deepEqual([await reason(first), await reason(second)], [null, 'fraud_reported'])
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
