import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bandwidth } from '../../src/carriers/bandwidth/bandwidth.ts'
import type { Blame, CarrierEvent, EndCause, WebhookKind } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { LOCALES } from '../../src/domain/locale.ts'
import type { Script } from '../../src/domain/script.ts'
import { contract } from './contract.ts'
import { elements, type Read, read } from './read-xml.ts'
import {
  ACCOUNT,
  CALL,
  fakeCarrierApi,
  jsonRequest,
  MESSAGE,
  neverAborted,
  noRequestAllowed,
  type Subject,
  signed,
  URLS,
  unsigned,
} from './subject.ts'

const REF = 'c-95ac8d6e-1a31c52e-b38f-4198-93c1-51633ec68f8d'
const refs = [REF]
const credentials = { username: 'u', password: 'p' }

// dev.bandwidth.com/docs/voice/webhooks/answer
const EVENT = {
  eventTime: '2019-06-20T15:54:25.435Z',
  accountId: '55555555',
  applicationId: '7fc9698a-b04a-468b-9e8f-91238c0d0086',
  from: '+12025550199',
  to: '+12025550123',
  direction: 'outbound',
  callId: REF,
  callUrl: `https://voice.bandwidth.com/api/v2/accounts/55555555/calls/${REF}`,
  startTime: '2019-06-20T15:54:22.234Z',
  answerTime: '2019-06-20T15:54:25.432Z',
  tag: 'dlv_V1StGXR8',
}

function voiceEvent(eventType: string, more: object = {}) {
  return json({ eventType, ...EVENT, ...more })
}

function json(value: unknown) {
  return { contentType: 'application/json', body: JSON.stringify(value) }
}

function recorded(about: string, kind: WebhookKind, payload: ReturnType<typeof json>, event: CarrierEvent) {
  return { about, kind, event, ...payload }
}

function failure(type: string, description = '') {
  return { type, description, id: '5e2e6c3c-7d5f-4a2b-a9d3-6f8a3f6a2b11' }
}

function make(fetch: Fetch, smsFrom: string | null = null) {
  return bandwidth({
    ...ACCOUNT,
    smsFrom,
    accountId: '55555555',
    username: 'api',
    password: 'secret',
    voiceApplicationId: 'voice-app',
    messagingApplicationId: 'messaging-app',
    callbackUsername: 'u',
    callbackPasswords: ['p', 'the one before'],
    voiceBaseUrl: 'https://voice.bandwidth.test/api/v2',
    messagingBaseUrl: 'https://messaging.bandwidth.test/api/v2',
    fetch,
  })
}

