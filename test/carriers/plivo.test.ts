import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Blame, CarrierEvent, EndCause, IncomingWebhook, WebhookKind } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { type PlivoSettings, plivo } from '../../src/carriers/plivo/plivo.ts'
import { LOCALES } from '../../src/domain/locale.ts'
import type { Script } from '../../src/domain/script.ts'
import { contract } from './contract.ts'
import { elements, type Read, read } from './read-xml.ts'
import {
  ACCOUNT,
  CALL,
  fakeCarrierApi,
  form,
  jsonRequest,
  MESSAGE,
  neverAborted,
  noRequestAllowed,
  type Subject,
  signed,
  URLS,
  unsigned,
  withHeaders,
} from './subject.ts'

const TOKEN = 'Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4'
const NONCE = '31627761595286130198'
const REF = '3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36'
const refs = [REF]

// The parameters of the vectors in github.com/plivo/plivo-go, utils_test.go
const ANSWER = {
  Direction: 'outbound',
  From: '19792014278',
  ALegUUID: REF,
  CallStatus: 'in-progress',
  BillRate: '0.002',
  ParentAuthID: 'MANWVLYTK4ZWU1YTY4QA',
  To: 'sip:PlivoSignature382029104058171078704104@phone-qa.voice.plivodev.com',
  ALegRequestUUID: REF,
  CallUUID: REF,
  RequestUUID: REF,
  'SIP-H-To': '<sip:PlivoSignature382029104058171078704104@52.9.11.55;transport=udp>;tag=1',
  SessionStart: '2020-04-08 11:34:33.238707',
  Event: 'StartApp',
}

function recorded(about: string, kind: WebhookKind, fields: Record<string, string>, event: CarrierEvent) {
  return { about, kind, event, ...form(fields) }
}

function sign({ url, body, kind }: IncomingWebhook, token = TOKEN): Record<string, string> {
  const mac = (text: string) => createHmac('sha256', token).update(text).digest('base64')
  const { origin, pathname, searchParams } = new URL(url)
  if (kind === 'receipt') {
    return { 'X-Plivo-Signature-V2': mac(`${origin}${pathname}${NONCE}`), 'X-Plivo-Signature-V2-Nonce': NONCE }
  }
  searchParams.sort()
  const fields = new URLSearchParams(body)
  fields.sort()
  const query = [...searchParams].map((pair) => pair.join('=')).join('&')
  const posted = [...fields].map((pair) => pair.join('')).join('')
  // A body of `=` has a field, though nothing is in it.
  const mark = query || fields.size > 0 ? '?' : ''
  const text = `${origin}${pathname}${mark}${query}${query && fields.size > 0 ? '.' : ''}${posted}.${NONCE}`
  return { 'X-Plivo-Signature-V3': mac(text), 'X-Plivo-Signature-V3-Nonce': NONCE }
}

function make(fetch: Fetch, authTokens = [TOKEN, 'the one before'], more: Partial<PlivoSettings> = {}) {
  const account = { ...ACCOUNT, powerpackUuid: null, authId: 'MA123', authTokens, baseUrl: 'https://api.plivo.test' }
  return plivo({ ...account, fetch, ...more })
}

function hangup(more: Record<string, string>) {
  return { ...ANSWER, Event: 'Hangup', HangupCause: 'X', HangupSource: 'Callee', Duration: '21', ...more }
}

const FAILED = { Status: 'failed', MessageUUID: 'm-1', From: '12025550199', To: '12025550123', Units: '1' }

function message(message_state: string, error_code: string | null) {
  return { status: 200, body: { api_id: 'x', message_uuid: 'm-1', message_state, error_code } }
}

function textFailed(ErrorCode: string, blame: Blame) {
  const event: CarrierEvent = { type: 'undelivered', refs: ['m-1'], ...blame, why: `error ${ErrorCode}` }
  return recorded(`a message that failed with ${ErrorCode}`, 'receipt', { ...FAILED, ErrorCode }, event)
}

