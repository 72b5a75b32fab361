// A document of ours that the carrier could not fetch or play is a failure of ours, not the person hanging up.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'

let server: Server

before(async () => {
  server = await startServer()
})
after(() => server.stop())

for (const answered of [true, false]) {
  test(`the fallback URL and then "completed", ${answered ? 'after' : 'before'} a first document, is carrier_failed`, async () => {
    const { json } = await server.create({ flow: 'approve' })
    const record = await server.store.challenges.find(json.id as ChallengeId)
    const { id, ref } = record!.challenge.deliveries[0]!
    const post = (kind: string, fields: Record<string, string>) => {
      const path = `/voice/twilio/en-US/${json.id}/${id}/${kind}`
      const body = new URLSearchParams({ CallSid: ref!, ...fields }).toString()
      const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
      headers.set(
        'X-Twilio-Signature',
        signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + path, headers, body }),
      )
      return server.app.request(path, { method: 'POST', headers, body })
    }
    if (answered) assert.match(await (await post('answer', { CallStatus: 'in-progress' })).text(), /<Gather/)
    const document = await (await post('fallback', { CallStatus: 'in-progress', ErrorCode: '11200' })).text()
    assert.match(document, /<Hangup\/>/)
    assert.doesNotMatch(document, /<Gather/)
    await post('status', { CallStatus: 'completed' })
    const after = (await server.ask('GET', `/v1/challenges/${json.id}`)).json
    assert.deepEqual([after.status, after.reason], ['undelivered', 'carrier_failed'])
  })
}
