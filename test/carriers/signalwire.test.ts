import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetch } from '../../src/carriers/http-client.ts'
import { signalwire } from '../../src/carriers/signalwire/signalwire.ts'
import { contract } from './contract.ts'
import {
  ACCOUNT,
  CALL,
  fakeCarrierApi,
  form,
  MESSAGE,
  neverAborted,
  noRequestAllowed,
  SINCE,
  type Subject,
  signed,
  unsigned,
  withHeaders,
} from './subject.ts'
import { signature } from './twilio-signature.ts'

const PROJECT = 'b3877c40-da60-4998-90ad-b792e98472af'
const SID = 'b3877c40-da60-4998-90ad-b792e98472ca'

function make(fetch: Fetch) {
  return signalwire({
    ...ACCOUNT,
    messagingServiceSid: null,
    projectId: PROJECT,
    apiToken: 'PTtoken',
    signingKeys: ['PSKnewest', 'PSKolder'],
    baseUrl: 'https://acme.signalwire.test',
    fetch,
  })
}

// developer.signalwire.com/compatibility-api/cxml/voice: the fields of every request.
const REQUEST = {
  CallSid: SID,
  AccountSid: PROJECT,
  ApiVersion: '2010-04-01',
  CallStatus: 'in-progress',
  Direction: 'outbound-api',
  From: CALL.from,
  To: CALL.to,
}

// developer.signalwire.com/compatibility-api/rest/call-status-callback: its own names for what SIP said.
const PROGRESS = {
  ...REQUEST,
  CallbackSource: 'call-progress-events',
  SequenceNumber: '1',
  Timestamp: 'Thu, 04 Apr 2024 18:32:15 +0000',
  SipResultCode: '200',
  SipInviteResultPhrase: 'OK',
}

function json(fields: object) {
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(fields) }
}

function sign(incoming: Parameters<Subject['sign']>[0], secret = 'PSKnewest') {
  return { 'X-SignalWire-Signature': signature(secret, incoming) }
}

function textFailed(ErrorCode: string, event: object) {
  const fields = { MessageSid: SID, MessageStatus: 'undelivered', ErrorCode, From: ACCOUNT.from, To: MESSAGE.to }
  return {
    about: `a message that failed with ${ErrorCode}`,
    kind: 'receipt',
    ...form(fields),
    event: { refs: [SID], type: 'undelivered', ...event, why: `undelivered, ${ErrorCode}` },
  }
}