const subject: Subject = {
  make,
  sign,
  signsBody: true,
  refusalStatus: 403,
  acknowledgeStatus: 200,
  webhooks: [
    recorded('an answer', 'answer', ANSWER, { type: 'answered', refs }),
    recorded(
      'a ringing phone',
      'status',
      { ...ANSWER, Event: 'Ring', CallStatus: 'ringing' },
      { type: 'ringing', refs },
    ),
    recorded('keys', 'turn', { ...ANSWER, InputType: 'dtmf', Digits: '123' }, { type: 'dtmf', refs, digits: '123' }),
    recorded('a finish key alone', 'turn', { ...ANSWER, Digits: '#' }, { type: 'dtmf', refs, digits: '#' }),
    // docs.plivo.com/docs/voice/xml/getinput: no action after silence, so this is the request of our own redirect.
    recorded('a silence', 'turn', { ...ANSWER, Event: 'Redirect' }, { type: 'dtmf', refs, digits: '' }),
    recorded('an end', 'status', hangup({ CallStatus: 'completed', HangupCauseCode: '4000' }), {
      type: 'ended',
      refs,
      cause: 'completed',
    }),
    recorded(
      'an end, with how long the call lasted',
      'status',
      hangup({
        CallStatus: 'no-answer',
        HangupCauseCode: '3000',
        StartTime: '2020-04-08 11:34:33.238707',
        EndTime: '2020-04-08 11:34:33.738707',
      }),
      { type: 'ended', refs, cause: 'no_answer', seconds: 0.5, why: 'hangup cause 3000' },
    ),
    // An application's hangup_url is its answer_url unless it is set: docs.plivo.com/docs/voice/api/call/make-a-call
    recorded(
      'a failure of a call that was answered',
      'status',
      hangup({ CallStatus: 'failed', HangupCauseCode: '0', AnswerTime: '2026-01-05 12:00:03' }),
      { type: 'ended', refs, cause: 'failed', rang: true },
    ),
    recorded('an end in the place of an answer', 'answer', hangup({ CallStatus: 'busy', HangupCauseCode: '3010' }), {
      type: 'ended',
      refs,
      cause: 'busy',
      why: 'hangup cause 3010',
    }),
    recorded(
      'a machine',
      'detection',
      { ...ANSWER, Event: 'MachineDetection', Machine: 'true', IfMachine: 'continue' },
      { type: 'detected', refs, machine: true },
    ),
    recorded('a detection of nothing', 'detection', ANSWER, { type: 'irrelevant', refs }),
    recorded('an answer that could not be played', 'fallback', ANSWER, { type: 'document_failed', refs }),
    recorded('an event yet to be invented', 'status', { ...ANSWER, Event: 'Teleported' }, { type: 'irrelevant', refs }),
    recorded('an event of no call', 'answer', { Event: 'StartApp' }, { type: 'irrelevant', refs: [] }),
    recorded(
      'a call of four names',
      'answer',
      { RequestUUID: 'r', CallUUID: 'c', ALegUUID: 'a', ALegRequestUUID: 'ar', ParentCallUUID: '<p>' },
      { type: 'answered', refs: ['c', 'r', 'ar', 'a'] },
    ),
    // docs.plivo.com/docs/messaging/api/message/callbacks
    recorded('a message on its way', 'receipt', { ...FAILED, Status: 'sent' }, { type: 'sent', refs: ['m-1'] }),
    recorded('a message in a queue', 'receipt', { ...FAILED, Status: 'queued' }, { type: 'irrelevant', refs: ['m-1'] }),
    recorded(
      'a message that arrived',
      'receipt',
      { ...FAILED, Status: 'delivered', ErrorCode: '000' },
      { type: 'delivered', refs: ['m-1'] },
    ),
    recorded(
      'the price of a message of three segments',
      'receipt',
      { ...FAILED, Status: 'delivered', ErrorCode: '000', Units: '3', TotalRate: '0.00350', TotalAmount: '0.01050' },
      { type: 'delivered', refs: ['m-1'], price: { amount: 0.0105, segments: 3 } },
    ),
    // plivo.com/docs/messaging/troubleshooting/error-codes
    recorded(
      'a message to no number',
      'receipt',
      { ...FAILED, ErrorCode: '50' },
      { type: 'undelivered', refs: ['m-1'], blame: 'number', why: 'error 50' },
    ),
    textFailed('30', { blame: 'carrier', cause: 'filtered' }),
    textFailed('70', { blame: 'number', cause: 'number_unknown' }),
    textFailed('80', { blame: 'number', cause: 'handset_off' }),
    textFailed('90', { blame: 'carrier' }),
    textFailed('200', { blame: 'number', cause: 'opted_out' }),
    recorded(
      'a message that was rejected for prose',
      'receipt',
      { ...FAILED, Status: 'rejected', ErrorCode: '+12025550123' },
      { type: 'undelivered', refs: ['m-1'], blame: 'carrier', why: 'no error code' },
    ),
  ],
  keysPayload: (digits) => form({ ...ANSWER, InputType: 'dtmf', ...(digits === null ? {} : { Digits: digits }) }),
  place: {
    done: { status: 201, body: { message: 'call fired', request_uuid: REF, api_id: 'x' }, ref: REF },
    // docs.plivo.com/docs/voice/api/response
    failures: [
      { about: 'a list of one', status: 201, body: { request_uuid: [] }, is: 'unknown' },
      { about: 'a list of two', status: 201, body: { request_uuid: [REF, 'b'] }, is: 'unknown' },
      { about: 'an error beside a name', status: 201, body: { request_uuid: REF, error: 'oh' }, is: 'unknown' },
      { about: 'a number that is none', status: 400, body: { error: 'to number is invalid' }, is: 'number' },
      { about: 'a number of ours that is none', status: 400, body: { error: 'from number is invalid' }, is: 'carrier' },
      { about: 'a parameter', status: 400, body: { error: 'invalid answer_url' }, is: 'carrier' },
      { about: 'an account without credit', status: 402, body: { error: 'top up' }, is: 'carrier' },
      { about: 'a country that is shut', status: 403, body: { error: 'to is not valid here' }, is: 'carrier' },
      { about: 'an error of a wrong type', status: 400, body: { error: { toString: 1 } }, is: 'carrier' },
    ],
  },
  sendSms: {
    done: { status: 202, body: { message: 'message(s) queued', message_uuid: ['m-1'], api_id: 'x' }, ref: 'm-1' },
    failures: [
      { about: 'a list of two', status: 202, body: { message_uuid: ['m-1', 'm-2'] }, is: 'unknown' },
      { about: 'a number that is none', status: 400, body: { error: 'invalid dst' }, is: 'number' },
      // docs.plivo.com/docs/messaging/concepts/destination-number-validation
      {
        about: 'a number that takes no messages',
        status: 400,
        body: { error: '12025550123 is not a valid phone number' },
        is: 'number',
      },
      {
        about: 'a number of ours that is none',
        status: 400,
        body: { error: '12025550199 is not a valid phone number' },
        is: 'carrier',
      },
    ],
  },
  hangUp: { ref: REF, done: { status: 204, body: '' }, over: [{ status: 404, body: { error: 'not found' } }] },
  findMessage: {
    ref: 'm-1',
    url: 'https://api.plivo.test/v1/Account/MA123/Message/m-1/',
    // docs.plivo.com/docs/messaging/api/message/retrieve-a-message
    cases: [
      { about: 'on its way', answer: message('sent', null), is: { type: 'sent' } },
      { about: 'delivered', answer: message('delivered', '000'), is: { type: 'delivered' } },
      {
        about: 'a phone that is off',
        answer: message('undelivered', '80'),
        is: { type: 'undelivered', blame: 'number', cause: 'handset_off', why: 'error 80' },
      },
      { about: 'in the queue', answer: message('queued', null), is: null },
      { about: 'no such message', answer: { status: 404, body: { error: 'not found' } }, is: null },
    ],
  },
  findCall: [
    // docs.plivo.com/docs/voice/api/call/retrieve-a-call
    { about: 'in the queue', ref: REF, answer: live('queued'), is: { type: 'seen', ref: REF, state: 'placing' } },
    { about: 'ringing', ref: REF, answer: live('ringing'), is: { type: 'seen', ref: REF, state: 'ringing' } },
    { about: 'answered', ref: REF, answer: live('in-progress'), is: { type: 'seen', ref: REF, state: 'answered' } },
    {
      about: 'over',
      ref: REF,
      answer: { status: 200, body: { call_uuid: REF, call_state: 'ANSWER', hangup_cause_code: 4000, end_time: 'x' } },
      is: { type: 'seen', ref: REF, state: 'ended', cause: 'completed' },
    },
    {
      about: 'over without a cause',
      ref: REF,
      answer: { status: 200, body: { call_uuid: REF, end_time: '2026-08-18 15:54:25' } },
      is: { type: 'seen', ref: REF, state: 'ended', cause: 'failed' },
    },
    { about: 'a state yet to be invented', ref: REF, answer: live('constructor'), is: { type: 'unknown' } },
    { about: 'nowhere', ref: REF, answer: { status: 404, body: { error: 'not found' } }, is: { type: 'absent' } },
    { about: 'a page that is not there', ref: REF, answer: { status: 404, body: '<html>' }, is: { type: 'unknown' } },
  ],
  listCalls: null,
}