const subject: Subject = {
  make,
  sign: (_, secret = 'p') => ({ Authorization: `Basic ${btoa(`u:${secret}`)}` }),
  signsBody: false,
  refusalStatus: 401,
  acknowledgeStatus: 204,
  webhooks: [
    recorded('an answer', 'answer', voiceEvent('answer'), { type: 'answered', refs }),
    recorded('a redirect', 'answer', voiceEvent('redirect'), { type: 'answered', refs }),
    // dev.bandwidth.com/docs/voice/webhooks/gather: both fields may be empty, or missing.
    recorded('keys', 'turn', voiceEvent('gather', { digits: '123', terminatingDigit: '#' }), {
      type: 'dtmf',
      refs,
      digits: '123',
    }),
    recorded('a silence', 'turn', voiceEvent('gather', { digits: '', terminatingDigit: '' }), {
      type: 'dtmf',
      refs,
      digits: '',
    }),
    recorded('a finish key alone', 'turn', voiceEvent('gather', { digits: '#' }), {
      type: 'dtmf',
      refs,
      digits: '#',
    }),
    recorded('keys of a wrong type', 'turn', voiceEvent('gather', { digits: 123 }), {
      type: 'dtmf',
      refs,
      digits: '',
    }),
    recorded('an end', 'status', voiceEvent('disconnect', { cause: 'hangup' }), {
      type: 'ended',
      refs,
      cause: 'completed',
    }),
    recorded(
      'an end, with how long the call lasted',
      'status',
      voiceEvent('disconnect', { cause: 'timeout', endTime: '2019-06-20T15:54:22.734Z' }),
      { type: 'ended', refs, cause: 'no_answer', seconds: 0.5, why: 'timeout' },
    ),
    recorded(
      'a failure of a call that nobody had answered',
      'status',
      voiceEvent('disconnect', { cause: 'error', answerTime: undefined }),
      { type: 'ended', refs, cause: 'failed', why: 'error' },
    ),
    recorded(
      'an end before the beginning',
      'status',
      voiceEvent('disconnect', { cause: 'busy', endTime: '2019-06-20T15:54:00Z' }),
      { type: 'ended', refs, cause: 'busy', why: 'busy' },
    ),
    // dev.bandwidth.com/docs/voice/webhooks/machineDetectionComplete
    ...(
      [
        ['human', { type: 'detected', refs, machine: false }],
        ['answering-machine', { type: 'detected', refs, machine: true }],
        ['silence', { type: 'irrelevant', refs }],
        ['timeout', { type: 'irrelevant', refs }],
        ['error', { type: 'irrelevant', refs }],
      ] as const
    ).map(([value, event]) => {
      const machineDetectionResult = { value, duration: 'PT4.9891287S' }
      const payload = voiceEvent('machineDetectionComplete', { machineDetectionResult })
      return recorded(`a detection of ${value}`, 'detection', payload, { ...event, refs })
    }),
    recorded('an answer that could not be played', 'fallback', voiceEvent('answer'), { type: 'document_failed', refs }),
    recorded('an event yet to be invented', 'status', voiceEvent('teleported'), { type: 'irrelevant', refs }),
    recorded('an event of no call', 'answer', json({ eventType: 'answer' }), { type: 'irrelevant', refs: [] }),
    recorded('a call without a name', 'answer', voiceEvent('answer', { callId: { toString: 1 } }), {
      type: 'irrelevant',
      refs: [],
    }),
    recorded('a list where one event belongs', 'answer', json([EVENT]), { type: 'irrelevant', refs: [] }),
  ],
  keysPayload: (digits) => voiceEvent('gather', digits === null ? {} : { digits, terminatingDigit: '' }),
  place: {
    done: { status: 201, body: { ...EVENT, callId: REF }, ref: REF },
    // dev.bandwidth.com/docs/voice/errors
    failures: [
      {
        about: 'a number that is none',
        status: 400,
        body: failure('validation', 'Invalid to: must be an E164 telephone number'),
        is: 'number',
      },
      {
        about: 'a number of ours that is none',
        status: 400,
        body: failure('validation', 'Invalid from: must be an E164 telephone number'),
        is: 'carrier',
      },
      { about: 'a restricted account', status: 403, body: failure('authorization-error'), is: 'carrier' },
      { about: 'a full queue', status: 429, body: failure('rate-limit'), is: 'carrier' },
      { about: 'an internal error', status: 500, body: failure('internal-error'), is: 'unknown' },
      { about: 'a system with too much to do', status: 503, body: failure('system-overloaded'), is: 'carrier' },
      { about: 'a front with nothing behind it', status: 503, body: '<html>Unavailable</html>', is: 'unknown' },
      { about: 'a description of a wrong type', status: 400, body: { description: { toString: 1 } }, is: 'carrier' },
      { about: 'a name of a wrong type', status: 201, body: { callId: [REF] }, is: 'unknown' },
    ],
  },
  sendSms: {
    done: {
      status: 202,
      body: { id: '1589228074636lm4k2je7j7jklbn2', tag: MESSAGE.tag },
      ref: '1589228074636lm4k2je7j7jklbn2',
    },
    // dev.bandwidth.com/docs/messaging/errors
    failures: [
      {
        about: 'a number that is none',
        status: 400,
        body: { type: 'request-validation', fieldErrors: [{ fieldName: 'to', description: 'must be E164' }] },
        is: 'number',
      },
      {
        about: 'a number of ours that is none',
        status: 400,
        body: { type: 'request-validation', fieldErrors: [{ fieldName: 'from', description: 'must be E164' }, null] },
        is: 'carrier',
      },
    ],
  },
  hangUp: {
    ref: REF,
    done: { status: 200, body: '' },
    over: [
      { status: 404, body: failure('not-found') },
      { status: 409, body: failure('conflict', 'Call cannot be modified in its current state') },
    ],
  },
  findCall: [
    { about: 'queued', ref: REF, answer: state('queued'), is: { type: 'seen', ref: REF, state: 'placing' } },
    { about: 'initiated', ref: REF, answer: state('initiated'), is: { type: 'seen', ref: REF, state: 'ringing' } },
    { about: 'answered', ref: REF, answer: state('answered'), is: { type: 'seen', ref: REF, state: 'answered' } },
    {
      about: 'over',
      ref: REF,
      answer: state('disconnected', 'timeout'),
      is: { type: 'seen', ref: REF, state: 'ended', cause: 'no_answer' },
    },
    // "Additional states may be added in the future": dev.bandwidth.com/apis/voice
    { about: 'a state yet to be invented', ref: REF, answer: state('constructor'), is: { type: 'unknown' } },
    // A record may lag by minutes, so a missing one says nothing.
    { about: 'no record', ref: REF, answer: { status: 404, body: failure('not-found') }, is: { type: 'unknown' } },
  ],
  listCalls: null,
}

