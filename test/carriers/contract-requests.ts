// The contract of requests to a carrier: what each answer means, and which leave the result unknown.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlacementResult } from '../../src/carriers/carrier.ts'
import { carrierConnections } from '../../src/carriers/connection-pool.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import type { E164 } from '../../src/domain/challenge.ts'
import { freePort } from '../support/free-port.ts'
import {
  CALL,
  type CannedAnswer,
  fakeCarrierApi,
  MESSAGE,
  neverAborted,
  noRequestAllowed,
  type OrderCases,
  SINCE,
  type Subject,
  URLS,
} from './subject.ts'

export function requests(subject: Subject): void {
  orders('place', subject.place, (fetch, to, signal) => subject.make(fetch).place({ ...CALL, to }, signal))
  orders('sendSms', subject.sendSms, (fetch, to, signal) => subject.make(fetch).sendSms({ ...MESSAGE, to }, signal))
  hangsUp(subject)
  findsCalls(subject)
  findsMessages(subject)
}

type Order = (fetch: Fetch, to: E164, signal: AbortSignal) => Promise<PlacementResult>

function orders(verb: string, { done, failures: others }: OrderCases, order: Order): void {
  const answered = (answer: CannedAnswer) => order(fakeCarrierApi(answer).fetch, CALL.to, neverAborted())

  test(`${verb}: a success has the carrier's id, and one request was made`, async () => {
    const { fetch, asked } = fakeCarrierApi(done)
    assert.deepEqual(await order(fetch, CALL.to, neverAborted()), { type: 'placed', ref: done.ref })
    assert.equal(asked.length, 1)
    assert.equal(asked[0]!.init.method, 'POST')
    assert.equal(asked[0]!.init.redirect, 'manual')
  })

  for (const { about, is, ...answer } of [...others, ...ANSWERS(done.status)]) {
    test(`${verb}: ${about} is ${is === 'unknown' ? is : `refused for the ${is}`}`, async () => {
      const placement = await answered(answer)
      assert.equal(placement.type === 'refused' ? placement.blame : placement.type, is)
      assert.doesNotMatch(JSON.stringify(placement), /2025550123|answerback\.test/)
      assert.ok(JSON.stringify(placement).length < 200)
    })
  }

  test(`${verb}: a refused connection is a refusal, a missing answer is unknown`, async () => {
    const port = await freePort()
    const closed: Fetch = (_url, init) => carrierConnections(`http://127.0.0.1:${port}/`, init)
    const refused = await order(closed, CALL.to, neverAborted())
    assert.deepEqual(refused, { type: 'refused', blame: 'carrier', why: 'ECONNREFUSED' })

    const abort = new AbortController()
    const answer = order(silent(abort), CALL.to, abort.signal)
    assert.equal((await answer).type, 'unknown')
  })

  test(`${verb}: no request is made for a number that isn't E.164`, async () => {
    for (const to of [
      '+0123456789',
      '+1202',
      '+12025550123<+12025550124',
      '+1202555012345678',
      '+1 202 555 0123',
      '+12025550123\n',
    ]) {
      const placement = await order(noRequestAllowed, to as E164, neverAborted())
      assert.equal(placement.type === 'refused' && placement.blame, 'number', to)
    }
  })
}

/** Answers that any carrier's front end may give to any request. */
const ANSWERS = (success: number): OrderCases['failures'] => [
  { about: 'success as a web page', status: success, body: '<html>Welcome</html>', is: 'unknown' },
  { about: 'success without a body', status: success, body: '', is: 'unknown' },
  { about: 'success without an id', status: success, body: {}, is: 'unknown' },
  { about: 'success with null', status: success, body: null, is: 'unknown' },
  { about: 'success with an impossible id', status: success, body: echo({ id: '../x' }), is: 'unknown' },
  { about: 'a server error', status: 500, body: echo('oh'), is: 'unknown' },
  { about: 'a server error as a page', status: 502, body: '<html>Bad gateway</html>', is: 'unknown' },
  { about: 'a gateway timeout', status: 504, body: '', is: 'unknown' },
  { about: 'a redirect', status: 307, body: '', is: 'carrier' },
  { about: 'a wrong password', status: 401, body: echo('no'), is: 'carrier' },
  { about: 'a forbidden request', status: 403, body: echo('no'), is: 'carrier' },
  { about: 'no such account', status: 404, body: '<html>Not found</html>', is: 'carrier' },
  { about: 'too many requests', status: 429, body: echo('slow down'), is: 'carrier' },
]