function live(call_status: string) {
  return { status: 200, body: { call_status, call_uuid: REF, direction: 'outbound', session_start: 'x' } }
}

contract('plivo', subject)

// github.com/plivo/plivo-go utils_test.go, github.com/plivo/plivo-ruby spec/signature_spec.rb
describe('the published signatures', () => {
  const page = 'https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml'
  const asked = new URLSearchParams(ANSWER).toString()
  const vectors: [method: string, url: string, body: string, signature: string][] = [
    ['POST', `${page}/?a=b&c=d`, asked, 'k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c='],
    ['GET', `${page}/?a=b&c=d&${asked}`, '', 'UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ='],
    ['POST', page, asked, 'iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0='],
    ['GET', `${page}?${asked}`, '', 'i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc='],
  ]

  for (const [method, url, body, signature] of vectors) {
    const incoming: IncomingWebhook = { kind: 'answer', method, url, body, headers: new Headers() }
    const proof = { 'X-Plivo-Signature-V3': signature, 'X-Plivo-Signature-V3-Nonce': NONCE }
    const accepts = async (headers: Record<string, string>, tokens?: string[], more: Partial<IncomingWebhook> = {}) =>
      (await make(noRequestAllowed, tokens).receive(withHeaders({ ...incoming, ...more }, headers))) !== null

    test(`${method} ${url.slice(0, 90)}`, async () => {
      assert.ok(await accepts(proof))
      assert.ok(await accepts(proof, ['a newer one', TOKEN]))
      assert.ok(await accepts({ ...proof, 'X-Plivo-Signature-V3': `bm9wZQ==, ${signature}` }))
      assert.ok(await accepts({ 'X-Plivo-Signature-Ma-V3': signature, 'X-Plivo-Signature-V3-Nonce': NONCE }))
      assert.ok(await accepts(proof, undefined, { url: `${url}#rc=2` }), 'a fragment is not sent, and not signed')

      assert.ok(!(await accepts(proof, ['a newer one'])))
      assert.ok(!(await accepts({ 'X-Plivo-Signature-V3': signature })))
      assert.ok(!(await accepts({ ...proof, 'X-Plivo-Signature-V3': '' })))
      if (method === 'POST') assert.ok(!(await accepts(proof, undefined, { method: 'GET' })))
      assert.ok(!(await accepts(proof, undefined, { method: 'PUT' })))
      assert.ok(!(await accepts(proof, undefined, { url: url.replace('https', 'http') })))
    })
  }

  test('messages are signed without their body, calls never', async () => {
    const proof = {
      'X-Plivo-Signature-V2': 'ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=',
      'X-Plivo-Signature-V2-Nonce': '12345',
    }
    const carrier = make(noRequestAllowed, ['my_auth_token'])
    const accepts = async (kind: WebhookKind, url: string) =>
      (await carrier.receive(withHeaders({ ...unsigned(kind, form(ANSWER)), url }, proof))) !== null
    assert.ok(await accepts('receipt', 'https://answer.url'))
    assert.ok(await accepts('receipt', 'https://answer.url?any=query'))
    assert.ok(!(await accepts('receipt', 'https://answer.url/')))
    for (const kind of ['answer', 'turn', 'status', 'detection', 'fallback'] as const) {
      assert.ok(!(await accepts(kind, 'https://answer.url')), kind)
    }
  })

  test('an empty token is no key', async () => {
    const incoming = unsigned('answer', form(ANSWER))
    const forged = withHeaders(incoming, sign(incoming, ''))
    assert.equal(await make(noRequestAllowed, [TOKEN, '']).receive(forged), null)
  })
})

