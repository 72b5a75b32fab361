import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlaceCall } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { twilio } from '../../src/carriers/twilio/twilio.ts'
import { contract } from './contract.ts'
import { type Asked, CALL, farSide, LINKS, MESSAGE, nobody, patience, SINCE, type Subject } from './subject.ts'
import { signature } from './twilio-signature.ts'

const SID = 'CA5ef8732a3c49700934481addd5ce1659'
const SMS = 'SMc781610ec0b3400c9e0cab8e757da937'
const ACCOUNT = 'AC0123456789abcdef0123456789abcdef'

function make(fetch: Fetch) {
  return twilio({
    accountSid: ACCOUNT,
    authTokens: ['newest token', 'older token'],
    from: CALL.from,
    baseUrl: 'https://api.twilio.test',
    fetch,
  })
}

// twilio.com/docs/voice/twiml#request-parameters: these come with every request for a document.
const REQUEST = {
  CallSid: SID,
  AccountSid: ACCOUNT,
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
  SequenceNumber: '2',
  Timestamp: 'Tue, 18 Aug 2026 15:54:25 +0000',
}

// twilio.com/docs/messaging/guides/track-outbound-message-status
const RECEIPT = { MessageSid: SMS, SmsSid: SMS, AccountSid: ACCOUNT, From: MESSAGE.from, To: MESSAGE.to }

function form(fields: Record<string, string>) {
  return { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }
}

function ended(fields: Record<string, string>, cause: string) {
  const about = `a call that is ${Object.values(fields).join(' ')}`
  return { about, hook: 'status', ...form({ ...PROGRESS, ...fields }), news: { refs: [SID], type: 'ended', cause } }
}

function machine(AnsweredBy: string, news: object) {
  const fields = { CallSid: SID, AccountSid: ACCOUNT, AnsweredBy, MachineDetectionDuration: '4180' }
  return { about: `detection of ${AnsweredBy}`, hook: 'detection', ...form(fields), news: { refs: [SID], ...news } }
}

function receipt(fields: Record<string, string>, news: object) {
  const about = `a message that is ${Object.values(fields).join(' ')}`
  return { about, hook: 'receipt', ...form({ ...RECEIPT, ...fields }), news: { refs: [SMS], ...news } }
}