const subject = {
  make,
  sign,
  signsBody: true,
  refusalStatus: 403,
  acknowledgeStatus: 204,
  webhooks: [
    { about: 'an answer', kind: 'answer', ...form(REQUEST), event: { refs: [SID], type: 'answered' } },
    // The specification of its webhooks says JSON where its samples read a form.
    { about: 'an answer in JSON', kind: 'answer', ...json(REQUEST), event: { refs: [SID], type: 'answered' } },
    {
      about: 'keys in JSON, a number and a null among the fields',
      kind: 'turn',
      ...json({ ...REQUEST, Digits: '12', Confidence: 0, SpeechResult: null }),
      event: { refs: [SID], type: 'dtmf', digits: '12' },
    },
    {
      about: 'a queued call',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'queued' }),
      event: { refs: [SID], type: 'irrelevant' },
    },
    {
      about: 'ringing',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'ringing' }),
      event: { refs: [SID], type: 'ringing' },
    },
    {
      about: 'a call that is over',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'completed', CallDuration: '94', HangupBy: CALL.to }),
      event: { refs: [SID], type: 'ended', cause: 'completed' },
    },
    {
      about: 'a call that was declined',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'failed', SipResultCode: '603' }),
      event: { refs: [SID], type: 'ended', cause: 'rejected', why: 'SIP 603' },
    },
    {
      about: 'a call that rang in vain, as the number of the event tells',
      kind: 'status',
      ...form({ ...PROGRESS, CallStatus: 'no-answer', SipResultCode: '480', SequenceNumber: '2' }),
      event: { refs: [SID], type: 'ended', cause: 'handset_off', rang: true, why: 'SIP 480' },
    },
    {
      about: 'an answering machine',
      kind: 'detection',
      ...form({ CallSid: SID, AnsweredBy: 'machine_start' }),
      event: { refs: [SID], type: 'detected', machine: true },
    },
    // developer.signalwire.com/compatibility-api/rest/error-codes
    textFailed('30003', { blame: 'number', cause: 'handset_off' }),
    textFailed('30004', { blame: 'number', cause: 'blocked' }),
    textFailed('30005', { blame: 'number', cause: 'number_unknown' }),
    // Not "a landline" here, as at Twilio: "could not be routed to the destination handset".
    textFailed('30006', { blame: 'number' }),
    textFailed('30007', { blame: 'carrier', cause: 'filtered' }),
    textFailed('30002', { blame: 'carrier' }),
    {
      about: 'a message on its way',
      kind: 'receipt',
      ...form({ MessageSid: SID, MessageStatus: 'initiated', NumSegments: '1' }),
      event: { refs: [SID], type: 'irrelevant' },
    },
  ] as Subject['webhooks'],
  keysPayload: (digits) => form(digits === null ? REQUEST : { ...REQUEST, Digits: digits }),
  place: {
    // 200 and not 201: developer.signalwire.com/compatibility-api/rest/create-a-call
    done: { status: 200, body: { sid: SID, status: 'queued' }, ref: SID },
    // developer.signalwire.com/compatibility-api/rest/error-codes
    failures: [
      { about: '21217', status: 422, body: { code: 21217, message: CALL.to, status: 422 }, is: 'number' },
      { about: '21211, in a list', status: 400, body: { errors: [{ code: '21211', message: CALL.to }] }, is: 'number' },
      { about: 'an empty list', status: 400, body: { errors: [] }, is: 'carrier' },
      { about: '4001, no money', status: 422, body: { code: '4001' }, is: 'carrier' },
      { about: '20429, too many', status: 429, body: { code: '20429' }, is: 'carrier' },
      { about: '21219, a trial', status: 422, body: { code: 21219 }, is: 'carrier' },
      { about: 'an overload', status: 503, body: '', is: 'unknown' },
    ],
  },
  sendSms: {
    done: { status: 201, body: { sid: SID, status: 'queued' }, ref: SID },
    failures: [
      { about: '21610, who opted out', status: 422, body: { code: 21610 }, is: 'number' },
      { about: '21717, no campaign', status: 422, body: { code: 21717 }, is: 'carrier' },
    ],
  },
  hangUp: {
    ref: SID,
    done: { status: 200, body: { sid: SID, status: 'completed' } },
    over: [
      { status: 422, body: { code: '21220' } },
      { status: 404, body: { code: '20404' } },
    ],
  },
  findCall: [
    {
      about: 'a ringing call',
      ref: SID,
      answer: { status: 200, body: { sid: SID, status: 'ringing' } },
      is: { type: 'seen', ref: SID, state: 'ringing' },
    },
    {
      about: 'a call that was declined',
      ref: SID,
      answer: { status: 200, body: { sid: SID, status: 'failed', sip_result_code: '603' } },
      is: { type: 'seen', ref: SID, state: 'ended', cause: 'rejected' },
    },
    { about: 'no such call', ref: SID, answer: { status: 404, body: { code: '20404' } }, is: { type: 'absent' } },
  ],
  listCalls: [
    { about: 'no call to the number', answer: { status: 200, body: { calls: [] } }, is: { type: 'listed', calls: [] } },
    {
      about: 'a call that has failed',
      answer: {
        status: 200,
        body: {
          calls: [
            {
              ...{ sid: SID, to: CALL.to, from: CALL.from, status: 'failed', sip_result_code: '503' },
              date_created: SINCE.toUTCString(),
            },
          ],
        },
      },
      is: { type: 'listed', calls: [{ ref: SID, state: 'ended', cause: 'failed' }] },
    },
  ],
  findMessage: {
    ref: SID,
    url: `https://acme.signalwire.test/api/laml/2010-04-01/Accounts/${PROJECT}/Messages/${SID}.json`,
    // developer.signalwire.com/compatibility-api/rest/retrieve-a-message
    cases: [
      {
        about: 'delivered',
        answer: { status: 200, body: { sid: SID, status: 'delivered' } },
        is: { type: 'delivered' },
      },
      {
        about: 'blocked, whose code is a string',
        answer: { status: 200, body: { sid: SID, status: 'undelivered', error_code: '30004' } },
        is: { type: 'undelivered', blame: 'number', cause: 'blocked', why: 'undelivered, 30004' },
      },
      { about: 'on its way', answer: { status: 200, body: { sid: SID, status: 'initiated' } }, is: null },
    ],
  },
} satisfies Subject

contract('signalwire', subject)

test("the signature may stand in Twilio's header, by any key that is live", async () => {
  const bare = unsigned('answer', form(REQUEST))
  const proof = signature('PSKolder', bare)
  assert.ok(await make(noRequestAllowed).receive(withHeaders(bare, { 'X-Twilio-Signature': proof })))
  assert.ok(await make(noRequestAllowed).receive(withHeaders(bare, { 'X-SignalWire-Signature': proof })))
})

// developer.signalwire.com/compatibility-api/guides/webhook-security
test('the API token is no signing key', async () => {
  assert.equal(await make(noRequestAllowed).receive(signed(subject, 'answer', form(REQUEST), 'PTtoken')), null)
})

test('a call is asked for at the space, by the project and its token, and without a time limit', async () => {
  const { fetch, asked } = fakeCarrierApi(subject.place.done)
  await make(fetch).place(CALL, neverAborted())
  const [{ url, init }] = asked as [(typeof asked)[number]]
  assert.equal(url, `https://acme.signalwire.test/api/laml/2010-04-01/Accounts/${PROJECT}/Calls.json`)
  assert.equal(new Headers(init.headers).get('Authorization'), `Basic ${btoa(`${PROJECT}:PTtoken`)}`)
  const fields = new URLSearchParams(String(init.body))
  assert.equal(fields.get('Timeout'), '25')
  assert.equal(fields.has('TimeLimit'), false)
})
