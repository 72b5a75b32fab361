import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BandwidthAccount } from '../../src/exchange/bandwidth/bandwidth-account.ts'
import type { ExchangeOptions } from '../../src/exchange/exchange.ts'
import { type Answers, APP, FROM, NUMBER, type ReceivedRequest, recordingApp, xmlResponse } from './recording-app.ts'

const ACCOUNT: BandwidthAccount = {
  accountId: '55555555',
  username: 'api',
  password: 'secret',
  voiceApplicationId: 'voice-app',
  messagingApplicationId: 'messaging-app',
  messagingCallbackUrl: `${APP}/receipts`,
  callbackUsername: 'u',
  callbackPassword: 'p',
}
const CALLS = '/bandwidth/voice/api/v2/accounts/55555555/calls'
const MESSAGES = '/bandwidth/messaging/api/v2/users/55555555/messages'
// `u:p`, as dev.bandwidth.com/docs/voice/webhooks gives it.
const BASIC = 'Basic dTpw'

const CALL = {
  applicationId: 'voice-app',
  from: FROM,
  to: NUMBER,
  answerUrl: `${APP}/answer?d=1`,
  username: 'u',
  password: 'p',
  disconnectUrl: `${APP}/gone`,
  tag: 'dlv_1',
}
const GATHER = 'username="u" password="p" maxDigits="1" firstDigitTimeout="8" terminatingDigits=""'
const ASK = `<Response><Gather gatherUrl="${APP}/keys" ${GATHER}>
  <SpeakSentence voice="julie" locale="en_US">To approve, press 1.<break time="300ms"/></SpeakSentence></Gather></Response>`
const BYE = '<Response><SpeakSentence>Goodbye.</SpeakSentence><Hangup/></Response>'
const TALK = { '/answer': guarded(ASK), '/keys': guarded(BYE), '/gone': guarded(null) }

/** As Bandwidth's page tells an app to do it: who comes bare is asked for credentials. */
function guarded(answer: string | null) {
  return ({ headers }: ReceivedRequest) => {
    if (headers.get('authorization') === BASIC) return answer === null ? new Response(null) : xmlResponse(answer)
    return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="app"' } })
  }
}

const said = ({ body }: ReceivedRequest) => JSON.parse(body)

function company(
  answers: Answers = TALK,
  account: Partial<BandwidthAccount> = {},
  options: Partial<ExchangeOptions> = {},
) {
  const here = recordingApp({ bandwidth: { ...ACCOUNT, ...account } }, answers, options)
  const known = (method: string, path: string, body: object | null = null) => here.ask(method, path, body, 'api:secret')
  return {
    ...here,
    known,
    place: (more: object = {}) => known('POST', CALLS, { ...CALL, ...more }),
    text: (more: object = {}) =>
      known('POST', MESSAGES, {
        applicationId: 'messaging-app',
        from: FROM,
        to: [NUMBER],
        text: 'Code 481516.',
        tag: 't.1',
        ...more,
      }),
    codes: () => here.phones.violations.map(({ carrier, code }) => `${carrier} ${code}`),
  }
}

test('a call is placed, and tells of its answer, its keys and its end', async () => {
  const { place, phone, phones, at, known } = company()
  const { status, json } = await place()
  assert.equal(status, 201)
  assert.match(json.callId, /^c-[0-9a-f]{8}(-[0-9a-f]{4,12}){5}$/)
  assert.equal(json.callId.length, 47)
  assert.equal(json.password, undefined)
  assert.equal((await known('GET', `${CALLS}/${json.callId}`)).json.state, 'queued')
  const call = await phone.answers()
  assert.equal(call.carrier, 'Bandwidth')
  await phone.hears(/press 1/)
  assert.equal((await known('GET', `${CALLS}/${json.callId}`)).json.state, 'answered')
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  assert.equal(await phone.ends(), 'completed')
  await phones.settled()

  const [answer, gather, gone] = ['/answer', '/keys', '/gone'].map((path) => said(at(path).at(-1)!))
  assert.deepEqual(
    [answer.eventType, answer.callId, answer.tag, answer.direction],
    ['answer', json.callId, 'dlv_1', 'outbound'],
  )
  assert.deepEqual([gather.eventType, gather.digits, gather.terminatingDigit], ['gather', '1', ''])
  assert.deepEqual([gone.eventType, gone.cause, gone.tag], ['disconnect', 'hangup', 'dlv_1'])
  assert.deepEqual(Object.keys(answer).sort(), [
    'accountId',
    'answerTime',
    'applicationId',
    'callId',
    'callUrl',
    'direction',
    'eventTime',
    'eventType',
    'from',
    'startTime',
    'tag',
    'to',
  ])
  const seen = (await known('GET', `${CALLS}/${json.callId}`)).json
  assert.deepEqual([seen.state, seen.disconnectCause], ['disconnected', 'hangup'])
  assert.deepEqual(phones.violations, [])
})