/** The body of a refusal: twilio.com/docs/usage/twilios-response#response-formats-exceptions */
function refused(status: number, code: number, is: 'number' | 'carrier') {
  const body = { code, message: `About ${CALL.to}`, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
  return { about: `${code}`, status, body, is }
}

const call = (more: object) => ({ sid: SID, to: CALL.to, from: CALL.from, direction: 'outbound-api', ...more })
const created = (seconds: number) => new Date(SINCE.getTime() + seconds * 1000).toUTCString().replace('GMT', '+0000')
const listed = (...calls: object[]) => ({ status: 200, body: { calls, page: 0, page_size: 50 } })

const subject = {
  make,
  sign: (incoming, secret = 'newest token') => ({ 'X-Twilio-Signature': signature(secret, incoming) }),
  seals: true,
  stranger: 403,
  recorded: [
    { about: 'an answer', hook: 'answer', ...form(REQUEST), news: { refs: [SID], type: 'answered' } },
    // Somleng, which is spoken to as Twilio, asks for the document of an answered call while it still says "ringing".
    {
      about: 'an early answer',
      hook: 'answer',
      ...form({ ...REQUEST, CallStatus: 'ringing' }),
      news: { refs: [SID], type: 'answered' },
    },
    {
      about: 'keys',
      hook: 'turn',
      ...form({ ...REQUEST, Digits: '481516', FinishedOnKey: '', msg: 'Gather End' }),
      news: { refs: [SID], type: 'keyed', digits: '481516' },
    },
    {
      about: 'a queued call',
      hook: 'status',
      ...form({ ...PROGRESS, CallStatus: 'initiated' }),
      news: { refs: [SID], type: 'nothing' },
    },
    {
      about: 'ringing',
      hook: 'status',
      ...form({ ...PROGRESS, CallStatus: 'ringing' }),
      news: { refs: [SID], type: 'rang' },
    },
    { about: 'an answer told', hook: 'status', ...form(PROGRESS), news: { refs: [SID], type: 'answered' } },
    {
      about: 'a status of no call',
      hook: 'status',
      ...form({ CallStatus: 'busy' }),
      news: { refs: [], type: 'nothing' },
    },
    {
      about: 'an unknown status',
      hook: 'status',
      ...form({ ...PROGRESS, CallStatus: 'constructor' }),
      news: { refs: [SID], type: 'nothing' },
    },
    ended({ CallStatus: 'completed', CallDuration: '23', SipResponseCode: '200' }, 'completed'),
    ended({ CallStatus: 'busy', SipResponseCode: '486' }, 'busy'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '487' }, 'no_answer'),
    ended({ CallStatus: 'canceled' }, 'canceled'),
    ended({ CallStatus: 'failed' }, 'failed'),
    ended({ CallStatus: 'failed', SipResponseCode: '503' }, 'failed'),
    // A telephone that is switched off: rfc-editor.org/rfc/rfc3261#section-21.4.18
    ended({ CallStatus: 'failed', SipResponseCode: '480' }, 'no_answer'),
    // Declined by hand: rfc-editor.org/rfc/rfc3261#section-21.6.2
    ended({ CallStatus: 'failed', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'busy', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'no-answer', SipResponseCode: '603' }, 'rejected'),
    ended({ CallStatus: 'failed', SipResponseCode: '404' }, 'unreachable'),
    ended({ CallStatus: 'failed', SipResponseCode: '484' }, 'unreachable'),
    // twilio.com/docs/voice/answering-machine-detection#asyncamd-status-callback
    machine('machine_start', { type: 'detected', machine: true }),
    machine('machine_end_beep', { type: 'detected', machine: true }),
    machine('fax', { type: 'detected', machine: true }),
    machine('human', { type: 'detected', machine: false }),
    machine('unknown', { type: 'nothing' }),
    {
      about: 'a document that failed',
      hook: 'fallback',
      ...form({ ...REQUEST, ErrorCode: '11200', ErrorUrl: LINKS.answer }),
      news: { refs: [SID], type: 'nothing' },
    },
    receipt({ MessageStatus: 'queued' }, { type: 'nothing' }),
    receipt({ MessageStatus: 'sent' }, { type: 'sent' }),
    receipt({ MessageStatus: 'delivered' }, { type: 'delivered' }),
    receipt(
      { MessageStatus: 'undelivered', ErrorCode: '30006' },
      { type: 'undelivered', blame: 'number', why: 'undelivered, 30006' },
    ),
    receipt(
      { MessageStatus: 'undelivered', ErrorCode: '30007' },
      { type: 'undelivered', blame: 'carrier', why: 'undelivered, 30007' },
    ),
    receipt({ MessageStatus: 'failed', ErrorCode: CALL.to }, { type: 'undelivered', blame: 'carrier', why: 'failed' }),
  ] as Subject['recorded'],
  keyed: (digits) => form(digits === null ? REQUEST : { ...REQUEST, Digits: digits }),
  place: {
    done: { status: 201, body: call({ status: 'queued' }), ref: SID },
    else: [
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
      // Not one 5xx is said to have done nothing: twilio.com/docs/api/errors/20500
      { about: '20500', status: 500, body: { code: 21211, status: 500 }, is: 'unknown' },
      { about: 'an overload', status: 503, body: { code: 20503, status: 503 }, is: 'unknown' },
    ],
  },
  text: {
    done: { status: 201, body: { sid: SMS, status: 'queued' }, ref: SMS },
    else: [
      refused(400, 21211, 'number'),
      refused(400, 21610, 'number'),
      refused(400, 21614, 'number'),
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
  look: [
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
    { about: 'no call to the number', ref: null, answer: listed(), is: { type: 'absent' } },
    {
      about: 'the newest to the number, by a clock that is a little behind',
      ref: null,
      answer: listed(
        call({ sid: 'CAold', status: 'completed', date_created: created(-60) }),
        call({ status: 'ringing', date_created: created(-2) }),
        call({ sid: 'CAother', status: 'ringing', date_created: created(1), to: '+12025550124' }),
      ),
      is: { type: 'seen', ref: SID, state: 'ringing' },
    },
    {
      about: 'only an older one to the number',
      ref: null,
      answer: listed(call({ status: 'completed', date_created: created(-60) })),
      is: { type: 'absent' },
    },
    {
      about: 'one to the number of no known age',
      ref: null,
      answer: listed(call({ status: 'completed', date_created: null })),
      is: { type: 'unknown' },
    },
  ],
} satisfies Subject

contract('twilio', subject)

describe('a call', () => {
  async function placed(more: Partial<PlaceCall>): Promise<URLSearchParams> {
    const { fetch, asked } = farSide(subject.place.done)
    assert.equal((await make(fetch).place({ ...CALL, ...more }, patience())).type, 'placed')
    return fields(asked[0]!)
  }

  test('is asked for in one form', async () => {
    const { fetch, asked } = farSide(subject.place.done)
    await make(fetch).place(CALL, patience())
    assert.equal(asked[0]!.url, `https://api.twilio.test/2010-04-01/Accounts/${ACCOUNT}/Calls.json`)
    assert.deepEqual(asked[0]!.init.headers, {
      Authorization: `Basic ${btoa(`${ACCOUNT}:newest token`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    })
    assert.deepEqual(
      [...fields(asked[0]!)],
      [
        ['To', CALL.to],
        ['From', CALL.from],
        ['Url', LINKS.answer],
        ['Method', 'POST'],
        ['FallbackUrl', LINKS.fallback],
        ['FallbackMethod', 'POST'],
        ['StatusCallback', LINKS.status],
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

  test('listens for a machine without keeping the person waiting', async () => {
    const sent = await placed({ detect: true })
    assert.equal(sent.get('MachineDetection'), 'Enable')
    assert.equal(sent.get('AsyncAmd'), 'true')
    assert.equal(sent.get('AsyncAmdStatusCallback'), LINKS.detection)
  })

  // twilio.com/docs/voice/api/call-resource: MachineDetection is ignored with SendDigits, which takes 32 keys.
  test('dials an extension, and then listens for no machine', async () => {
    const sent = await placed({ detect: true, extension: 'ww1,204' })
    assert.equal(sent.get('SendDigits'), 'ww1wwww204')
    assert.equal(sent.has('MachineDetection'), false)
    for (const extension of ['', '12x', '1;2', '1'.repeat(33), ',,,,,,,,1']) {
      const placement = await make(nobody).place({ ...CALL, extension }, patience())
      assert.equal(placement.type, 'refused', extension)
    }
  })

  test('is ended whatever it is doing, and found by its name or its number', async () => {
    const ending = farSide(subject.hangUp.done)
    await make(ending.fetch).hangUp(SID, patience())
    assert.match(ending.asked[0]!.url, new RegExp(`/Calls/${SID}\\.json$`))
    assert.deepEqual([...fields(ending.asked[0]!)], [['Status', 'completed']])

    const looking = farSide(listed())
    await make(looking.fetch).findCall(
      { ref: null, to: CALL.to, from: CALL.from, since: SINCE, links: LINKS },
      patience(),
    )
    const { searchParams } = new URL(looking.asked[0]!.url)
    assert.deepEqual([...searchParams].slice(0, 2), [
      ['To', CALL.to],
      ['From', CALL.from],
    ])
  })

  test('is not known to have ended by an answer about something else', async () => {
    for (const answer of [
      { status: 200, body: '<html>' },
      { status: 404, body: '<html>' },
      { status: 200, body: call({ sid: 'CAother' }) },
    ]) {
      await assert.rejects(make(farSide(answer).fetch).hangUp(SID, patience()))
    }
  })
})

test('a message is asked for in one form', async () => {
  const { fetch, asked } = farSide(subject.text.done)
  await make(fetch).sendSms(MESSAGE, patience())
  assert.equal(asked[0]!.url, `https://api.twilio.test/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
  assert.deepEqual(
    [...fields(asked[0]!)],
    [
      ['To', MESSAGE.to],
      ['From', MESSAGE.from],
      ['Body', MESSAGE.body],
      ['StatusCallback', MESSAGE.receiptUrl],
    ],
  )
})

function fields({ init }: Asked): URLSearchParams {
  return new URLSearchParams(String(init.body))
}