function state(state: string, disconnectCause: string | null = null) {
  return { status: 200, body: { ...EVENT, state, disconnectCause } }
}

contract('bandwidth', subject)

test('the request for a call', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.place.done)
  await subject.make(fetch).place(CALL, neverAborted())
  const { url, headers, body } = jsonRequest(asked)
  assert.equal(url, 'https://voice.bandwidth.test/api/v2/accounts/55555555/calls')
  assert.equal(headers.get('Authorization'), `Basic ${btoa('api:secret')}`)
  assert.equal(headers.get('Content-Type'), 'application/json')
  assert.deepEqual(body, {
    applicationId: 'voice-app',
    from: '+12025550199',
    to: '+12025550123',
    tag: 'dlv_V1StGXR8',
    callTimeout: 25,
    callbackTimeout: 5,
    answerUrl: URLS.answer,
    answerMethod: 'POST',
    username: 'u',
    password: 'p',
    answerFallbackUrl: URLS.fallback,
    answerFallbackMethod: 'POST',
    fallbackUsername: 'u',
    fallbackPassword: 'p',
    disconnectUrl: URLS.status,
    disconnectMethod: 'POST',
  })
})

test('the request with detection, which is asynchronous', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.place.done)
  await subject.make(fetch).place({ ...CALL, detect: true }, neverAborted())
  assert.deepEqual(jsonRequest(asked).body.machineDetection, {
    mode: 'async',
    callbackUrl: URLS.detection,
    callbackMethod: 'POST',
    ...credentials,
  })
})

test('a call with an extension is refused', async () => {
  const placement = await subject.make(noRequestAllowed).place({ ...CALL, extension: 'w12' }, neverAborted())
  assert.equal(placement.type === 'refused' && placement.blame, 'carrier')
})

test('the requests for a message, a hang-up and a look-up', async () => {
  const message = fakeCarrierApi(subject.sendSms.done)
  await subject.make(message.fetch).sendSms(MESSAGE, neverAborted())
  assert.equal(jsonRequest(message.asked).url, 'https://messaging.bandwidth.test/api/v2/users/55555555/messages')
  assert.deepEqual(jsonRequest(message.asked).body, {
    applicationId: 'messaging-app',
    from: '+12025550199',
    to: ['+12025550123'],
    text: MESSAGE.body,
    tag: 'dlv_V1StGXR8',
  })

  const call = fakeCarrierApi(subject.hangUp.done)
  await subject.make(call.fetch).hangUp('../x', neverAborted())
  assert.equal(jsonRequest(call.asked).url, 'https://voice.bandwidth.test/api/v2/accounts/55555555/calls/..%2Fx')
  assert.deepEqual(jsonRequest(call.asked).body, { state: 'completed' })

  const look = fakeCarrierApi(state('answered'))
  await subject.make(look.fetch).findCall(REF, neverAborted())
  assert.equal(look.asked[0]!.url, `https://voice.bandwidth.test/api/v2/accounts/55555555/calls/${REF}`)
  assert.equal(look.asked[0]!.init.method, 'GET')
})