test('the request for a call', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.place.done)
  await make(fetch).place(CALL, neverAborted())
  const { url, headers, body } = jsonRequest(asked)
  assert.equal(url, 'https://api.plivo.test/v1/Account/MA123/Call/')
  assert.equal(headers.get('Authorization'), `Basic ${btoa(`MA123:${TOKEN}`)}`)
  assert.equal(headers.get('Content-Type'), 'application/json')
  assert.deepEqual(body, {
    from: '12025550199',
    to: '12025550123',
    answer_url: URLS.answer,
    answer_method: 'POST',
    ring_url: URLS.status,
    ring_method: 'POST',
    hangup_url: URLS.status,
    hangup_method: 'POST',
    fallback_url: URLS.fallback,
    fallback_method: 'POST',
    ring_timeout: 25,
    hangup_on_ring: 25,
    time_limit: 180,
  })
})

test('the request with detection and an extension', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.place.done)
  await make(fetch).place({ ...CALL, detect: true, extension: 'w12,3' }, neverAborted())
  const { body } = jsonRequest(asked)
  // Its own address is what makes it asynchronous: docs.plivo.com/docs/voice/concepts/answering-machine-detection
  assert.equal(body.machine_detection, 'true')
  assert.equal(body.machine_detection_url, URLS.detection)
  assert.equal(body.machine_detection_method, 'POST')
  assert.equal(body.send_digits, 'w12wwww3')
})