/** A body with the number and a callback URL in every field that the carriers use. */
function echo(value: unknown): Record<string, unknown> {
  const secret = `${CALL.to} ${URLS.answer}`
  return {
    sid: value,
    callId: value,
    id: value,
    request_uuid: value,
    code: secret,
    type: secret,
    error: secret,
    message: secret,
  }
}

function hangsUp({ make, hangUp: { ref, done, over } }: Subject): void {
  test('hangUp: a call that ends, or has ended, is no error', async () => {
    for (const answer of [done, ...over]) {
      const { fetch, asked } = fakeCarrierApi(answer)
      await make(fetch).hangUp(ref, neverAborted())
      assert.ok(asked.length > 0)
    }
  })

  test('hangUp: an unknown result is an error', async () => {
    for (const status of [401, 429, 500, 503]) {
      await assert.rejects(
        make(fakeCarrierApi({ status, body: echo('no') }).fetch).hangUp(ref, neverAborted()),
        (error: Error) => {
          assert.doesNotMatch(error.message, /2025550123|answerback\.test/)
          return true
        },
      )
    }
    const abort = new AbortController()
    await assert.rejects(make(silent(abort)).hangUp(ref, abort.signal))
  })
}

function findsCalls({ make, findCall: look, listCalls }: Subject): void {
  const asked = { to: CALL.to, from: CALL.from, maxAge: 10 }
  const date = new Date(SINCE.getTime() + 10_000)
  const list = (fetch: Fetch, signal: AbortSignal) => make(fetch).listCalls!(asked, signal)

  test('listCalls: is there where a list can be trusted', () => {
    assert.equal(make(noRequestAllowed).listCalls === undefined, listCalls === null)
  })

  for (const { about, answer, is } of listCalls ?? []) {
    test(`listCalls: ${about}`, async () => {
      assert.deepEqual(await list(fakeCarrierApi({ date, ...answer }).fetch, neverAborted()), is)
    })
  }

  for (const { about, ref, answer, is } of look) {
    test(`findCall: ${about}`, async () => {
      assert.deepEqual(await make(fakeCarrierApi(answer).fetch).findCall(ref, neverAborted()), is)
    })
  }

  test('findCall and listCalls: any other answer leaves it unknown', async () => {
    const findCall = (fetch: Fetch, signal: AbortSignal) => make(fetch).findCall('some-ref-or-other', signal)
    for (const find of listCalls ? [findCall, list] : [findCall]) {
      for (const [status, body] of [
        [200, '<html>'],
        [200, 'null'],
        [200, '[]'],
        [401, '{}'],
        [429, '{}'],
        [500, '{}'],
      ] as const) {
        assert.deepEqual(await find(fakeCarrierApi({ status, body }).fetch, neverAborted()), { type: 'unknown' })
      }
      const abort = new AbortController()
      assert.deepEqual(await find(silent(abort), abort.signal), { type: 'unknown' })
    }
  })
}

function findsMessages({ make, findMessage: look }: Subject): void {
  if (!look) {
    test('findMessage: there is none, since a receipt that is refused comes again', () => {
      assert.equal(make(noRequestAllowed).findMessage, undefined)
    })
    return
  }
  const { ref, url, cases } = look
  const find = (fetch: Fetch, signal = neverAborted()) => make(fetch).findMessage!(ref, signal)

  for (const { about, answer, is } of cases) {
    test(`findMessage: ${about}`, async () => {
      const { fetch, asked } = fakeCarrierApi(answer)
      assert.deepEqual(await find(fetch), is)
      assert.deepEqual(
        asked.map((one) => [one.init.method, one.url]),
        [['GET', url]],
      )
    })
  }

  test('findMessage: any other answer says nothing', async () => {
    for (const [status, body] of [
      [200, '<html>'],
      [200, 'null'],
      [200, '[]'],
      [200, '{"status":"delivered","message_state":"delivered"}'],
      [401, '{}'],
      [404, '{}'],
      [429, '{}'],
      [500, '{}'],
    ] as const) {
      assert.equal(await find(fakeCarrierApi({ status, body }).fetch), null, `${status} ${body}`)
    }
    const abort = new AbortController()
    assert.equal(await find(silent(abort), abort.signal), null)
  })
}

/** A carrier that takes the request and does not answer before the deadline. */
function silent(abort: AbortController): Fetch {
  return (_url, { signal }) =>
    new Promise((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason))
      setImmediate(() => abort.abort())
    })
}
