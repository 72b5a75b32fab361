import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Parameters } from '../../src/exchange/rest/form.ts'
import { sign } from '../../src/exchange/twilio/signature.ts'
import { ACCOUNT, twilioApp } from './twilio-app.ts'

// The vectors that Twilio's own libraries are tested with: github.com/twilio/twilio-node, spec/validation.spec.js.
const PARAMETERS: Parameters = [
  ['CallSid', 'CA1234567890ABCDE'],
  ['Caller', '+14158675309'],
  ['Digits', '1234'],
  ['From', '+14158675309'],
  ['To', '+18005551212'],
]
const HASH = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const VECTORS: [url: string, parameters: Parameters, signature: string][] = [
  ['https://mycompany.com/myapp.php?foo=1&bar=2', PARAMETERS, 'RSOYDt4T1cUTdK1PDd93/VVr8B8='],
  ['http://mycompany.com:1234/myapp.php?foo=1&bar=2', PARAMETERS, 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='],
  ['https://mycompany.com:443/myapp.php?foo=1&bar=2', PARAMETERS, 'kvajT1Ptam85bY51eRf/AJRuM3w='],
  [`https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=${HASH}`, [], 'a9nBmqA0ju/hNViExpshrM61xv4='],
  [`https://mycompany.com/myapp.php?bodySHA256=${HASH}`, [], 'y77kIzt2vzLz71DgmJGsen2scGs='],
]

for (const [url, parameters, signature] of VECTORS) {
  test(`signs ${url}`, () => {
    assert.equal(sign('12345', url, parameters), signature)
    assert.equal(sign('12345', url, [...parameters].reverse()), signature, 'in whatever order they are sent')
  })
}

test('a repeated parameter counts once for each of its values, in their order', () => {
  const url = 'https://mycompany.com/'
  const signature = sign('12345', url, [
    ['A', '1'],
    ['A', '2'],
  ])
  assert.equal(
    sign('12345', url, [
      ['A', '2'],
      ['A', '1'],
      ['A', '2'],
    ]),
    signature,
  )
  assert.equal(sign('12345', `${url}A1A2`, []), signature)
})

test('every webhook carries a signature over its own URL and form', async () => {
  const { phone, phones, place, received } = twilioApp({
    '/answer': '<Response><Redirect method="GET">/next?x=%20a</Redirect></Response>',
    '/next': '<Response><Hangup/></Response>',
  })
  await place()
  await phone.answers()
  await phone.ends()
  await phones.settled()
  assert.equal(received.length, 6)
  for (const { url, headers, form } of received) {
    const parameters = url.includes('/next') ? [] : Object.entries(form).filter(([name]) => name !== 'd')
    assert.equal(headers.get('x-twilio-signature'), sign(ACCOUNT.authToken, url, parameters), url)
  }
})