// dev.bandwidth.com/docs/voice/webhooks/disconnect; "the list may grow".
const CAUSES: [string, EndCause][] = [
  ['hangup', 'completed'],
  ['busy', 'busy'],
  ['timeout', 'no_answer'],
  ['cancel', 'canceled'],
  ['rejected', 'rejected'],
  ['callback-error', 'document_failed'],
  ['invalid-bxml', 'document_failed'],
  ['application-error', 'document_failed'],
  ['account-limit', 'failed'],
  ['node-capacity-exceeded', 'failed'],
  ['error', 'failed'],
  ['unknown', 'failed'],
  ['__proto__', 'failed'],
]

for (const [cause, ours] of CAUSES) {
  test(`a call that is disconnected by ${cause} is ${ours}`, async () => {
    const event = await subject
      .make(noRequestAllowed)
      .receive(signed(subject, 'status', voiceEvent('disconnect', { cause })))
    // The recorded call was answered, so what failed then had rung.
    const expected = { type: 'ended', refs, cause: ours, ...(ours === 'failed' && { rang: true }) }
    assert.deepEqual(event, ours === 'completed' ? expected : { ...expected, why: cause })
  })
}

// dev.bandwidth.com/docs/messaging/webhooks: always a list. Codes: dev.bandwidth.com/docs/messaging/errors/codes
test('receipts come in an array, and are told apart by their tags', async () => {
  const receipt = (type: string, tag: unknown, errorCode?: unknown) => ({
    type,
    time: '2026-08-18T15:54:25.435Z',
    to: '+12025550123',
    errorCode,
    message: { id: `m-${tag}`, owner: '+12025550199', direction: 'out', tag },
  })
  const body = [
    receipt('message-sending', 'a'),
    receipt('message-sent', 'b'),
    receipt('message-delivered', 'c'),
    receipt('message-failed', 'd', 4720),
    receipt('message-failed', 'e', 4470),
    receipt('message-failed', 'f', '+12025550123'),
    receipt('message-delivered', undefined),
    null,
    'message-delivered',
    { type: 'message-delivered', message: [] },
  ]
  const carrier = subject.make(noRequestAllowed)
  assert.deepEqual(await carrier.receiveReceipts!(signed(subject, 'receipt', json(body))), [
    { tag: 'a', event: { type: 'irrelevant', refs: ['m-a'] } },
    { tag: 'b', event: { type: 'sent', refs: ['m-b'] } },
    { tag: 'c', event: { type: 'delivered', refs: ['m-c'] } },
    { tag: 'd', event: { type: 'undelivered', refs: ['m-d'], blame: 'number', why: 'error 4720' } },
    { tag: 'e', event: { type: 'undelivered', refs: ['m-e'], blame: 'carrier', cause: 'filtered', why: 'error 4470' } },
    { tag: 'f', event: { type: 'undelivered', refs: ['m-f'], blame: 'carrier', why: 'no error code' } },
  ])
  assert.equal(await carrier.receiveReceipts!(unsigned('receipt', json(body))), null)
  assert.deepEqual(await carrier.receiveReceipts!(signed(subject, 'receipt', json({ message: {} }))), [])
})

// dev.bandwidth.com/docs/messaging/errors/codes
const TEXT_ERRORS: [code: number, blame: Blame][] = [
  [4303, { blame: 'number', cause: 'number_unknown' }],
  [4404, { blame: 'number' }],
  [4406, { blame: 'number', cause: 'number_unknown' }],
  [4432, { blame: 'carrier' }],
  [4482, { blame: 'number', cause: 'blocked' }],
  [4700, { blame: 'number' }],
  [4702, { blame: 'number', cause: 'handset_off' }],
  [4720, { blame: 'number' }],
  [4721, { blame: 'number', cause: 'number_unknown' }],
  [4750, { blame: 'carrier' }],
  [4753, { blame: 'number' }],
  [4770, { blame: 'carrier', cause: 'filtered' }],
  [4775, { blame: 'number', cause: 'opted_out' }],
  [5600, { blame: 'carrier' }],
]