test('a list of one id is that id', async () => {
  const { fetch } = fakeCarrierApi({ status: 201, body: { request_uuid: [REF] } })
  assert.deepEqual(await make(fetch).place(CALL, neverAborted()), { type: 'placed', ref: REF })
})

test('the request for a message, which keeps the code out of the logs', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.sendSms.done)
  await make(fetch).sendSms(MESSAGE, neverAborted())
  const { url, body } = jsonRequest(asked)
  assert.equal(url, 'https://api.plivo.test/v1/Account/MA123/Message/')
  assert.deepEqual(body, {
    src: '12025550199',
    dst: '12025550123',
    text: MESSAGE.body,
    url: MESSAGE.receiptUrl,
    method: 'POST',
    log: false,
  })
})

test('hangUp ends a call, or a request that is no call yet, or has just become one', async () => {
  const call = 'DELETE https://api.plivo.test/v1/Account/MA123/Call/a%2Fb/'
  const request = 'DELETE https://api.plivo.test/v1/Account/MA123/Request/a%2Fb/'
  const asked = async (...statuses: number[]) => {
    const seen: string[] = []
    const fetch: Fetch = async (url, { method }) => {
      seen.push(`${method} ${url}`)
      return new Response(null, { status: statuses[seen.length - 1]! })
    }
    await make(fetch).hangUp('a/b', neverAborted())
    return seen
  }
  assert.deepEqual(await asked(204), [call])
  assert.deepEqual(await asked(404, 204), [call, request])
  assert.deepEqual(await asked(404, 404, 204), [call, request, call])
  await assert.rejects(asked(404, 500))
})

