// A receipt is answered as taken only when it was: a carrier that repeats a refused one brings it again.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'

let server: Server

before(async () => {
  server = await startServer({}, ['bandwidth', 'twilio'])
})
after(() => server.stop())

type Message = { challenge: ChallengeId; delivery: string; ref: string }

/** A message whose own receipts, which the exchange sends, are ignored: each test sends its own. */
async function sent(carrier: string): Promise<Message> {
  const { json } = await server.create({ channel: 'sms', carrier })
  const record = await server.store.challenges.find(json.id as ChallengeId)
  const delivery = record!.challenge.deliveries[0]!
  return { challenge: record!.challenge.id, delivery: delivery.id, ref: delivery.ref! }
}

function toBandwidth({ challenge, delivery, ref }: Message) {
  const { callbackUsername, callbackPassword } = COMPANIES.bandwidth
  const message = { id: ref, tag: `${challenge}.${delivery}` }
  const others = { type: 'message-delivered', message: { id: 'm-1', tag: 'chl_of_another.dlv_program' } }
  return server.app.request('/sms/bandwidth', {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa(`${callbackUsername}:${callbackPassword}`)}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify([others, { type: 'message-delivered', message }]),
  })
}

function toTwilio({ challenge, delivery, ref }: Message) {
  const path = `/sms/twilio/${challenge}/${delivery}`
  const body = new URLSearchParams({ MessageSid: ref, MessageStatus: 'delivered' }).toString()
  const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
  headers.set('X-Twilio-Signature', signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + path, headers, body }))
  return server.app.request(path, { method: 'POST', headers, body })
}

for (const [carrier, post] of [
  ['bandwidth', toBandwidth],
  ['twilio', toTwilio],
] as const) {
  test(`${carrier}: a receipt that could not be noted is refused, and noted when it comes again`, async () => {
    const message = await sent(carrier)
    const { find, refresh, save } = server.store.challenges
    const away = () => Promise.reject(new DatabaseUnavailable('away'))
    Object.assign(server.store.challenges, { find: away, refresh: away, save: away })
    try {
      assert.equal((await post(message)).status, 503)
    } finally {
      Object.assign(server.store.challenges, { find, refresh, save })
    }
    assert.equal((await post(message)).status, 204)
    const record = await server.store.challenges.find(message.challenge)
    assert.equal(record!.challenge.deliveries[0]!.result, 'delivered')
  })

  test(`${carrier}: a receipt of a challenge that is unknown here is taken, so that it does not come again`, async () => {
    const message = { challenge: 'chl_unknown', delivery: 'dlv_unknown', ref: 'SM1' } as Message
    assert.equal((await post(message)).status, 204)
  })
}