for (const [errorCode, blame] of TEXT_ERRORS) {
  test(`a message that failed with ${errorCode} is blamed on the ${blame.blame}: ${blame.cause}`, async () => {
    const payload = json([{ type: 'message-failed', errorCode, message: { id: 'm-1', tag: 'a' } }])
    assert.deepEqual(await make(noRequestAllowed).receiveReceipts!(signed(subject, 'receipt', payload)), [
      { tag: 'a', event: { type: 'undelivered', refs: ['m-1'], ...blame, why: `error ${errorCode}` } },
    ])
  })
}

test('no JSON makes it throw', async () => {
  const carrier = subject.make(noRequestAllowed)
  const hostile = fc.oneof(
    fc.json(),
    fc.constant('['.repeat(100_000)),
    fc.constant('[{"message":{"id":{"toString":1}}}]'),
  )
  await fc.assert(
    fc.asyncProperty(
      hostile,
      fc.constantFrom<WebhookKind[]>('answer', 'turn', 'status', 'detection'),
      async (body, kind) => {
        await carrier.receive(signed(subject, kind, { contentType: 'application/json', body }))
        await carrier.receiveReceipts!(signed(subject, 'receipt', { contentType: 'application/json', body }))
      },
    ),
  )
})

// After a 401 without a realm, or a 403, Bandwidth drops the webhook: dev.bandwidth.com/docs/voice/webhooks
test('a request without credentials gets a 401 with a realm', () => {
  const { status, headers } = subject.make(noRequestAllowed).refuse()
  assert.deepEqual([status, headers.get('WWW-Authenticate')], [401, 'Basic realm="answerback"'])
})

test('the name of the scheme may be written in any case', async () => {
  const carrier = subject.make(noRequestAllowed)
  for (const scheme of ['Basic', 'basic', 'BASIC']) {
    const incoming = signed(subject, 'answer', json({ eventType: 'answer', callId: 'c-1' }))
    incoming.headers.set('Authorization', `${scheme} ${btoa('u:p')}`)
    assert.deepEqual(await carrier.receive(incoming), { type: 'answered', refs: ['c-1'] })
    incoming.headers.set('Authorization', `${scheme} ${btoa('u:x')}`)
    assert.equal(await carrier.receive(incoming), null)
  }
})

// Documents and requests bear the newest ("the request for a call", "a question is a gather"); calls under way the one before.
test('either of two passwords is accepted while they are rotated, and none that is not listed', async () => {
  const carrier = subject.make(noRequestAllowed)
  const [webhook] = subject.webhooks
  const body = webhook!.body
  const receive = (password: string) =>
    carrier.receive(signed(subject, 'answer', { contentType: 'application/json', body }, password))
  for (const password of ['p', 'the one before']) assert.notEqual(await receive(password), null, password)
  for (const password of ['', 'p,the one before', 'another']) assert.equal(await receive(password), null, password)
})

const LISTEN: Script = {
  locale: 'en-US',
  say: ['Press 1.', { pause: 400 }, 'Or 9.'],
  then: 'listen',
  turn: 2,
  gather: { max: 1, finish: null, reportKey: null, seconds: 90, secondsBetween: 90 },
}

