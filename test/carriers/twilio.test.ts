import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlaceCall } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { type TwilioSettings, twilio } from '../../src/carriers/twilio/twilio.ts'
import { contract } from './contract.ts'
import {
  ACCOUNT,
  CALL,
  fakeCarrierApi,
  form,
  MESSAGE,
  neverAborted,
  noRequestAllowed,
  type SentRequest,
  SINCE,
  type Subject,
  URLS,
} from './subject.ts'
import { signature } from './twilio-signature.ts'

const SID = 'CA5ef8732a3c49700934481addd5ce1659'
const SMS = 'SMc781610ec0b3400c9e0cab8e757da937'
const SID_OF_ACCOUNT = 'AC0123456789abcdef0123456789abcdef'

function make(fetch: Fetch, more: Partial<TwilioSettings> = {}) {
  return twilio({
    ...ACCOUNT,
    messagingServiceSid: null,
    accountSid: SID_OF_ACCOUNT,
    authTokens: ['newest token', 'older token'],
    baseUrl: 'https://api.twilio.test',
    fetch,
    ...more,
  })
}

// twilio.com/docs/voice/twiml#request-parameters: these come with every request for a document.
const REQUEST = {
  CallSid: SID,
  AccountSid: SID_OF_ACCOUNT,
  From: CALL.from,
  To: CALL.to,
  Caller: CALL.from,
  Called: CALL.to,
  CallStatus: 'in-progress',
  Direction: 'outbound-api',
  ApiVersion: '2010-04-01',
  ToCity: '',
}

// twilio.com/docs/voice/api/call-resource#statuscallback: these come with every progress event.
const PROGRESS = {
  ...REQUEST,
  CallbackSource: 'call-progress-events',
  SequenceNumber: '1',
  Timestamp: 'Tue, 18 Aug 2026 15:54:25 +0000',
}

// twilio.com/docs/messaging/guides/track-outbound-message-status
const RECEIPT = { MessageSid: SMS, SmsSid: SMS, AccountSid: SID_OF_ACCOUNT, From: ACCOUNT.from, To: MESSAGE.to }

function ended(fields: Record<string, string>, cause: string, more: object = {}) {
  const about = `a call that is ${Object.values(fields).join(' ')}`
  const sip = cause === 'completed' ? undefined : fields.SipResponseCode
  const event = { refs: [SID], type: 'ended', cause, ...more, ...(sip && { why: `SIP ${sip}` }) }
  return { about, kind: 'status', ...form({ ...PROGRESS, ...fields }), event }
}

function textFailed(ErrorCode: string, event: object, MessageStatus = 'undelivered') {
  return receipt({ MessageStatus, ErrorCode }, { type: 'undelivered', ...event, why: `${MessageStatus}, ${ErrorCode}` })
}

function machine(AnsweredBy: string, event: object) {
  const fields = { CallSid: SID, AccountSid: SID_OF_ACCOUNT, AnsweredBy, MachineDetectionDuration: '4180' }
  return { about: `detection of ${AnsweredBy}`, kind: 'detection', ...form(fields), event: { refs: [SID], ...event } }
}

function receipt(fields: Record<string, string>, event: object) {
  const about = `a message that is ${Object.values(fields).join(' ')}`
  return { about, kind: 'receipt', ...form({ ...RECEIPT, ...fields }), event: { refs: [SMS], ...event } }
}

