import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExchangeOptions } from '../../src/exchange/exchange.ts'
import { signV2, signV3 } from '../../src/exchange/plivo/signature.ts'
import type { Parameters } from '../../src/exchange/rest/form.ts'
import { type Answers, APP, FROM, formOf, NUMBER, type ReceivedRequest, recordingApp } from './recording-app.ts'

const ACCOUNT = { authId: 'MA0000000000000000000', authToken: 'a-token' }
const API = `/plivo/v1/Account/${ACCOUNT.authId}`
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const CALL = {
  from: FROM.slice(1),
  to: NUMBER.slice(1),
  answer_url: `${APP}/answer?d=1`,
  ring_url: `${APP}/status`,
  hangup_url: `${APP}/status`,
}
const INPUT = 'method="POST" inputType="dtmf" numDigits="1" executionTimeout="8" digitEndTimeout="5" finishOnKey="none"'
const ASK = `<Response><GetInput action="${APP}/keys" ${INPUT} log="false">
  <Speak voice="Polly.Joanna" language="en-US">To approve, press 1.<break time="300ms"/></Speak></GetInput>
  <Redirect method="POST">${APP}/silence</Redirect></Response>`
const BYE = '<Response><Speak>Goodbye.</Speak><Hangup/></Response>'
const TALK = { '/answer': ASK, '/keys': BYE, '/silence': BYE }

function company(answers: Answers = TALK, options: Partial<ExchangeOptions> = {}) {
  const here = recordingApp({ plivo: ACCOUNT }, answers, options)
  const known = (method: string, path: string, body: object | null = null) =>
    here.ask(method, `${API}/${path}`, body, `${ACCOUNT.authId}:a-token`)
  return {
    ...here,
    known,
    place: (more: object = {}) => known('POST', 'Call/', { ...CALL, ...more }),
    text: (more: object = {}) =>
      known('POST', 'Message/', { src: CALL.from, dst: CALL.to, text: 'Code 481516.', url: `${APP}/receipt`, ...more }),
    codes: () => here.phones.violations.map(({ code }) => code),
  }
}

// The vectors that Plivo's libraries are tested with: github.com/plivo/plivo-go, utils_test.go.
const TOKEN = 'Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4'
const NONCE = '31627761595286130198'
const UID = '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36'
const PARAMETERS: Parameters = [
  ['Direction', 'outbound'],
  ['From', '19792014278'],
  ['ALegUUID', UID],
  ['BillRate', '0.002'],
  ['ParentAuthID', 'MANWVLYTK4ZWU1YTY4QA'],
  ['To', 'sip:PlivoSignature382029104058171078704104@phone-qa.voice.plivodev.com'],
  ['SIP-H-To', '<sip:PlivoSignature382029104058171078704104@52.9.11.55;transport=udp>;tag=1'],
  ['CallStatus', 'in-progress'],
  ['ALegRequestUUID', UID],
  ['CallUUID', UID],
  ['RequestUUID', UID],
  ['SessionStart', '2020-04-08 11:34:33.238707'],
  ['Event', 'StartApp'],
]
const BARE = 'https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml'
const VECTORS: ['GET' | 'POST', string, string][] = [
  ['POST', `${BARE}/?a=b&c=d`, 'k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c='],
  ['GET', `${BARE}/?a=b&c=d`, 'UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ='],
  ['POST', BARE, 'iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0='],
  ['GET', BARE, 'i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc='],
]

for (const [method, url, signature] of VECTORS) {
  test(`signs ${method} ${url}`, () => {
    assert.equal(signV3(TOKEN, method, url, PARAMETERS, NONCE), signature)
    assert.equal(signV3(TOKEN, method, url, PARAMETERS.toReversed(), NONCE), signature, 'in whatever order they are')
  })
}

