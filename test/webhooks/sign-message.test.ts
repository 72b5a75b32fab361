import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { sign } from '../../src/webhooks/sign-message.ts'
import { OLD_SECRET, SECRET } from '../support/webhook-receiver.ts'

const now = () => Date.now() / 1000

test('the published signature', () => {
  // github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go, TestWebhookSign.
  assert.deepEqual(sign('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330.9, '{"test": 2432232314}', [SECRET]), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('the reference verifier takes what we sign, whatever it says', () => {
  fc.assert(
    fc.property(fc.json(), fc.uint8Array({ minLength: 24, maxLength: 64 }), (body, key) => {
      const secret = `whsec_${Buffer.from(key).toString('base64')}`
      assert.deepEqual(new Webhook(secret).verify(body, sign('msg_1', now(), body, [secret])), JSON.parse(body))
    }),
  )
})

test('an app verifies with the new secret or the old one, and with no other', () => {
  const headers = sign('msg_1', now(), '{}', [SECRET, OLD_SECRET])
  assert.equal(headers['webhook-signature'].split(' ').length, 2)
  for (const secret of [SECRET, OLD_SECRET]) assert.deepEqual(new Webhook(secret).verify('{}', headers), {})
  assert.throws(() => new Webhook(`whsec_${Buffer.alloc(24, 7).toString('base64')}`).verify('{}', headers))
})

test('the reference verifier refuses every change of a byte, and another time', () => {
  const body = '{"type":"challenge.approved","data":{"id":"chl_1"}}'
  const headers = sign('msg_1', now(), body, [SECRET])
  const app = new Webhook(SECRET)
  app.verify(body, headers)
  for (const [at] of [...body].entries()) assert.throws(() => app.verify(changed(body, at), headers), `body ${at}`)
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
    for (const [at] of [...headers[name]].entries()) {
      assert.throws(() => app.verify(body, { ...headers, [name]: changed(headers[name], at) }), `${name} ${at}`)
    }
  }
  for (const late of [-301, 301])
    assert.throws(() => app.verify(body, sign('msg_1', now() + late, body, [SECRET])), /timestamp/i)
})

function changed(text: string, at: number): string {
  const other = text[at] === '1' ? '2' : '1'
  return text.slice(0, at) + other + text.slice(at + 1)
}
