import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TWILIO_ERRORS } from '../../src/carriers/twilio/error-codes.ts'
import { signedFields } from '../../src/carriers/twilio/signature.ts'
import { parseWebhook } from '../../src/carriers/twiml/parse-webhook.ts'
import { mutations, URLS } from './subject.ts'
import { signature } from './twilio-signature.ts'

type Vector = { url: string; body: string; proof: string; type?: string }

const KEY = '12345'
const FORM = 'application/x-www-form-urlencoded'
const PAGE = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const HASH = 'bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const FIELDS = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212'
const JSON_BODY = { body: '{"property": "value", "boolean": true}', type: 'application/json' }

// Of twilio.com/docs/usage/webhooks/webhooks-security and of the tests in github.com/twilio/twilio-node
const VECTORS: Vector[] = [
  { url: PAGE, body: FIELDS, proof: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
  {
    url: PAGE.replace('https://mycompany.com', 'http://mycompany.com:1234'),
    body: FIELDS,
    proof: 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=',
  },
  // Signed with the default port.
  { url: PAGE, body: FIELDS, proof: 'kvajT1Ptam85bY51eRf/AJRuM3w=' },
  { url: `${PAGE}&${HASH}`, ...JSON_BODY, proof: 'a9nBmqA0ju/hNViExpshrM61xv4=' },
  { url: `https://mycompany.com/myapp.php?${HASH}`, ...JSON_BODY, proof: 'y77kIzt2vzLz71DgmJGsen2scGs=' },
]

function receive({ url, body, proof, type = FORM }: Vector, keys = [KEY], method = 'POST') {
  const headers = new Headers({ 'Content-Type': type })
  const fields = signedFields({ kind: 'turn', method, url, headers, body }, proof, keys)
  return fields && parseWebhook('turn', fields, TWILIO_ERRORS)
}

function signed(body: string): Vector {
  const url = URLS.turn(1)
  return { url, body, proof: signature(KEY, { url, headers: new Headers(), body }) }
}

test('the published signatures are accepted, and refused with any byte changed', () => {
  for (const vector of VECTORS) {
    assert.ok(receive(vector), vector.proof)
    for (const part of ['url', 'body', 'proof'] as const) {
      for (const changed of mutations(vector[part]))
        assert.equal(receive({ ...vector, [part]: changed }), null, changed)
    }
  }
})

test('any of several keys is accepted while they are rotated', () => {
  assert.ok(receive(VECTORS[0]!, ['newest', KEY]))
  assert.ok(receive(VECTORS[0]!, [KEY, 'older']))
  assert.equal(receive(VECTORS[0]!, ['newest', 'older']), null)
})

test('an empty field is signed, and a repeated field once for each distinct value', () => {
  assert.ok(receive(signed('CallSid=CA1&Digits=')))
  assert.equal(receive({ ...signed('CallSid=CA1&Digits='), body: 'CallSid=CA1' }), null)
  const twice = { ...signed('CallSid=CA1&Digits=1&X=1&X=2'), body: 'CallSid=CA1&Digits=1&X=2&X=1&X=2' }
  assert.deepEqual(receive(twice), { refs: ['CA1'], type: 'dtmf', digits: '1' })
})

test('a repeated Digits field is no entry', () => {
  assert.deepEqual(receive(signed('CallSid=CA1&Digits=1&Digits=9')), { refs: ['CA1'], type: 'dtmf', digits: '' })
})

test('a GET is refused, since its body is not signed', () => {
  assert.equal(receive(signed('CallSid=CA1&Digits=1'), [KEY], 'GET'), null)
})
