import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExchangeOptions } from '../../src/exchange/exchange.ts'
import { sign } from '../../src/exchange/twilio/signature.ts'
import { type Answers, APP, FROM, formOf, NUMBER, recordingApp } from './recording-app.ts'

const PROJECT = 'b3877c40-da60-4998-90ad-b792e98472af'
const ACCOUNT = { projectId: PROJECT, apiToken: 'PT-token', signingKey: 'PSK-key' }
const API = `/api/laml/2010-04-01/Accounts/${PROJECT}`
const CALL = { To: NUMBER, From: FROM, Url: `${APP}/answer?d=1`, StatusCallback: `${APP}/status` }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const ASK = `<Response><Gather numDigits="1" timeout="8" finishOnKey="" actionOnEmptyResult="true" action="${APP}/keys">
  <Say language="en-US" voice="Polly.Joanna">To approve, press 1.<break time="300ms"/></Say></Gather></Response>`
const BYE = '<Response><Say>Goodbye.</Say><Hangup/></Response>'

function space(answers: Answers = { '/answer': ASK, '/keys': BYE }, options: Partial<ExchangeOptions> = {}) {
  const here = recordingApp({ signalwire: ACCOUNT }, answers, options)
  const post = (path: string, form: Record<string, string>, events: string[] = []) => {
    const body = new URLSearchParams(form)
    for (const event of events) body.append('StatusCallbackEvent', event)
    return here.ask('POST', `${API}/${path}`, body, `${PROJECT}:PT-token`)
  }
  return {
    ...here,
    post,
    read: (path: string) => here.ask('GET', `${API}/${path}`, null, `${PROJECT}:PT-token`),
    place: (more: Record<string, string> = {}) =>
      post('Calls.json', { ...CALL, ...more }, ['initiated', 'ringing', 'answered', 'completed']),
  }
}

test('a call is answered with 200 and named by a UUID, and runs to its end', async () => {
  const { place, phone, phones, at, read } = space()
  const { status, json } = await place()
  assert.equal(status, 200)
  assert.match(json.sid, UUID)
  const call = await phone.answers()
  assert.equal(call.carrier, 'SignalWire')
  await phone.hears(/press 1/)
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()
  assert.deepEqual(
    at('/keys').map((came) => formOf(came).Digits),
    ['1'],
  )
  assert.deepEqual(
    at('/status').map((came) => formOf(came).CallStatus),
    ['initiated', 'ringing', 'in-progress', 'completed'],
  )
  const last = formOf(at('/status')[3]!)
  assert.equal(last.SipResultCode, '200')
  assert.equal(last.SipResponseCode, undefined)
  const seen = (await read(`Calls/${json.sid}.json`)).json
  assert.deepEqual([seen.status, seen.sip_result_code, seen.account_sid], ['completed', '200', PROJECT])
  assert.deepEqual(phones.violations, [])
})

test('webhooks are signed with the signing key, which is not the token', async () => {
  const { place, phone, phones, received } = space()
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  await phones.settled()
  assert.equal(received.length, 6)
  for (const came of received) {
    const expected = sign('PSK-key', came.url, Object.entries(formOf(came)))
    assert.equal(came.headers.get('x-signalwire-signature'), expected)
    assert.equal(came.headers.get('x-twilio-signature'), null)
  }
})

test('a webhook has no parameter that SignalWire does not send', async () => {
  const { place, phone, at } = space()
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  assert.deepEqual(Object.keys(formOf(at('/keys')[0]!)).sort(), [
    'AccountSid',
    'ApiVersion',
    'CallSid',
    'CallStatus',
    'Digits',
    'Direction',
    'From',
    'To',
  ])
})

test('a silence posts an empty entry when that was asked for', async () => {
  const { place, phone, at, clock } = space()
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(8000)
  await phone.ends()
  assert.deepEqual(
    at('/keys').map((came) => formOf(came).Digits),
    [''],
  )
})

test('the app is given 5 seconds, and no more', async () => {
  const { place, phone, phones, clock } = space({ '/answer': () => new Promise(() => {}), '/fallback': BYE })
  await place({ FallbackUrl: `${APP}/fallback` })
  await phone.answers()
  await clock.advance(4999)
  assert.deepEqual(phones.violations, [])
  await clock.advance(1)
  await phone.hears(/Goodbye/)
  assert.deepEqual(
    phones.violations.map(({ carrier, code }) => [carrier, code]),
    [['SignalWire', 11200]],
  )
})