test('signs a message, without its body', () => {
  assert.equal(signV2('my_auth_token', 'https://answer.url', '12345'), 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=')
  assert.equal(signV2('t', 'https://a.url/?x=1#y', '1'), signV2('t', 'https://a.url/', '1'))
})

test('a call is fired, and tells of its ring, its answer, its keys and its end', async () => {
  const { place, phone, phones, at, known } = company()
  const { status, json } = await place({ ring_timeout: 25, hangup_on_ring: 25, time_limit: 180 })
  assert.equal(status, 201)
  assert.match(json.request_uuid, UUID)
  assert.equal(json.message, 'call fired')
  const here = `Call/${json.request_uuid}/`
  assert.equal((await known('GET', `${here}?status=queued`)).json.call_status, 'queued')
  const call = await phone.rings()
  assert.deepEqual([call.carrier, call.from, call.to], ['Plivo', FROM, NUMBER])
  assert.equal((await known('GET', `${here}?status=live`)).json.call_status, 'ringing')
  assert.equal((await known('GET', here)).status, 404)
  await phone.answers()
  await phone.hears(/press 1/)
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()

  const answer = formOf(at('/answer')[0]!)
  assert.deepEqual([answer.Event, answer.CallStatus, answer.CallUUID], ['StartApp', 'in-progress', json.request_uuid])
  assert.deepEqual([answer.From, answer.To], [CALL.from, CALL.to], 'without a plus')
  assert.equal(formOf(at('/keys')[0]!).Digits, '1')
  const [ring, hangup] = at('/status').map(formOf)
  assert.deepEqual([ring?.Event, ring?.CallStatus], ['Ring', 'ringing'])
  assert.deepEqual([hangup?.Event, hangup?.CallStatus, hangup?.HangupCauseCode], ['Hangup', 'completed', '4010'])
  assert.equal((await known('GET', `${here}?status=live`)).status, 404)
  assert.equal((await known('GET', here)).json.hangup_cause_code, 4010)
  assert.deepEqual(phones.violations, [])
})

test('every webhook of a call is signed over its own URL and form', async () => {
  const { place, phone, phones, received } = company()
  await place({ ring_method: 'GET' })
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  await phones.settled()
  assert.equal(received.length, 4)
  for (const came of received) {
    const { method, url, headers } = came as ReceivedRequest & { method: 'GET' | 'POST' }
    const nonce = headers.get('x-plivo-signature-v3-nonce') ?? ''
    const expected = signV3('a-token', method, url, Object.entries(formOf(came)), nonce)
    assert.match(nonce, /^\d{20}$/)
    assert.equal(headers.get('x-plivo-signature-v3'), expected)
    assert.equal(headers.get('x-plivo-signature-ma-v3'), expected)
  }
})

test('after a silence the action is not called: what stands below is played', async () => {
  const { place, phone, at, clock } = company()
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(7999)
  assert.equal(at('/silence').length, 0)
  await clock.advance(1)
  await phone.ends()
  assert.equal(at('/keys').length, 0)
  const { Event, Digits } = formOf(at('/silence')[0]!)
  assert.deepEqual([Event, Digits], ['Redirect', undefined])
})

test('an entry is over when its time is, however it is keyed', async () => {
  const { place, phone, at, clock } = company({ ...TALK, '/answer': ASK.replace('numDigits="1"', 'numDigits="6"') })
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await phone.keys('4')
  await clock.advance(4000)
  await phone.keys('8')
  await clock.advance(3999)
  assert.equal(at('/keys').length, 0)
  await clock.advance(1)
  await phone.ends()
  assert.equal(formOf(at('/keys')[0]!).Digits, '48')
})

const ENDINGS = [
  ['busy', 'busy', '3010'],
  ['decline', 'busy', '3020'],
  ['unreachable', 'failed', '2010'],
  ['no_such_number', 'failed', '2000'],
  ['no_answer_at_once', 'no-answer', '3000'],
  ['carrier_failed', 'failed', '1020'],
] as const

for (const [behaviour, status, code] of ENDINGS) {
  test(`a phone that is set to ${behaviour} ends the call as ${code}`, async () => {
    const { place, phone, phones, at } = company()
    phone.will(behaviour)
    await place()
    await phone.ends()
    await phones.settled()
    const last = formOf(at('/status').at(-1)!)
    assert.deepEqual([last.Event, last.CallStatus, last.HangupCauseCode], ['Hangup', status, code])
    assert.equal(last.AnswerTime, undefined)
    assert.equal(at('/answer').length, 0)
  })
}

for (const [bound, seconds, ending] of [
  [{ hangup_on_ring: 20, ring_timeout: 25 }, 20, 'no-answer 3000'],
  [{}, 120, 'timeout 6010'],
] as const) {
  test(`a phone left ringing is given up after ${seconds} seconds`, async () => {
    const { place, phone, phones, at, clock } = company()
    await place(bound)
    await phone.ignores()
    await clock.advance(seconds * 1000 - 1)
    assert.equal(phone.calls[0]?.state, 'ringing')
    await clock.advance(1)
    assert.equal(await phone.ends(), 'no_answer')
    await phones.settled()
    const { CallStatus, HangupCauseCode } = formOf(at('/status').at(-1)!)
    assert.equal(`${CallStatus} ${HangupCauseCode}`, ending)
  })
}

test('a request is cancelled, and a call is hung up, each at its own place', async () => {
  const { place, phone, phones, at, known } = company()
  const { request_uuid: first } = (await place()).json
  assert.equal((await known('DELETE', `Call/${first}/`)).status, 404)
  assert.equal((await known('DELETE', `Request/${first}/`)).status, 204)
  await phones.settled()
  assert.equal(formOf(at('/status').at(-1)!).HangupCauseCode, '1000')
  const { request_uuid: second } = (await place()).json
  await phone.answers()
  assert.equal((await known('DELETE', `Request/${second}/`)).status, 404)
  assert.equal((await known('DELETE', `Call/${second}/`)).status, 204)
  await phones.settled()
  const last = formOf(at('/status').at(-1)!)
  assert.deepEqual([last.HangupCauseCode, last.HangupSource], ['4000', 'API Request'])
  assert.equal((await known('DELETE', `Call/${second}/`)).status, 404)
})

test('detection with a URL tells only of machines', async () => {
  const { place, phone, phones, at } = company()
  phone.will('voicemail')
  const detect = { machine_detection: 'true', machine_detection_url: `${APP}/machine` }
  await place(detect)
  await phone.hears(/press 1/)
  await phones.settled()
  const { Event, Machine, IfMachine } = formOf(at('/machine')[0]!)
  assert.deepEqual([Event, Machine, IfMachine], ['MachineDetection', 'true', 'continue'])
  await phone.hangsUp()
  await place(detect)
  await phone.answers()
  await phone.hears(/press 1/)
  await phones.settled()
  assert.equal(at('/machine').length, 1)
})

test('without a URL detection holds the answer back, and may hang up', async () => {
  const { place, phone, at } = company()
  phone.will('voicemail', 'voicemail')
  await place({ machine_detection: 'true' })
  await phone.hears(/press 1/)
  assert.equal(formOf(at('/answer')[0]!).Machine, 'true')
  await phone.hangsUp()
  await place({ machine_detection: 'hangup' })
  assert.equal(await phone.ends(), 'completed')
})

const REFUSED: [why: string, body: object, about: string, fault: boolean][] = [
  ['a bad number', { to: '123' }, 'to', false],
  ['no document', { answer_url: null }, 'answer_url', false],
  ['several numbers at once', { to: `${CALL.to}<12025550124` }, 'to', true],
  ['a field that nobody knows', { tag: 'x' }, 'tag', true],
  ['a detection that nobody knows', { machine_detection: 'maybe' }, 'machine_detection', true],
  ['a timeout in words', { ring_timeout: '25' }, 'ring_timeout', true],
]

for (const [why, more, about, fault] of REFUSED) {
  test(`refuses ${why}`, async () => {
    const { place, phone, phones } = company()
    const { status, json } = await place(more)
    assert.equal(status, 400)
    assert.match(json.error, new RegExp(`^Invalid ${about}: `))
    assert.match(json.api_id, UUID)
    assert.equal(phones.violations.length, fault ? 1 : 0)
    assert.equal(phone.calls.length, 0)
  })
}

test('refuses a stranger, a form, and a path without its last slash', async () => {
  const { ask, known } = company()
  assert.equal((await ask('POST', `${API}/Call/`, CALL, null)).status, 401)
  const form = new URLSearchParams({ to: CALL.to })
  assert.equal((await ask('POST', `${API}/Call/`, form, `${ACCOUNT.authId}:a-token`)).status, 415)
  assert.equal((await known('POST', 'Call', CALL)).status, 404)
})

const html = () => new Response(BYE, { headers: { 'content-type': 'text/html' } })
const speak = (attributes: string, words = 'Hello.') => `<Response><Speak ${attributes}>${words}</Speak></Response>`
const input = (attributes: string) => `<Response><GetInput ${attributes} log="false"/></Response>`
const LOUD: [why: string, answer: string | (() => Response), code: number][] = [
  ['a page', html, 8011],
  ['verbs of Twilio', '<Response><Say>Hello.</Say></Response>', 8011],
  ['an input without an action', input(''), 8011],
  ['a relative action', input('action="/keys"'), 8011],
  ['an answer that would be thrown away', input(`action="${APP}/keys" redirect="false"`), 8011],
  ['too short a time', input(`action="${APP}/keys" executionTimeout="4"`), 8011],
  ['an attribute it does not know', input(`action="${APP}/keys" timeout="8"`), 8011],
  [
    'a wait within an input',
    `<Response><GetInput action="${APP}/keys" log="false"><Wait/></GetInput></Response>`,
    8011,
  ],
  ['a language its plain voice does not speak', speak('language="ja-JP"'), 8011],
  ['a voice that Plivo does not have', speak('voice="Polly.Joanna-Neural"'), 8011],
  ['markup for a plain voice', speak('', 'Hello.<break time="1s"/>'), 8011],
  ['too much to say', speak('', 'a'.repeat(3001)), 8011],
  ['broken XML', '<Response>', 8011],
  ['100 KB', `<Response><!--${'x'.repeat(102_400)}--></Response>`, 8011],
  ['a page that is not there', () => new Response(null, { status: 404 }), 7011],
]

for (const [why, answer, code] of LOUD) {
  test(`is loud about ${why}`, async () => {
    const { place, phone, phones, at, codes } = company({ ...TALK, '/answer': answer })
    await place()
    await phone.answers()
    assert.equal(await phone.ends(), 'application_error')
    await phones.settled()
    assert.deepEqual(codes(), [code])
    const last = formOf(at('/status').at(-1)!)
    assert.deepEqual([last.HangupCauseCode, last.HangupSource], [String(code), 'Error'])
  })
}

test('what is wrong with the answer to keys has a number of its own', async () => {
  const { place, phone, codes } = company({ ...TALK, '/keys': html })
  await place()
  await phone.answers()
  await phone.keys('1')
  assert.equal(await phone.ends(), 'application_error')
  assert.deepEqual(codes(), [8012])
})

test('keys that would stand in its logs are a fault, though the call goes on', async () => {
  const { place, phone, phones } = company({ ...TALK, '/answer': ASK.replace(' log="false"', '') })
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  await phone.ends()
  assert.equal(phones.violations.length, 1)
  assert.match(phones.violations[0]!.message, /log/)
})

test('a fallback is fetched for an app that cannot be reached', async () => {
  const { place, phone, codes } = company({ '/answer': () => new Response(null, { status: 500 }), '/fallback': BYE })
  await place({ fallback_url: `${APP}/fallback` })
  await phone.answers()
  await phone.hears(/Goodbye/)
  assert.equal(await phone.ends(), 'completed')
  assert.deepEqual(codes(), [7011])
})

test('a text is taken, and its receipts are signed without their body', async () => {
  const { text, phone, phones, at } = company()
  const { status, json } = await text({ log: false })
  assert.equal(status, 202)
  await phone.receives(/481516/)
  await phones.settled()
  const came = at('/receipt')
  assert.deepEqual(
    came.map((one) => formOf(one).Status),
    ['queued', 'sent', 'delivered'],
  )
  assert.deepEqual(
    came.map((one) => formOf(one).MessageUUID),
    Array(3).fill(json.message_uuid[0]),
  )
  for (const { url, headers } of came) {
    const nonce = headers.get('x-plivo-signature-v2-nonce') ?? ''
    assert.equal(headers.get('x-plivo-signature-v2'), signV2('a-token', url, nonce))
    assert.equal(headers.get('x-plivo-signature-v3'), null)
  }
  assert.deepEqual(phones.violations, [])
})

for (const [receipt, state, code] of [
  ['landline', 'undelivered', '50'],
  ['carrier_failed', 'failed', '20'],
] as const) {
  test(`a text to a number that is ${receipt} fails with a code, which can be looked up`, async () => {
    const { text, phone, phones, at, known } = company()
    phone.reports(receipt)
    const { json } = await text()
    await phones.settled()
    const last = formOf(at('/receipt').at(-1)!)
    assert.deepEqual([last.Status, last.ErrorCode], [state, code])
    const found = await known('GET', `Message/${json.message_uuid[0]}/`)
    assert.deepEqual([found.json.message_state, found.json.error_code], [state, code])
    assert.equal((await known('GET', 'Message/none/')).status, 404)
  })
}

test('a text has half the room where its letters are not in the small alphabet', async () => {
  const { text, phone } = company()
  assert.equal((await text({ text: 'é'.repeat(1600) })).status, 202)
  assert.equal((await text({ text: 'ę'.repeat(737) })).status, 202)
  assert.equal((await text({ text: 'ę'.repeat(738) })).status, 400)
  assert.equal(phone.messages.length, 2)
})

test('an injected refusal is answered in this carrier’s form', async () => {
  const { place, phones, phone } = company()
  phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } })
  assert.equal((await place()).json.error, 'to parameter is not valid')
  phones.injectFaults({ requests: { refuse: null, garbage: true } })
  assert.equal((await place()).json, null)
  phones.injectFaults({ requests: { garbage: false, loseAnswer: true }, status: { double: true } })
  await assert.rejects(place(), /connection broke/)
  await phone.rings()
})
