// A document of ours that the carrier could not fetch or play is a failure of ours, not the person hanging up.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { later } from './later.ts'

let server: Server

before(async () => {
  server = await startServer()
})
after(() => server.stop())

for (const answered of [true, false]) {
  test(`the fallback URL and then "completed", ${answered ? 'after' : 'before'} a first document, is carrier_failed`, async () => {
    const { id, post } = await called()
    if (answered) assert.match(await (await post('answer', { CallStatus: 'in-progress' })).text(), /<Gather/)
    const document = await (await post('fallback', { CallStatus: 'in-progress', ErrorCode: '11200' })).text()
    assert.match(document, /<Hangup\/>/)
    assert.doesNotMatch(document, /<Gather/)
    await post('status', { CallStatus: 'completed' })
    const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
    assert.deepEqual([after.status, after.reason], ['undelivered', 'carrier_failed'])
  })
}

for (const answered of [true, false]) {
  test(`"completed" and then the fallback URL, ${answered ? 'after' : 'before'} a first document, is carrier_failed too`, {
    skip: withoutPostgres,
  }, async () => {
    const { id, post } = await called()
    if (answered) await post('answer', { CallStatus: 'in-progress' })
    await post('status', { CallStatus: 'completed' })
    assert.equal((await server.ask('GET', `/v1/challenges/${id}`)).json.status, 'pending')
    await post('fallback', { CallStatus: 'completed', ErrorCode: '11200' })
    await later(server, id, 6)
    const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
    assert.deepEqual([after.status, after.reason], ['undelivered', 'carrier_failed'])
  })
}

for (const fallback of [[], ['sms']]) {
  test(`"completed" and no request for a document is carrier_failed${fallback.length > 0 ? ', and the fallback follows' : ''}`, {
    skip: withoutPostgres,
  }, async () => {
    const { id, post } = await called({ flow: 'send_code', fallback })
    await post('status', { CallStatus: 'completed' })
    await later(server, id, 6)
    const { status, deliveries } = (await server.ask('GET', `/v1/challenges/${id}`)).json
    assert.deepEqual(
      [status, deliveries[0]!.result],
      [fallback.length > 0 ? 'pending' : 'undelivered', 'carrier_failed'],
    )
    assert.equal(deliveries.length, 1 + fallback.length)
  })
}

test('"completed" that overtook the request for the document is the person hanging up', {
  skip: withoutPostgres,
}, async () => {
  const { id, post } = await called()
  await post('status', { CallStatus: 'completed' })
  assert.match(await (await post('answer', { CallStatus: 'completed' })).text(), /<Hangup\/>/)
  await later(server, id, 6)
  const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
  assert.deepEqual([after.status, after.reason], ['undelivered', 'hung_up'])
})

for (const [late, kind, fields] of [
  ['keys of the gate', 'turn/1', { Digits: '2' }],
  ['a silence', 'turn/1', { Digits: '' }],
  ['keys of a later turn', 'turn/2', { Digits: '23' }],
  ['a detected person', 'detection', { AnsweredBy: 'human' }],
] as const) {
  test(`"completed" that overtook the request for the document is the person hanging up, if ${late} came later`, {
    skip: withoutPostgres,
  }, async () => {
    const { id, post } = await called({ flow: 'send_code' })
    await post('status', { CallStatus: 'completed' })
    await post(kind, { CallStatus: 'completed', ...fields })
    assert.equal((await server.ask('GET', `/v1/challenges/${id}`)).json.status, 'pending')
    await later(server, id, 6)
    const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
    assert.deepEqual([after.status, after.reason], ['undelivered', 'hung_up'])
  })
}

for (const before of ['the request for the document came, too', 'it had overtaken the request for the document'])
  test(`a machine that is detected after "completed" is a voicemail box, where ${before}`, {
    skip: withoutPostgres,
  }, async () => {
    const { id, post } = await called({ flow: 'send_code' })
    if (before.endsWith('too')) await post('answer', { CallStatus: 'in-progress' })
    await post('status', { CallStatus: 'completed' })
    await post('detection', { CallStatus: 'completed', AnsweredBy: 'machine_start' })
    assert.equal((await server.ask('GET', `/v1/challenges/${id}`)).json.status, 'pending')
    await later(server, id, 6)
    const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
    assert.deepEqual([after.status, after.reason], ['undelivered', 'voicemail'])
  })

test('keys that come after both still count', { skip: withoutPostgres }, async () => {
  const { id, post } = await called()
  await post('answer', { CallStatus: 'in-progress' })
  await post('status', { CallStatus: 'completed' })
  await post('fallback', { CallStatus: 'completed', ErrorCode: '11200' })
  await post('turn/1', { CallStatus: 'completed', Digits: '9' })
  const after = (await server.ask('GET', `/v1/challenges/${id}`)).json
  assert.deepEqual([after.status, after.reason], ['denied', 'fraud_reported'])
})

/** A call whose webhooks the test posts. */
async function called(wanted: object = { flow: 'approve' }) {
  const { json } = await server.create(wanted)
  const record = await server.store.challenges.find(json.id as ChallengeId)
  const { id, ref } = record!.challenge.deliveries[0]!
  const post = (kind: string, fields: Record<string, string>) => {
    const path = `/voice/twilio/en-US/${json.id}/${id}/${kind}`
    const body = new URLSearchParams({ CallSid: ref!, ...fields }).toString()
    const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
    headers.set('X-Twilio-Signature', signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + path, headers, body }))
    return server.app.request(path, { method: 'POST', headers, body })
  }
  return { id: json.id, post }
}