test('credentials are given to an app that asks for them, in a second request with the same body', async () => {
  const { place, phone, at } = company()
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  const [bare, known, ...rest] = at('/answer')
  assert.equal(bare?.headers.get('authorization'), null)
  assert.equal(known?.headers.get('authorization'), BASIC)
  assert.equal(known?.body, bare?.body)
  assert.deepEqual(rest, [])
})

test('or at once, where it is so set', async () => {
  const { place, phone, received } = company(TALK, { credentialsAtOnce: true })
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  assert.ok(received.every(({ headers }) => headers.get('authorization') === BASIC))
})

test('a verb without credentials is followed without any, and a 401 for it is a fault', async () => {
  const bare = ASK.replace('username="u" password="p" ', '')
  const { place, phone, at, codes, phones } = company({ ...TALK, '/answer': guarded(bare) })
  await place()
  await phone.answers()
  await phone.keys('1')
  assert.equal(await phone.ends(), 'application_error')
  await phones.settled()
  assert.equal(at('/keys').length, 1)
  assert.deepEqual(codes(), ['Bandwidth callback-error'])
  assert.match(phones.violations[0]!.message, /401, and no credentials/)
  assert.equal(said(at('/gone').at(-1)!).cause, 'callback-error')
})

for (const [why, answer] of [
  ['with 403', () => new Response(null, { status: 403 })],
  ['with 401 and no word of how', () => new Response(null, { status: 401 })],
  ['without a document', () => new Response(null, { status: 204 })],
] as const) {
  test(`an app that answers ${why} is a fault, and the fallback is asked`, async () => {
    const { place, phone, at, codes } = company({ ...TALK, '/answer': answer, '/fallback': guarded(BYE) })
    await place({ answerFallbackUrl: `${APP}/fallback`, fallbackUsername: 'u', fallbackPassword: 'p' })
    await phone.answers()
    await phone.hears(/Goodbye/)
    assert.equal(await phone.ends(), 'completed')
    assert.deepEqual(codes(), ['Bandwidth callback-error'])
    assert.equal(said(at('/fallback')[0]!).eventType, 'answer')
  })
}

test('silence is always told, as an empty entry', async () => {
  const { place, phone, at, clock } = company()
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(7999)
  assert.equal(at('/keys').length, 0)
  await clock.advance(1)
  await phone.ends()
  const { digits, terminatingDigit } = said(at('/keys').at(-1)!)
  assert.deepEqual([digits, terminatingDigit], ['', ''])
})

test('a prompt is repeated as often as was asked, and the silence told once', async () => {
  const { place, phone, at, clock } = company({
    ...TALK,
    '/answer': ASK.replace('maxDigits', 'repeatCount="2" maxDigits').replace(/ (username|password)="."/g, ''),
    '/keys': BYE,
  })
  await place()
  await phone.answers()
  await phone.hears(/press 1/)
  await clock.advance(8000)
  await phone.hears(/press 1/)
  assert.equal(at('/keys').length, 0)
  await clock.advance(8000)
  await phone.ends()
  assert.equal(at('/keys').length, 1)
})

test('a redirect is an event of its own, from where relative URLs are meant, with its own tag from there on', async () => {
  const { place, phone, phones, at } = company({
    ...TALK,
    '/answer': '<Bxml><Pause duration="0.5"/><Redirect redirectUrl="/next?x=1" tag="two"/></Bxml>',
    '/next': BYE,
  })
  await place()
  await phone.answers()
  await phone.ends()
  await phones.settled()
  const next = at('/next')[0]!
  assert.equal(next.url, `${APP}/next?x=1`)
  assert.deepEqual([said(next).eventType, said(next).tag], ['redirect', 'two'])
  assert.equal(said(at('/gone').at(-1)!).tag, 'two')
})

const ENDINGS = [
  ['busy', 'busy'],
  ['decline', 'rejected'],
  ['unreachable', 'error'],
  ['no_such_number', 'error'],
  ['no_answer_at_once', 'timeout'],
  ['carrier_failed', 'node-capacity-exceeded'],
] as const

for (const [behaviour, cause] of ENDINGS) {
  test(`a phone that is set to ${behaviour} disconnects as ${cause}, and nothing else is told`, async () => {
    const { place, phone, phones, received } = company({})
    phone.will(behaviour)
    await place()
    await phone.ends()
    await phones.settled()
    assert.deepEqual(
      received.map((came) => [said(came).eventType, said(came).cause]),
      [['disconnect', cause]],
    )
    assert.equal(said(received[0]!).answerTime, undefined)
  })
}