const REFUSED: [why: string, form: Record<string, string>, code: string, fault: boolean][] = [
  ['a bad number', { To: '2025550123' }, '21211', false],
  ['no document', { Url: '' }, '21205', false],
  ['a time limit, which it does not know', { TimeLimit: '180' }, '20001', true],
  ['a parameter that nobody knows', { Colour: 'red' }, '20001', true],
  ['a detection that nobody knows', { MachineDetection: 'Maybe' }, '20001', true],
]

for (const [why, form, code, fault] of REFUSED) {
  test(`refuses ${why}`, async () => {
    const { place, phone, phones } = space()
    const { status, json } = await place(form)
    assert.equal(status, 400)
    assert.equal(json.errors[0].code, code)
    assert.equal(phones.violations.length, fault ? 1 : 0)
    assert.equal(phone.calls.length, 0)
  })
}

test('refuses a stranger', async () => {
  const { ask } = space()
  for (const credentials of [null, `${PROJECT}:PSK-key`]) {
    const { status, json } = await ask('POST', `${API}/Calls.json`, new URLSearchParams(CALL), credentials)
    assert.deepEqual([status, json.code], [401, '20003'])
  }
})

const LOUD: [why: string, document: string, code: number][] = [
  ['a relative action', '<Response><Gather action="/keys"><Say>Hello.</Say></Gather></Response>', 12200],
  ['a relative redirect', '<Response><Redirect>/next</Redirect></Response>', 12200],
  ['a verb it does not know', '<Response><SpeakSentence>Hello.</SpeakSentence></Response>', 12200],
  ['a voice of Twilio only', '<Response><Say voice="Google.en-US-Standard-A">Hello.</Say></Response>', 12200],
  ['a document of another kind', '<Bxml><Hangup/></Bxml>', 12200],
  ['broken XML', '<Response>', 12100],
]

for (const [why, answer, code] of LOUD) {
  test(`is loud about ${why}`, async () => {
    const { place, phone, phones } = space({ '/answer': answer })
    await place()
    await phone.answers()
    assert.equal(await phone.ends(), 'application_error')
    assert.deepEqual(
      phones.violations.map((fault) => fault.code),
      [code],
    )
  })
}

test('it has its own names for the voices of others', async () => {
  const { place, phone, phones } = space({
    '/answer': `<Response><Say voice="gcloud.de-DE-Wavenet-A">Guten Tag.</Say><Say voice="amazon.Joanna">Hello.</Say>
      <Say>Bye.</Say></Response>`,
  })
  await place()
  await phone.answers()
  await phone.ends()
  assert.equal(phone.heard, 'Guten Tag. Hello. Bye.')
  assert.deepEqual(phones.violations, [])
})

test('detection is told as SignalWire tells it', async () => {
  const { place, phone, phones, at } = space()
  phone.will('voicemail')
  await place({ MachineDetection: 'Enable', AsyncAmd: 'true', AsyncAmdStatusCallback: `${APP}/machine` })
  await phone.hears(/press 1/)
  await phones.settled()
  const told = formOf(at('/machine')[0]!)
  assert.deepEqual([told.AnsweredBy, told.MachineDetectionDuration], ['machine_start', undefined])
})

test('a text is answered with 201, and its receipts are signed', async () => {
  const { post, phone, phones, at } = space()
  const text = { To: NUMBER, From: FROM, Body: 'Your code is 481516.', StatusCallback: `${APP}/receipt` }
  const { status, json } = await post('Messages.json', text)
  assert.equal(status, 201)
  assert.match(json.sid, UUID)
  await phone.receives(/481516/)
  await phones.settled()
  assert.deepEqual(
    at('/receipt').map((came) => formOf(came).MessageStatus),
    ['sent', 'delivered'],
  )
  const [came] = at('/receipt')
  assert.equal(came?.headers.get('x-signalwire-signature'), sign('PSK-key', came!.url, Object.entries(formOf(came!))))
})

test('a fault can be injected for one carrier alone', async () => {
  const twilio = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' }
  const { phones, ask } = recordingApp({ signalwire: ACCOUNT, twilio }, {})
  const place = (path: string, credentials: string) =>
    ask('POST', `${path}/Calls.json`, new URLSearchParams(CALL), credentials)
  const both = async () => [
    (await place(API, `${PROJECT}:PT-token`)).status,
    (await place(`/2010-04-01/Accounts/${twilio.accountSid}`, `${twilio.accountSid}:token`)).status,
  ]
  phones.injectFaults({ requests: { refuse: { status: 503, code: 20503 } } }, 'SignalWire')
  assert.deepEqual(await both(), [503, 201])
  phones.injectFaults({ requests: { refuse: { status: 503, code: 20503 } } })
  assert.deepEqual(await both(), [503, 503])
})
