// Incoming webhooks, as the server and the reference library sign them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { verifyWebhook, WebhookVerificationError } from '../../src/client/client.ts'
import { sign } from '../../src/webhooks/sign-message.ts'
import { OLD_SECRET, SECRET } from '../support/webhook-receiver.ts'

const BODY =
  '{"type":"challenge.approved","timestamp":"2026-01-31T12:00:41.000Z","data":{"id":"chl_1","status":"approved"}}'
const seconds = () => Date.now() / 1000
const signed = (secrets = [SECRET], body = BODY) => sign('msg_1', seconds(), body, secrets)

test('what the server signs is taken, and typed by what happened', async () => {
  const event = await verifyWebhook({ headers: signed(), body: BODY, secret: SECRET })
  assert.deepEqual(event, { ...JSON.parse(BODY), id: 'msg_1' })
  if (event.type !== 'challenge.approved') assert.fail()
  const reason: 'code_matched' | 'key_pressed' = event.data.reason
  assert.equal(reason, undefined)
})

test('the published signature, and headers and bodies as frameworks give them', async () => {
  // github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go, TestWebhookSign.
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  const body = '{"test": 2432232314}'
  for (const given of [headers, new Headers(headers)]) {
    for (const raw of [body, new TextEncoder().encode(body), Buffer.from(body)]) {
      const event = await verifyWebhook({ headers: given, body: raw, secret: SECRET, now: 1_614_265_330_000 })
      assert.equal(event.id, 'msg_p5jXN8AQM9LWM0D4loKWxJek')
    }
  }
})

test('what the reference library signs is taken, whatever it says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.json()),
      fc.uint8Array({ minLength: 24, maxLength: 64 }),
      async (data, key) => {
        const [body, secret] = [JSON.stringify({ ...data, id: 1 }), `whsec_${Buffer.from(key).toString('base64')}`]
        const at = new Date()
        const headers = {
          'webhook-id': 'msg_2',
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign('msg_2', at, body),
        }
        assert.equal((await verifyWebhook({ headers, body, secret })).id, 'msg_2')
      },
    ),
    { numRuns: 50 },
  )
})

test('while the secret is changed, either side may have the old one', async () => {
  for (const secret of [SECRET, OLD_SECRET])
    await verifyWebhook({ headers: signed([SECRET, OLD_SECRET]), body: BODY, secret })
  await verifyWebhook({ headers: signed([OLD_SECRET]), body: BODY, secret: [SECRET, OLD_SECRET] })
  await assert.rejects(
    verifyWebhook({ headers: signed([OLD_SECRET]), body: BODY, secret: SECRET }),
    /no webhook-signature/,
  )
})

test('a change of any byte is refused', async () => {
  const headers = signed()
  const changed = (text: string, at: number) =>
    `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`
  for (const [at] of [...BODY].entries())
    await assert.rejects(verifyWebhook({ headers, body: changed(BODY, at), secret: SECRET }), WebhookVerificationError)
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
    for (const [at] of [...headers[name]].entries()) {
      const forged = { ...headers, [name]: changed(headers[name], at) }
      await assert.rejects(verifyWebhook({ headers: forged, body: BODY, secret: SECRET }), WebhookVerificationError)
    }
  }
})

test('a signature has one spelling: the last letter holds two bits that no byte has', async () => {
  const headers = signed()
  const signature = headers['webhook-signature']
  const at = signature.length - 2
  const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].filter(
    (letter) => letter !== signature[at],
  )
  assert.equal(others.length, 63)
  for (const letter of others) {
    const forged = { ...headers, 'webhook-signature': `${signature.slice(0, at)}${letter}=` }
    await assert.rejects(verifyWebhook({ headers: forged, body: BODY, secret: SECRET }), WebhookVerificationError)
  }
})

test('each refusal says what is wrong, and none holds the secret', async () => {
  const refused = async (options: Partial<Parameters<typeof verifyWebhook>[0]>, why: RegExp) =>
    assert.rejects(verifyWebhook({ headers: signed(), body: BODY, secret: SECRET, ...options }), (error: Error) => {
      assert.match(error.message, why)
      assert.ok(!error.message.includes(SECRET.slice(6)))
      return true
    })
  for (const name of Object.keys(signed()))
    await refused({ headers: { ...signed(), [name]: undefined } }, new RegExp(`${name} is missing`))
  for (const late of [-301_000, 301_000]) await refused({ now: Date.now() + late }, /five minutes off/)
  await refused({ headers: { ...signed(), 'webhook-timestamp': 'soon' } }, /no number of seconds/)
  await refused({ body: 'no json', headers: signed([SECRET], 'no json') }, /not JSON/)
  await refused({ headers: { ...signed(), 'webhook-signature': 'v1,***' } }, /no webhook-signature is right/)
  await refused({ secret: '' }, /whsec_/)
  await refused({ secret: [] }, /no webhook-signature is right/)
})
