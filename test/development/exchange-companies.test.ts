// A development server without a carrier: the exchange plays two companies, and receives what is pushed by webhook.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Answerback, verifyWebhook } from '../../src/client/client.ts'
import { Exchange } from '../../src/testing/testing.ts'
import { startDevelopment } from '../pages/development-server.ts'

const KEY = 'key_of_at_least_24_characters'
let server: Awaited<ReturnType<typeof startDevelopment>>
let answerback: Answerback

before(async () => {
  server = await startDevelopment({ API_KEY: KEY })
  answerback = new Answerback({ baseUrl: server.url, key: KEY })
})
after(() => server.stop())

const control = async (path: string, body?: object) => {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await fetch(`${server.url}/exchange${path}`, body ? post : {})).json() as Promise<Record<string, unknown>>
}

test('when the first company refuses, the second one rings', { timeout: 60_000 }, async () => {
  const phone = await new Exchange(server.url, { timeout: 30_000 }).phone()
  await control('/trouble', { company: 'Twilio', requests: { refuse: { status: 429, code: 20429 } } })
  const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
  assert.equal((await phone.answers()).company, 'Bandwidth')
  await control('/trouble', { requests: { refuse: null } })
  await phone.press('1')
  const { deliveries, reason } = await answerback.wait(id)
  assert.deepEqual([reason, deliveries.map(({ carrier }) => carrier)], ['key_pressed', ['twilio', 'bandwidth']])
})

test('outcomes are pushed to the exchange, signed, and stand among what passed', { timeout: 60_000 }, async () => {
  const phone = await new Exchange(server.url, { timeout: 30_000 }).phone()
  await phone.will('refuses')
  const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
  await answerback.wait(id)
  const { id: call } = await phone.ends()
  for (;;) {
    type Entry = { about: string; headers: Record<string, string>; body: string }
    const { wire } = (await control(`/wire?call=${call}`)) as { wire: Entry[] }
    const denied = wire.find(({ about }) => about === 'challenge.denied')
    if (!denied) continue
    assert.equal(JSON.parse(denied.body).data.id, id)
    await assert.rejects(
      verifyWebhook({ headers: denied.headers, body: denied.body, secret: `whsec_${btoa('x'.repeat(24))}` }),
      /no webhook-signature is right/,
    )
    return
  }
})