// A verb's request has only the credentials of that verb: dev.bandwidth.com/docs/voice/bxml/gather
test('a question is a gather with URLs and credentials', async () => {
  const gather = {
    gatherUrl: URLS.turn(2),
    gatherMethod: 'POST',
    gatherFallbackUrl: URLS.fallback,
    gatherFallbackMethod: 'POST',
    username: 'u',
    password: 'p',
    fallbackUsername: 'u',
    fallbackPassword: 'p',
    maxDigits: '1',
    firstDigitTimeout: '60',
    interDigitTimeout: '60',
    terminatingDigits: '',
  }
  const said = ['Press 1. ', { name: 'break', attributes: { time: '400ms' }, children: [] }, 'Or 9. ']
  const spoken = { name: 'SpeakSentence', attributes: { voice: 'julie', locale: 'en_US' }, children: said }
  assert.deepEqual(await document(LISTEN), {
    name: 'Response',
    attributes: {},
    children: [{ name: 'Gather', attributes: gather, children: [spoken] }],
  })
  const entry = { max: 6, finish: '#', reportKey: null, seconds: 10, secondsBetween: 7 } as const
  const { attributes: code } = elements(await document({ ...LISTEN, gather: entry }))[1]!
  assert.equal(code.terminatingDigits, '#')
  assert.equal(code.maxDigits, '6')
  assert.equal(code.firstDigitTimeout, '10')
  assert.equal(code.interDigitTimeout, '7')
  const gate = await document({ ...LISTEN, gather: { ...entry, finish: null, reportKey: '9' } })
  assert.equal(elements(gate)[1]!.attributes.terminatingDigits, '9')
})

test('a goodbye hangs up, and a wait redirects with the credentials', async () => {
  const shape = async (script: Script) => elements(await document(script)).map(({ name }) => name)
  assert.deepEqual(await shape({ locale: 'de-DE', say: ['Tschüss.'], then: 'hang_up' }), [
    'Response',
    'SpeakSentence',
    'Hangup',
  ])
  const hold: Script = { locale: 'de-DE', say: ['Moment.'], then: 'come_back' }
  assert.deepEqual(await shape(hold), ['Response', 'SpeakSentence', 'Pause', 'Redirect'])
  assert.deepEqual(elements(await document(hold)).at(-1)!.attributes, {
    redirectUrl: URLS.answer,
    redirectMethod: 'POST',
    redirectFallbackUrl: URLS.fallback,
    redirectFallbackMethod: 'POST',
    username: 'u',
    password: 'p',
    fallbackUsername: 'u',
    fallbackPassword: 'p',
  })
  // "text cannot be blank": dev.bandwidth.com/docs/voice/bxml/speakSentence
  assert.deepEqual(await shape({ locale: 'en-US', say: ['\u0000 ', { pause: 5 }], then: 'hang_up' }), [
    'Response',
    'Hangup',
  ])
})

// dev.bandwidth.com/docs/voice/bxml/speakSentence: the voices, and breaks of ten seconds at most.
test('each locale has its voice, or that of another locale', async () => {
  const voices = {
    'en-US': 'julie en_US',
    'en-GB': 'bridget en_UK',
    'es-ES': 'esperanza es',
    'es-MX': 'rosa es_MX',
    'fr-FR': 'jolie fr',
    'de-DE': 'katrin de',
    'it-IT': 'paola it',
    'ja-JP': 'masako ja',
  }
  const { resolveVoiceLocale: speaks } = subject.make(noRequestAllowed)
  for (const locale of LOCALES) {
    const { attributes }: Read = elements(await document({ ...LISTEN, locale }))[2]!
    assert.equal(`${attributes.voice} ${attributes.locale}`, voices[speaks(locale) as keyof typeof voices])
    assert.equal(speaks(locale) === locale, locale in voices)
  }
  assert.deepEqual((['pt-BR', 'nl-NL', 'pl-PL', 'hi-IN'] as const).map(speaks), ['es-MX', 'en-GB', 'en-GB', 'en-GB'])

  const long = await document({ ...LISTEN, say: ['a', { pause: 60_000 }] })
  assert.equal(elements(long).at(-1)!.attributes.time, '10000ms')
})

async function document(script: Script) {
  return read(await subject.make(noRequestAllowed).reply(script, URLS).text())
}

test('a message is sent by the sender of the settings, unless the challenge has one', async () => {
  const senderOf = async (from: typeof MESSAGE.from) => {
    const { fetch, asked } = fakeCarrierApi(subject.sendSms.done)
    await make(fetch, '12345').sendSms({ ...MESSAGE, from }, neverAborted())
    return jsonRequest(asked).body.from
  }
  assert.equal(await senderOf(null), '12345')
  assert.equal(await senderOf('+12025550177'), '+12025550177')
})