/** The body of a refusal: twilio.com/docs/usage/twilios-response#response-formats-exceptions */
function refused(status: number, code: number, is: 'number' | 'carrier') {
  const body = { code, message: `About ${CALL.to}`, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
  return { about: `${code}`, status, body, is }
}

const call = (more: object) => ({ sid: SID, to: CALL.to, from: CALL.from, direction: 'outbound-api', ...more })
const created = (seconds: number) => new Date(SINCE.getTime() + seconds * 1000).toUTCString().replace('GMT', '+0000')
const message = (more: object) => ({ status: 200, body: { sid: SMS, ...more } })
const listed = (...calls: object[]) => ({ status: 200, body: { calls, page: 0, page_size: 50 } })

const subject = {
  make,
  sign: (incoming, secret = 'newest token') => ({ 'X-Twilio-Signature': signature(secret, incoming) }),
  signsBody: true,
  refusalStatus: 403,
  acknowledgeStatus: 204,
  webhooks: [
    { about: 'an answer', kind: 'answer', ...form(REQUEST), event: { refs: [SID], type: 'answered' } },
    // Somleng, reached through TWILIO_BASE_URL, fetches the document of an answered call with the status "ringing".
    {
      about: 'an early answer',
      kind: 'answer',
      ...form({ ...REQUEST, CallStatus: 'ringing' }),
      event: { refs: [SID], type: 'answered' },
    },
    {
      about: 'keys',
      kind: 'turn',
      ...form({ ...REQUEST, Digits: '481516', FinishedOnKey: '', msg: 'Gather End' }),
      event: { refs: [SID], type: 'dtmf', digits: '481516' },
    },
    {
      about: 'a queued call',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'initiated' }),
      event: { refs: [SID], type: 'irrelevant' },
    },
    {
      about: 'ringing',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'ringing' }),
      event: { refs: [SID], type: 'ringing' },
    },
    {
      about: 'an answered call in a status',
      kind: 'status',
      ...form(PROGRESS),
      event: { refs: [SID], type: 'answered' },
    },
    {
      about: 'a status of no call',
      kind: 'status',
      ...form({ CallStatus: 'busy' }),
      event: { refs: [], type: 'irrelevant' },
    },
    {
      about: 'an unknown status',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'constructor' }),
      event: { refs: [SID], type: 'irrelevant' },
    },
    ended({ CallStatus: 'completed', CallDuration: '23', SipResponseCode: '200' }, 'completed'),
    ended({ CallStatus: 'busy', SipResponseCode: '486' }, 'busy'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '487' }, 'no_answer'),
    ended({ CallStatus: 'canceled' }, 'canceled', { rang: false }),
    ended({ CallStatus: 'canceled', SequenceNumber: '2' }, 'canceled', { rang: true }),
    ended({ CallStatus: 'canceled', SequenceNumber: 'constructor' }, 'canceled'),
    ended({ CallStatus: 'failed' }, 'failed'),
    ended({ CallStatus: 'failed', SipResponseCode: '503' }, 'failed'),
    // A phone that is switched off: rfc-editor.org/rfc/rfc3261#section-21.4.18
    ended({ CallStatus: 'failed', SipResponseCode: '480' }, 'handset_off'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '480' }, 'handset_off'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '404' }, 'number_unknown'),
    ended({ CallStatus: 'no-answer', CallDuration: '0' }, 'no_answer'),
    // The end is the third event of a call that rang: twilio.com/docs/voice/api/call-resource#statuscallback
    ended({ CallStatus: 'no-answer', SequenceNumber: '2' }, 'no_answer', { rang: true }),
    ended({ CallStatus: 'no-answer', SipResponseCode: '480', SequenceNumber: '2' }, 'handset_off', { rang: true }),
    ended({ CallStatus: 'no-answer', SequenceNumber: 'constructor' }, 'no_answer'),
    ended({ CallStatus: 'completed', SequenceNumber: '3' }, 'completed'),
    ended({ CallStatus: 'busy', SipResponseCode: '486' }, 'busy'),
    // Declined: rfc-editor.org/rfc/rfc3261#section-21.6.2
    ended({ CallStatus: 'failed', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'busy', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'failed', SipResponseCode: '404' }, 'number_unknown'),
    ended({ CallStatus: 'failed', SipResponseCode: '410' }, 'number_unknown'),
    ended({ CallStatus: 'failed', SipResponseCode: '484' }, 'number_unknown'),
    ended({ CallStatus: 'failed', SipResponseCode: '604' }, 'number_unknown'),
    // twilio.com/docs/voice/answering-machine-detection#asyncamd-status-callback
    machine('machine_start', { type: 'detected', machine: true }),
    machine('machine_end_beep', { type: 'detected', machine: true }),
    machine('fax', { type: 'detected', machine: true }),
    machine('human', { type: 'detected', machine: false }),
    machine('unknown', { type: 'irrelevant' }),
    {
      about: 'a document that failed',
      kind: 'fallback',
      ...form({ ...REQUEST, ErrorCode: '11200', ErrorUrl: URLS.answer }),
      event: { refs: [SID], type: 'document_failed' },
    },
    receipt({ MessageStatus: 'queued' }, { type: 'irrelevant' }),
    receipt({ MessageStatus: 'sent' }, { type: 'sent' }),
    receipt({ MessageStatus: 'delivered' }, { type: 'delivered' }),
    // twilio.com/docs/api/errors/30003 and so on
    textFailed('30003', { blame: 'number', cause: 'handset_off' }),
    textFailed('30004', { blame: 'number', cause: 'blocked' }),
    textFailed('30005', { blame: 'number', cause: 'number_unknown' }),
    textFailed('30006', { blame: 'number', cause: 'landline' }),
    textFailed('30007', { blame: 'carrier', cause: 'filtered' }),
    textFailed('30008', { blame: 'carrier' }),
    textFailed('30034', { blame: 'carrier' }),
    textFailed('30001', { blame: 'carrier' }, 'failed'),
    textFailed('21610', { blame: 'number', cause: 'opted_out' }, 'failed'),
    textFailed('21635', { blame: 'number', cause: 'landline' }, 'failed'),
    receipt({ MessageStatus: 'failed', ErrorCode: CALL.to }, { type: 'undelivered', blame: 'carrier', why: 'failed' }),
    receipt({ MessageStatus: 'canceled' }, { type: 'undelivered', blame: 'carrier', why: 'canceled' }),
  ] as Subject['webhooks'],
  keysPayload: (digits) => form(digits === null ? REQUEST : { ...REQUEST, Digits: digits }),
  place: {
    done: { status: 201, body: call({ status: 'queued' }), ref: SID },
    failures: [
      refused(400, 21211, 'number'),
      refused(400, 21214, 'number'),
      refused(400, 21216, 'number'),
      refused(400, 21217, 'number'),
      refused(401, 20003, 'carrier'),
      refused(429, 20429, 'carrier'),
      refused(400, 21210, 'carrier'),
      refused(400, 21212, 'carrier'),
      refused(400, 21213, 'carrier'),
      refused(400, 21215, 'carrier'),
      refused(400, 21219, 'carrier'),
      refused(400, 22005, 'carrier'),
      { about: 'two sids', status: 201, body: { sid: [SID, SID] }, is: 'unknown' },
      { about: 'a sid that is none', status: 201, body: { sid: 'CA 1/2' }, is: 'unknown' },
      // No 5xx is documented as having done nothing: twilio.com/docs/api/errors/20500
      { about: '20500', status: 500, body: { code: 21211, status: 500 }, is: 'unknown' },
      { about: 'an overload', status: 503, body: { code: 20503, status: 503 }, is: 'unknown' },
    ],
  },
  sendSms: {
    done: { status: 201, body: { sid: SMS, status: 'queued' }, ref: SMS },
    failures: [
      refused(400, 21211, 'number'),
      refused(400, 21610, 'number'),
      refused(400, 21614, 'number'),
      refused(400, 21635, 'number'),
      refused(400, 21408, 'carrier'),
      refused(400, 21606, 'carrier'),
      refused(400, 21611, 'carrier'),
      refused(400, 21612, 'carrier'),
    ],
  },
  hangUp: {
    ref: SID,
    done: { status: 200, body: call({ status: 'in-progress' }) },
    over: [
      { status: 400, body: { code: 21220, status: 400 } },
      { status: 404, body: { code: 20404, status: 404 } },
    ],
  },
  findCall: [
    {
      about: 'a queued call',
      ref: SID,
      answer: { status: 200, body: call({ status: 'queued' }) },
      is: { type: 'seen', ref: SID, state: 'placing' },
    },
    {
      about: 'a ringing call',
      ref: SID,
      answer: { status: 200, body: call({ status: 'ringing' }) },
      is: { type: 'seen', ref: SID, state: 'ringing' },
    },
    {
      about: 'an answered call',
      ref: SID,
      answer: { status: 200, body: call({ status: 'in-progress' }) },
      is: { type: 'seen', ref: SID, state: 'answered' },
    },
    {
      about: 'a call that is over',
      ref: SID,
      answer: { status: 200, body: call({ status: 'no-answer' }) },
      is: { type: 'seen', ref: SID, state: 'ended', cause: 'no_answer' },
    },
    {
      about: 'a status of no meaning',
      ref: SID,
      answer: { status: 200, body: call({ status: 'odd' }) },
      is: { type: 'unknown' },
    },
    { about: 'no such call', ref: SID, answer: { status: 404, body: { code: 20404 } }, is: { type: 'absent' } },
    { about: 'no such page', ref: SID, answer: { status: 404, body: '<html>' }, is: { type: 'unknown' } },
  ],
  listCalls: [
    { about: 'no call to the number', answer: listed(), is: { type: 'listed', calls: [] } },
    {
      about: 'those to the number since then, by a clock that is a little behind',
      answer: listed(
        call({ sid: 'CAold', status: 'completed', date_created: created(-60) }),
        call({ status: 'ringing', date_created: created(-2) }),
        call({ sid: 'CAbefore', status: 'busy', date_created: created(-1) }),
        call({ sid: 'CAother', status: 'ringing', date_created: created(1), to: '+12025550124' }),
      ),
      is: {
        type: 'listed',
        calls: [
          { ref: SID, state: 'ringing' },
          { ref: 'CAbefore', state: 'ended', cause: 'busy' },
        ],
      },
    },
    {
      about: "one of now, by a carrier's clock that is an hour behind ours",
      answer: {
        ...listed(call({ status: 'ringing', date_created: created(-3600) })),
        date: new Date(SINCE.getTime() - 3_590_000),
      },
      is: { type: 'listed', calls: [{ ref: SID, state: 'ringing' }] },
    },
    {
      about: 'only an older one to the number',
      answer: listed(call({ status: 'completed', date_created: created(-60) })),
      is: { type: 'listed', calls: [] },
    },
    {
      about: 'one to the number of no known age',
      answer: listed(call({ status: 'completed', date_created: null })),
      is: { type: 'unknown' },
    },
    {
      about: 'one in a state yet to be invented',
      answer: listed(call({ status: 'odd', date_created: created(1) })),
      is: { type: 'unknown' },
    },
    {
      about: 'a page so full that one may be missing',
      answer: listed(...Array.from({ length: 50 }, (_, i) => call({ sid: `CA${i}`, date_created: created(1) }))),
      is: { type: 'unknown' },
    },
  ],
  findMessage: {
    ref: SMS,
    url: `https://api.twilio.test/2010-04-01/Accounts/${SID_OF_ACCOUNT}/Messages/${SMS}.json`,
    // twilio.com/docs/messaging/api/message-resource#fetch-a-message-resource
    cases: [
      { about: 'on its way', answer: message({ status: 'sent', error_code: null }), is: { type: 'sent' } },
      { about: 'delivered', answer: message({ status: 'delivered', error_code: null }), is: { type: 'delivered' } },
      {
        about: 'a landline, whose code is a number',
        answer: message({ status: 'undelivered', error_code: 30006 }),
        is: { type: 'undelivered', blame: 'number', cause: 'landline', why: 'undelivered, 30006' },
      },
      {
        about: 'failed without a code',
        answer: message({ status: 'failed', error_code: null }),
        is: { type: 'undelivered', blame: 'carrier', why: 'failed' },
      },
      { about: 'still in the queue', answer: message({ status: 'queued' }), is: null },
      { about: 'another message', answer: message({ status: 'delivered', sid: 'SMother' }), is: null },
      { about: 'no such message', answer: { status: 404, body: { code: 20404 } }, is: null },
    ],
  },
} satisfies Subject