test('findCall asks for live, ended and queued calls', async () => {
  const seen: string[] = []
  const fetch: Fetch = async (url) => {
    seen.push(url.replace('https://api.plivo.test/v1/Account/MA123/', ''))
    return seen.length < 3 ? Response.json({ error: 'not found' }, { status: 404 }) : Response.json(live('queued').body)
  }
  const lookup = await make(fetch).findCall('r', neverAborted())
  assert.deepEqual(seen, ['Call/r/?status=live', 'Call/r/', 'Call/r/?status=queued'])
  assert.deepEqual(lookup, { type: 'seen', ref: 'r', state: 'placing' })
})

// docs.plivo.com/docs/voice/troubleshooting/hangup-causes, docs.plivo.com/docs/voice/xml/request/call-status
const CAUSES: [code: string | null, status: string, cause: EndCause][] = [
  ['4000', 'completed', 'completed'],
  ['4010', 'completed', 'completed'],
  [null, 'completed', 'completed'],
  ['0', 'completed', 'completed'],
  ['3000', 'no-answer', 'no_answer'],
  ['6010', 'timeout', 'no_answer'],
  [null, 'no-answer', 'no_answer'],
  // hangup_on_ring: the call is canceled by us, unanswered.
  ['1000', 'no-answer', 'no_answer'],
  ['1000', 'cancel', 'canceled'],
  ['1000', 'completed', 'canceled'],
  ['3010', 'busy', 'busy'],
  [null, 'busy', 'busy'],
  ['3020', 'no-answer', 'rejected'],
  ['2000', 'failed', 'number_unknown'],
  ['2010', 'failed', 'unreachable'],
  ['1010', 'failed', 'failed'],
  ['1020', 'failed', 'failed'],
  ['2030', 'failed', 'failed'],
  ['2040', 'failed', 'failed'],
  // Our URL or document failed: the call was answered, and the person heard nothing of ours.
  ['7011', 'completed', 'document_failed'],
  ['8011', 'completed', 'document_failed'],
  ['5030', 'completed', 'failed'],
  [null, 'failed', 'failed'],
  ['__proto__', 'constructor', 'failed'],
]

for (const [code, status, cause] of CAUSES) {
  test(`a call that ends with ${code}, ${status} is ${cause}`, async () => {
    const fields = hangup({ CallStatus: status, ...(code === null ? {} : { HangupCauseCode: code }) })
    const event = await make(noRequestAllowed).receive(signed(subject, 'status', form(fields)))
    const isNamed = cause !== 'completed' && /^\d{4}$/.test(code ?? '')
    assert.deepEqual(event, { type: 'ended', refs, cause, ...(isNamed && { why: `hangup cause ${code}` }) })
  })
}

test('no body makes it throw', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ unit: 'binary' }), fc.webQueryParameters()),
      fc.constantFrom<WebhookKind[]>('answer', 'turn', 'status', 'detection', 'receipt'),
      async (body, kind) => {
        assert.ok(await make(noRequestAllowed).receive(signed(subject, kind, { contentType: 'text/plain', body })))
      },
    ),
  )
})

const LISTEN: Script = {
  locale: 'en-US',
  say: ['Press 1.', { pause: 400 }, 'Or 9.'],
  then: 'listen',
  turn: 2,
  gather: { max: 1, finish: null, reportKey: null, seconds: 8, secondsBetween: 5 },
}

// docs.plivo.com/docs/voice/xml/getinput: after a silence the next element runs; digits are logged unless `log` is false.
test('a question is a GetInput, with a redirect to the same turn for a silence', async () => {
  const input = {
    action: URLS.turn(2),
    method: 'POST',
    inputType: 'dtmf',
    numDigits: '1',
    executionTimeout: '8',
    digitEndTimeout: '5',
    finishOnKey: 'none',
    redirect: 'true',
    log: 'false',
  }
  const said = ['Press 1. ', { name: 'break', attributes: { time: '400ms' }, children: [] }, 'Or 9. ']
  const spoken = { name: 'Speak', attributes: { voice: 'Polly.Joanna', language: 'en-US' }, children: said }
  assert.deepEqual(await document(LISTEN), {
    name: 'Response',
    attributes: {},
    children: [
      { name: 'GetInput', attributes: input, children: [spoken] },
      { name: 'Redirect', attributes: { method: 'POST' }, children: [URLS.turn(2)] },
    ],
  })
})

