// The outbound half of the contract: what a carrier's answers mean, and above all what is not known.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import type { PlacementResult } from '../../src/carriers/carrier.ts'
import type { Fetch } from '../../src/carriers/http-client.ts'
import type { E164 } from '../../src/domain/challenge.ts'
import {
  type Answered,
  CALL,
  farSide,
  LINKS,
  MESSAGE,
  nobody,
  patience,
  SINCE,
  type Subject,
  type Verb,
} from './subject.ts'

export function requests(subject: Subject): void {
  orders('place', subject.place, (fetch, to, signal) => subject.make(fetch).place({ ...CALL, to }, signal))
  orders('text', subject.text, (fetch, to, signal) => subject.make(fetch).sendSms({ ...MESSAGE, to }, signal))
  hangsUp(subject)
  looks(subject)
}

type Order = (fetch: Fetch, to: E164, signal: AbortSignal) => Promise<PlacementResult>

function orders(verb: string, { done, else: others }: Verb, order: Order): void {
  const answered = (answer: Answered) => order(farSide(answer).fetch, CALL.to, patience())

  test(`${verb}: what is done has the carrier's name, and is asked for once`, async () => {
    const { fetch, asked } = farSide(done)
    assert.deepEqual(await order(fetch, CALL.to, patience()), { type: 'placed', ref: done.ref })
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

  test(`${verb}: nobody who listens is a refusal, nobody who answers is unknown`, async () => {
    const port = await closedPort()
    const closed: Fetch = (_url, init) => fetch(`http://127.0.0.1:${port}/`, init)
    const refused = await order(closed, CALL.to, patience())
    assert.deepEqual(refused, { type: 'refused', blame: 'carrier', why: 'ECONNREFUSED' })

    const patient = new AbortController()
    const answer = order(silent(patient), CALL.to, patient.signal)
    assert.equal((await answer).type, 'unknown')
  })

  test(`${verb}: what is no number in E.164 is not even asked for`, async () => {
    for (const to of [
      '+0123456789',
      '+1202',
      '+12025550123<+12025550124',
      '+1202555012345678',
      '+1 202 555 0123',
      '+12025550123\n',
    ]) {
      const placement = await order(nobody, to as E164, patience())
      assert.equal(placement.type === 'refused' && placement.blame, 'number', to)
    }
  })
}

/** What any carrier's front may answer, whatever it is asked. */
const ANSWERS = (success: number): Verb['else'] => [
  { about: 'success as a web page', status: success, body: '<html>Welcome, captive one</html>', is: 'unknown' },
  { about: 'success without a body', status: success, body: '', is: 'unknown' },
  { about: 'success without a name', status: success, body: {}, is: 'unknown' },
  { about: 'success with null', status: success, body: null, is: 'unknown' },
  { about: 'success with a name for something else', status: success, body: echo({ id: '../x' }), is: 'unknown' },
  { about: 'a fault of the server', status: 500, body: echo('oh'), is: 'unknown' },
  { about: 'a fault of the server, as a page', status: 502, body: '<html>Bad gateway</html>', is: 'unknown' },
  { about: 'a gateway that waited in vain', status: 504, body: '', is: 'unknown' },
  { about: 'a redirect', status: 307, body: '', is: 'carrier' },
  { about: 'a wrong password', status: 401, body: echo('no'), is: 'carrier' },
  { about: 'a door that is shut', status: 403, body: echo('no'), is: 'carrier' },
  { about: 'no such account', status: 404, body: '<html>Not found</html>', is: 'carrier' },
  { about: 'too many at once', status: 429, body: echo('slow down'), is: 'carrier' },
]

/** A body that tells our secrets back to us under every name the carriers use. */
function echo(value: unknown): Record<string, unknown> {
  const secret = `${CALL.to} ${LINKS.answer}`
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
  test('hangUp: a call that ends, or is over, is no error', async () => {
    for (const answer of [done, ...over]) await make(farSide(answer).fetch).hangUp(ref, patience())
  })

  test('hangUp: not knowing is one', async () => {
    for (const status of [401, 429, 500, 503]) {
      await assert.rejects(
        make(farSide({ status, body: echo('no') }).fetch).hangUp(ref, patience()),
        (error: Error) => {
          assert.doesNotMatch(error.message, /2025550123|answerback\.test/)
          return true
        },
      )
    }
    const patient = new AbortController()
    await assert.rejects(make(silent(patient)).hangUp(ref, patient.signal))
  })
}

function looks({ make, look }: Subject): void {
  const asked = { to: CALL.to, from: CALL.from, since: SINCE, links: LINKS }

  for (const { about, ref, answer, is } of look) {
    test(`look: ${about}`, async () => {
      assert.deepEqual(await make(farSide(answer).fetch).findCall({ ...asked, ref }, patience()), is)
    })
  }

  test('look: whoever does not answer in the words of the carrier leaves it unknown', async () => {
    for (const ref of ['some-ref-or-other', null]) {
      for (const [status, body] of [
        [200, '<html>'],
        [200, 'null'],
        [200, '[]'],
        [401, '{}'],
        [429, '{}'],
        [500, '{}'],
      ] as const) {
        assert.deepEqual(await make(farSide({ status, body }).fetch).findCall({ ...asked, ref }, patience()), {
          type: 'unknown',
        })
      }
      const patient = new AbortController()
      assert.deepEqual(await make(silent(patient)).findCall({ ...asked, ref }, patient.signal), { type: 'unknown' })
    }
  })
}

/** A far side that takes the request and says nothing until the patience is over. */
function silent(patient: AbortController): Fetch {
  return (_url, { signal }) =>
    new Promise((_, reject) => {
      signal!.addEventListener('abort', () => reject(signal!.reason))
      setImmediate(() => patient.abort())
    })
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