contract('twilio', subject)

describe('a call', () => {
  async function placed(more: Partial<PlaceCall>): Promise<URLSearchParams> {
    const { fetch, asked } = fakeCarrierApi(subject.place.done)
    assert.equal((await make(fetch).place({ ...CALL, ...more }, neverAborted())).type, 'placed')
    return fields(asked[0]!)
  }

  test('is one form', async () => {
    const { fetch, asked } = fakeCarrierApi(subject.place.done)
    await make(fetch).place(CALL, neverAborted())
    assert.equal(asked[0]!.url, `https://api.twilio.test/2010-04-01/Accounts/${SID_OF_ACCOUNT}/Calls.json`)
    assert.deepEqual(asked[0]!.init.headers, {
      Authorization: `Basic ${btoa(`${SID_OF_ACCOUNT}:newest token`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    })
    assert.deepEqual(
      [...fields(asked[0]!)],
      [
        ['To', CALL.to],
        ['From', CALL.from],
        ['Url', URLS.answer],
        ['Method', 'POST'],
        ['FallbackUrl', URLS.fallback],
        ['FallbackMethod', 'POST'],
        ['StatusCallback', URLS.status],
        ['StatusCallbackMethod', 'POST'],
        ['StatusCallbackEvent', 'initiated'],
        ['StatusCallbackEvent', 'ringing'],
        ['StatusCallbackEvent', 'answered'],
        ['StatusCallbackEvent', 'completed'],
        ['Timeout', '25'],
        ['TimeLimit', '180'],
      ],
    )
  })

  test('detects an answering machine asynchronously, so that the person hears no silence first', async () => {
    const sent = await placed({ detect: true })
    assert.equal(sent.get('MachineDetection'), 'Enable')
    assert.equal(sent.get('AsyncAmd'), 'true')
    assert.equal(sent.get('AsyncAmdStatusCallback'), URLS.detection)
  })

  // twilio.com/docs/voice/api/call-resource: MachineDetection is ignored with SendDigits, which takes 32 keys.
  test('dials an extension, and then detects no machine', async () => {
    const sent = await placed({ detect: true, extension: 'ww1,204' })
    assert.equal(sent.get('SendDigits'), 'ww1wwww204')
    assert.equal(sent.has('MachineDetection'), false)
    for (const extension of ['', '12x', '1;2', '1'.repeat(33), ',,,,,,,,1']) {
      const placement = await make(noRequestAllowed).place({ ...CALL, extension }, neverAborted())
      assert.equal(placement.type, 'refused', extension)
    }
  })

  test('is ended in any state, and found by its id or its number', async () => {
    const ending = fakeCarrierApi(subject.hangUp.done)
    await make(ending.fetch).hangUp(SID, neverAborted())
    assert.match(ending.asked[0]!.url, new RegExp(`/Calls/${SID}\\.json$`))
    assert.deepEqual([...fields(ending.asked[0]!)], [['Status', 'completed']])

    const looking = fakeCarrierApi(listed())
    await make(looking.fetch).listCalls!({ to: CALL.to, from: CALL.from, maxAge: 10 }, neverAborted())
    const { searchParams } = new URL(looking.asked[0]!.url)
    assert.deepEqual([...searchParams].slice(0, 2), [
      ['To', CALL.to],
      ['From', CALL.from],
    ])
  })

  test('has not certainly ended after an answer about something else', async () => {
    for (const answer of [
      { status: 200, body: '<html>' },
      { status: 404, body: '<html>' },
      { status: 200, body: call({ sid: 'CAother' }) },
    ]) {
      await assert.rejects(make(fakeCarrierApi(answer).fetch).hangUp(SID, neverAborted()))
    }
  })
})

test('a message is one form', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.sendSms.done)
  await make(fetch).sendSms(MESSAGE, neverAborted())
  assert.equal(asked[0]!.url, `https://api.twilio.test/2010-04-01/Accounts/${SID_OF_ACCOUNT}/Messages.json`)
  assert.deepEqual(
    [...fields(asked[0]!)],
    [
      ['To', MESSAGE.to],
      ['From', ACCOUNT.from],
      ['Body', MESSAGE.body],
      ['StatusCallback', MESSAGE.receiptUrl],
    ],
  )
})

function fields({ init }: SentRequest): URLSearchParams {
  return new URLSearchParams(String(init.body))
}

// twilio.com/docs/messaging/api/message-resource: From is a number, a short code or a name, and a service stands instead.
test('a message is sent by the sender of the settings, unless the challenge has one', async () => {
  const senderOf = async (settings: Partial<TwilioSettings>, from: typeof MESSAGE.from) => {
    const { fetch, asked } = fakeCarrierApi(subject.sendSms.done)
    await make(fetch, settings).sendSms({ ...MESSAGE, from }, neverAborted())
    return [...fields(asked[0]!)].filter(([name]) => name === 'From' || name === 'MessagingServiceSid')
  }
  const service = { messagingServiceSid: 'MG0123456789abcdef0123456789abcdef' }
  assert.deepEqual(await senderOf({ smsFrom: 'Saltmarsh' }, null), [['From', 'Saltmarsh']])
  assert.deepEqual(await senderOf({ ...service, smsFrom: '12345' }, null), [
    ['MessagingServiceSid', service.messagingServiceSid],
  ])
  assert.deepEqual(await senderOf(service, '+12025550177'), [['From', '+12025550177']])
})