test('a phone left ringing is given up after its callTimeout', async () => {
  const { place, phone, phones, at, clock } = company()
  await place({ callTimeout: 25 })
  await phone.ignores()
  await clock.advance(25_000)
  assert.equal(await phone.ends(), 'no_answer')
  await phones.settled()
  assert.equal(said(at('/gone').at(-1)!).cause, 'timeout')
})

test('a call is ended or sent elsewhere by its app', async () => {
  const { place, phone, phones, at, known } = company({ ...TALK, '/new': BYE })
  const { json } = await place()
  const call = `${CALLS}/${json.callId}`
  assert.equal((await known('POST', call, { state: 'active', redirectUrl: `${APP}/new` })).status, 409)
  await phone.answers()
  await phone.hears(/press 1/)
  assert.equal((await known('POST', call, { state: 'active', redirectUrl: `${APP}/new` })).status, 200)
  await phone.hears(/Goodbye/)
  await phone.ends()
  assert.equal(said(at('/new')[0]!).eventType, 'redirect')
  assert.equal((await known('POST', call, { state: 'completed' })).status, 409)
  assert.equal((await known('POST', `${CALLS}/c-1`, { state: 'completed' })).status, 404)

  const again = await place()
  const { status } = await known('POST', `${CALLS}/${again.json.callId}`, { state: 'completed' })
  assert.equal(status, 200)
  await phones.settled()
  assert.equal(said(at('/gone').at(-1)!).cause, 'cancel')
})

test('detection comes as an event of its own, or holds the answer back', async () => {
  const { place, phone, phones, at } = company({ ...TALK, '/machine': guarded(null) })
  phone.will('voicemail', 'voicemail')
  const callback = { callbackUrl: `${APP}/machine`, username: 'u', password: 'p' }
  await place({ machineDetection: { mode: 'async', ...callback } })
  await phone.hears(/press 1/)
  await phones.settled()
  const told = said(at('/machine').at(-1)!)
  assert.deepEqual(
    [told.eventType, told.machineDetectionResult.value],
    ['machineDetectionComplete', 'answering-machine'],
  )
  await phone.hangsUp()
  await place({ machineDetection: { mode: 'sync' } })
  await phone.hears(/press 1/)
  assert.equal(said(at('/answer').at(-1)!).machineDetectionResult.value, 'answering-machine')
})

const REFUSED: [why: string, body: object, about: string, fault: boolean][] = [
  ['a bad number', { to: '2025550123' }, 'to', false],
  ['an application of another account', { applicationId: 'other' }, 'applicationId', false],
  ['no document', { answerUrl: null }, 'answerUrl', false],
  ['a time limit, which it does not know', { timeLimit: 180 }, 'timeLimit', true],
  ['credentials over an open line', { answerUrl: 'http://app.example/answer' }, 'answerUrl', true],
  ['a user without a password', { password: null }, 'username', true],
  ['a timeout in words', { callTimeout: '25' }, 'callTimeout', true],
  ['too long a timeout', { callTimeout: 301 }, 'callTimeout', false],
  ['detection that nobody hears of', { machineDetection: {} }, 'callbackUrl', true],
]

for (const [why, more, about, fault] of REFUSED) {
  test(`refuses ${why}`, async () => {
    const { place, phone, phones } = company()
    const { status, json } = await place(more)
    assert.deepEqual([status, json.type], [400, 'validation'])
    assert.match(json.description, new RegExp(`^Invalid ${about}: `))
    assert.equal(phones.violations.length, fault ? 1 : 0)
    assert.equal(phone.calls.length, 0)
  })
}

test('refuses a stranger, and what is no JSON', async () => {
  const { ask } = company()
  assert.equal((await ask('POST', CALLS, CALL, null)).json.type, 'authentication-error')
  assert.equal((await ask('POST', CALLS.replace('55555555', '1'), CALL, 'api:secret')).status, 403)
  assert.equal((await ask('POST', CALLS, new URLSearchParams({ to: NUMBER }), 'api:secret')).status, 415)
})

const SPEAK = (attributes: string) => `<Response><SpeakSentence ${attributes}>Hello.</SpeakSentence></Response>`
const LOUD: [why: string, document: string][] = [
  ['a verb of another company', '<Response><Say>Hello.</Say></Response>'],
  [
    'digits to be read',
    '<Response><SpeakSentence><say-as interpret-as="digits">48</say-as></SpeakSentence></Response>',
  ],
  ['a locale with a hyphen', SPEAK('locale="en-US"')],
  ['a locale it cannot speak', SPEAK('locale="pl_PL"')],
  ['a voice of another locale', SPEAK('voice="julie" locale="de"')],
  ['a voice it does not have', SPEAK('voice="Polly.Joanna"')],
  ['an attribute it does not know', SPEAK('loop="2"')],
  ['a blank sentence', '<Response><SpeakSentence> </SpeakSentence></Response>'],
  ['a pause within a gather', '<Response><Gather gatherUrl="/keys"><Pause/></Gather></Response>'],
  [
    'a gather that throws its digits away',
    '<Response><Gather><SpeakSentence>Hello.</SpeakSentence></Gather></Response>',
  ],
  ['too many digits', '<Response><Gather gatherUrl="/keys" maxDigits="51"/></Response>'],
  ['a user without a password', '<Response><Gather gatherUrl="/keys" username="u"/></Response>'],
  ['another root', '<Document/>'],
  ['broken XML', '<Response>'],
  ['64 KB', `<Response><!--${'x'.repeat(65_536)}--></Response>`],
]