test('executionTimeout grows with the length of the code, within its limits', async () => {
  const seconds = async (max: number, first: number) => {
    const gather = { max, finish: '#', reportKey: null, seconds: first, secondsBetween: 5 } as const
    const code = await document({ ...LISTEN, gather })
    assert.equal(elements(code)[1]!.attributes.finishOnKey, '#')
    return elements(code)[1]!.attributes.executionTimeout
  }
  assert.equal(await seconds(6, 10), '15')
  assert.equal(await seconds(1, 2), '5')
  assert.equal(await seconds(8, 60), '60')
})

// docs.plivo.com/docs/voice/xml/getinput: `Digits` leaves the finish key out, and without digits the action is not called.
test('a report key is no finish key, and the wait between two keys is kept within its limits', async () => {
  const attributes = async (secondsBetween: number) => {
    const gather = { max: 2, finish: null, reportKey: '9', seconds: 5, secondsBetween } as const
    return elements(await document({ ...LISTEN, gather }))[1]!.attributes
  }
  assert.equal((await attributes(3)).finishOnKey, 'none')
  assert.equal((await attributes(3)).digitEndTimeout, '3')
  assert.equal((await attributes(1)).digitEndTimeout, '2')
  assert.equal((await attributes(30)).digitEndTimeout, '10')
})

test('a goodbye hangs up, and a wait redirects', async () => {
  const shape = async (script: Script) => elements(await document(script)).map(({ name }) => name)
  assert.deepEqual(await shape({ locale: 'de-DE', say: ['Tschüss.'], then: 'hang_up' }), [
    'Response',
    'Speak',
    'Hangup',
  ])
  const hold: Script = { locale: 'de-DE', say: ['Moment.'], then: 'come_back' }
  assert.deepEqual(await shape(hold), ['Response', 'Speak', 'Wait', 'Redirect'])
  assert.deepEqual(elements(await document(hold)).at(-1)!.children, [URLS.answer])
  assert.deepEqual(await shape({ locale: 'en-US', say: ['\u0000 '], then: 'hang_up' }), ['Response', 'Hangup'])
})

// docs.plivo.com/docs/voice/concepts/ssml: breaks need a Polly voice.
test('each locale has a Polly voice', async () => {
  for (const locale of LOCALES) {
    const { attributes }: Read = elements(await document({ ...LISTEN, locale }))[2]!
    assert.match(attributes.voice!, /^Polly\.[A-Z][a-z]+$/)
    assert.equal(attributes.language, locale === 'es-MX' ? 'es-US' : locale)
    assert.equal(make(noRequestAllowed).resolveVoiceLocale(locale), locale)
  }
})

async function document(script: Script) {
  return read(await make(noRequestAllowed).reply(script, URLS).text())
}

// docs.plivo.com/docs/messaging/api/message/send-a-message: src is a number, a short code or a name, or a Powerpack instead.
test('a message is sent by the sender of the settings, unless the challenge has one', async () => {
  const senderOf = async (settings: Partial<PlivoSettings>, from: typeof MESSAGE.from) => {
    const { fetch, asked } = fakeCarrierApi(subject.sendSms.done)
    await make(fetch, [TOKEN], settings).sendSms({ ...MESSAGE, from }, neverAborted())
    const { src, powerpack_uuid } = jsonRequest(asked).body
    return { src, powerpack_uuid }
  }
  const powerpackUuid = '86bbb125-97bb-4d72-89fd-81d5c515b015'
  assert.deepEqual(await senderOf({ smsFrom: 'Saltmarsh' }, null), { src: 'Saltmarsh', powerpack_uuid: undefined })
  assert.deepEqual(await senderOf({ powerpackUuid }, null), { src: undefined, powerpack_uuid: powerpackUuid })
  assert.deepEqual(await senderOf({ powerpackUuid }, '+12025550177'), { src: '12025550177', powerpack_uuid: undefined })
})