for (const [why, answer] of LOUD) {
  test(`is loud about ${why}`, async () => {
    const { place, phone, phones, at, codes } = company({ ...TALK, '/answer': answer })
    await place()
    await phone.answers()
    assert.equal(await phone.ends(), 'application_error')
    await phones.settled()
    assert.deepEqual(codes(), ['Bandwidth invalid-bxml'])
    assert.equal(said(at('/gone').at(-1)!).cause, 'invalid-bxml')
  })
}

test('a text is taken, and its receipts come as a list with its tag', async () => {
  const { text, phone, phones, at } = company({ '/receipts': guarded(null) })
  const { status, json } = await text()
  assert.equal(status, 202)
  await phone.receives(/481516/)
  await phones.settled()
  const lists = at('/receipts').filter(({ headers }) => headers.get('authorization') === BASIC)
  assert.deepEqual(
    lists.map((came) => said(came).map((event: { type: string }) => event.type)),
    [['message-sent'], ['message-delivered']],
  )
  const [event] = said(lists[1]!)
  assert.deepEqual([event.message.id, event.message.tag, event.message.to], [json.id, 't.1', [NUMBER]])
  assert.deepEqual(phones.violations, [])
})

test('a landline fails a text with a code', async () => {
  const { text, phone, phones, at } = company({ '/receipts': guarded(null) })
  phone.reports('landline')
  await text()
  await phones.settled()
  const [event] = said(at('/receipts').at(-1)!)
  assert.deepEqual([event.type, event.errorCode], ['message-failed', 4404])
})

test('a receipt that was answered with 503 is sent again until it is taken', async () => {
  let down = true
  const { text, phones, at, clock } = company({ '/receipts': () => new Response(null, { status: down ? 503 : 204 }) })
  await text()
  await phones.settled()
  assert.equal(at('/receipts').length, 2)
  await clock.advance(5000)
  assert.equal(at('/receipts').length, 4)
  down = false
  await clock.advance(10_000)
  assert.equal(at('/receipts').length, 6)
  await clock.advance(24 * 3_600_000)
  assert.equal(at('/receipts').length, 6)
  assert.deepEqual(phones.violations, [])
})

test('a text is refused for a bad number, no words, or a field that nobody knows', async () => {
  const { text, phone, phones } = company()
  assert.equal((await text({ to: ['123'] })).json.type, 'request-validation')
  assert.equal((await text({ text: '' })).status, 400)
  assert.deepEqual(phones.violations, [])
  assert.equal((await text({ media: ['https://app.example/cat.png'] })).status, 400)
  assert.equal((await text({ to: [NUMBER, FROM] })).status, 400)
  assert.equal(phones.violations.length, 2)
  assert.equal(phone.messages.length, 0)
})

test('an injected refusal is answered in this carrier’s form', async () => {
  const { place, phones, phone } = company()
  phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } })
  assert.match((await place()).json.description, /^Invalid to:/)
  phones.injectFaults({ requests: { refuse: { status: 500, code: 20500 } } })
  assert.equal((await place()).json.type, 'internal-error')
  phones.injectFaults({ requests: { refuse: null, garbage: true } })
  assert.equal((await place()).json, null)
  phones.injectFaults({ requests: { garbage: false, loseAnswer: true } })
  await assert.rejects(place(), /connection broke/)
  await phone.rings()
})

test('callbacks are doubled and reordered, challenge and all', async () => {
  const { place, phone, phones, at } = company()
  phones.injectFaults({ status: { double: true }, documents: { double: true } })
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  await phones.settled()
  for (const path of ['/answer', '/keys', '/gone']) assert.equal(at(path).length, 4, path)
  assert.equal(phone.heard, 'To approve, press 1. Goodbye.')
})

test('the control API shows no password', async () => {
  const { place, phone, phones } = company()
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.ends()
  const shown = await (await phones.app.request('/exchange/wire')).text()
  assert.match(shown, /gatherUrl/)
  assert.doesNotMatch(shown, /dTpw|password[^•]{0,8}p\\?"/i)
})
