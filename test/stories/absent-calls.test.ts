// A call that may have been placed, and that its carrier does not know: after two answers without it, and only then, the
// next carrier calls. A carrier that does not say so is not believed to have done nothing.

import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { ChallengeId, E164 } from '../../src/domain/challenge.ts'
import { numberHash } from '../../src/domain/one-time-codes.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
import { signature } from '../carriers/twilio-signature.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { COMPANIES, PUBLIC_URL } from '../support/carriers.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { later } from './later.ts'

/** Two, as while they are rotated. */
const SECRETS = ['the new secret of the absent calls', 'the old secret of the absent calls']
const FAILS = { status: 500, code: 20500 }

describe('a call that may have been placed', { skip: withoutPostgres }, () => {
  let server: Server
  before(async () => {
    server = await startServer({ secrets: SECRETS }, ['twilio', 'signalwire', 'plivo'])
  })
  after(() => server.stop())
  afterEach(() => server.phones.injectFaults(noFaults()))

  test('and is missing from two answers of its carrier, is placed through the next one', async () => {
    const { id, phone } = await asked({ company: 'Twilio', refuse: FAILS })
    await look(id, 2)
    assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
    await look(id, 4)
    assert.equal((await phone.answers()).carrier, 'SignalWire')
    await phone.hears(/press 1/)
    await calm()
    assert.deepEqual(await deliveries(id), [
      ['twilio', 'ended', 'carrier_failed'],
      ['signalwire', 'answered', null],
    ])
    await phone.keys('1')
    await calm()
    assert.equal((await challenge(id)).reason, 'key_pressed')
    // The carrier's own webhooks may overtake its answer.
    const later = new Set(['placed', 'ringing'])
    assert.deepEqual(
      (await ledger(id)).filter((type) => !later.has(type)),
      ['created', 'placement_unknown', 'call_absent', 'placement_failed', 'answered', 'dtmf_received', 'ended'],
    )
  })

  test('and is missing from one answer only, is not placed elsewhere', async () => {
    const { id, phone } = await asked({ company: 'Twilio', answerError: FAILS, unlisted: true }, { lose: true })
    await look(id, 2)
    server.phones.injectFaults({ requests: { unlisted: false } })
    await look(id, 4)
    assert.deepEqual(await deliveries(id), [['twilio', 'ringing', null]])
    await phone.answers()
    await phone.keys('1')
    await calm()
    assert.equal((await challenge(id)).reason, 'key_pressed')
    assert.equal(phone.calls.length, 1)
  })

  test('is not declared absent by a carrier that fails to answer, nor placed elsewhere once it is given up', async () => {
    const { id, phone } = await asked({ company: 'Twilio', refuse: FAILS, lookupError: FAILS })
    for (const seconds of [2, 4, 30, 49]) {
      await look(id, seconds)
      assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
    }
    await look(id, 51)
    const { status, reason } = await challenge(id)
    assert.deepEqual([status, reason], ['undelivered', 'carrier_failed'])
    assert.deepEqual(await deliveries(id), [['twilio', 'ended', 'carrier_failed']])
    assert.equal(phone.calls.length, 0)
  })

  test('is not placed elsewhere where its carrier has no list that could be trusted', async () => {
    const { id } = await asked({ company: 'Plivo', refuse: { status: 500, code: 0 } }, {}, { carrier: 'plivo' })
    await look(id, 2)
    await look(id, 4)
    assert.deepEqual(await deliveries(id), [['plivo', 'placing', null]])
    await look(id, 51)
    assert.deepEqual(await deliveries(id), [['plivo', 'ended', 'carrier_failed']])
  })

  test('counts one answer for two instances that ask at once', async () => {
    const { id } = await asked({ company: 'Twilio', refuse: FAILS })
    const { claimDue } = server.store.challenges
    const { version } = (await server.store.challenges.find(id))!.challenge
    const check = { id, version }
    try {
      server.store.challenges.claimDue = async () => [check, check]
      await server.challenges.reconcile()
      // It was claimed before the answer was saved, and is read after that.
      server.store.challenges.claimDue = async () => [check]
      await server.challenges.reconcile()
    } finally {
      server.store.challenges.claimDue = claimDue
    }
    assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
    assert.deepEqual(await ledger(id), ['created', 'placement_unknown', 'call_absent'])
  })

  test('and was placed elsewhere, says a neutral sentence when it rings all the same, and approves nothing', async () => {
    const { id, phone } = await asked({ company: 'Twilio', refuse: FAILS })
    await look(id, 2)
    await look(id, 4)
    await phone.rings()
    await calm()
    const [late] = (await server.store.challenges.find(id))!.challenge.deliveries
    const post = (hook: string, fields: Record<string, string>) => fromTwilio(`/${id}/${late!.id}/${hook}`, fields)
    const document = await post('answer', { CallStatus: 'in-progress' })
    assert.match(document, /This call is no longer needed\. Goodbye\./)
    assert.match(document, /<Hangup\/>/)
    assert.doesNotMatch(document, /<Gather/)
    assert.doesNotMatch(await post('turn/1', { CallStatus: 'in-progress', Digits: '1' }), /<Gather/)
    await post('status', { CallStatus: 'completed' })
    assert.equal((await challenge(id)).status, 'pending')
    await phone.answers()
    await phone.keys('1')
    await calm()
    assert.deepEqual(
      [(await challenge(id)).reason, (await deliveries(id)).map(([carrier, , result]) => [carrier, result])],
      [
        'key_pressed',
        [
          ['twilio', 'carrier_failed'],
          ['signalwire', 'delivered'],
        ],
      ],
    )
    assert.equal((await ledger(id)).filter((type) => type === 'dtmf_received').length, 1)
  })

  for (const [order, secret] of SECRETS.entries())
    test(`is not taken for the call of another challenge, a moment before, made under secret ${order}`, async () => {
      const to = nextNumber()
      server.phones.phone(to).will('decline')
      const first = await server.create({ to, flow: 'approve', carrier: 'twilio' })
      await calm()
      assert.equal((await challenge(first.json.id)).reason, 'call_rejected')
      // As by an instance that lists this secret first.
      const hash = numberHash(secret, to as E164)
      await server.query('update challenges set number_hash = $2 where id = $1', [first.json.id, hash])
      const { id } = await asked({ company: 'Twilio', refuse: FAILS }, {}, { to, carrier: 'twilio' })
      await look(id, 2)
      assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
      await look(id, 4)
      assert.equal((await challenge(id)).reason, 'carrier_failed')
    })

  test('is not taken for a call whose own answer was lost, once that has ended', async () => {
    const to = nextNumber()
    server.phones.phone(to).will('busy')
    server.phones.injectFaults({ requests: { loseAnswer: true } }, 'Twilio')
    const first = await server.create({ to, flow: 'approve', carrier: 'twilio' })
    await calm()
    assert.equal((await challenge(first.json.id)).reason, 'busy')
    server.phones.injectFaults(noFaults())
    const { id } = await asked({ company: 'Twilio', refuse: FAILS }, {}, { to, carrier: 'twilio' })
    await look(id, 2)
    assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
  })

  for (const [company, setting] of [
    ['Twilio', 'TWILIO_FROM'],
    ['SignalWire', 'SIGNALWIRE_FROM'],
  ] as const)
    test(`is found at ${company} though its service calls from a number of its own`, async () => {
      const carrier = company.toLowerCase()
      const own = as(await server.newService(`from-${carrier}`, { [setting]: '+12025550188' }))
      server.phones.injectFaults({ requests: { answerError: FAILS }, status: { lose: true } }, company)
      const to = nextNumber()
      const { json } = await server.ask('POST', '/v1/challenges', { to, flow: 'approve', carrier }, own)
      server.phones.injectFaults(noFaults())
      const id = json.id as ChallengeId
      await look(id, 2)
      await look(id, 4)
      const { deliveries } = (await server.ask('GET', `/v1/challenges/${id}`, undefined, own)).json
      assert.deepEqual([deliveries.length, deliveries[0]?.state], [1, 'ringing'])
    })

  test('is not taken for either of two calls that nobody knows', async () => {
    const { id, to } = await asked({ company: 'Twilio', refuse: FAILS })
    await Promise.all([unknownCall(to), unknownCall(to)])
    await look(id, 2)
    await look(id, 4)
    assert.deepEqual(await deliveries(id), [['twilio', 'placing', null]])
  })

  type Company = keyof typeof server.phones.injectedFaults
  type Requests = Partial<ReturnType<typeof noFaults>['requests']>
  type Status = Partial<ReturnType<typeof noFaults>['status']>

  async function asked(
    { company, ...requests }: Requests & { company: Company },
    status: Status = {},
    wanted: object = {},
  ) {
    const to = nextNumber()
    server.phones.injectFaults({ requests, status }, company)
    const { json } = await server.create({ to, flow: 'approve', ...wanted })
    assert.deepEqual([json.status, json.deliveries.length], ['pending', 1])
    return { id: json.id as ChallengeId, to, phone: server.phones.phone(to) as Phone }
  }

  /** A check of the reconciler, so many seconds after the delivery began. */
  async function look(id: ChallengeId, seconds: number): Promise<void> {
    await later(server, id, seconds)
    await calm()
  }

  const calm = () => server.calm()

  const challenge = async (id: string) => (await server.ask('GET', `/v1/challenges/${id}`)).json
  const deliveries = async (id: string) =>
    (await challenge(id)).deliveries.map(({ carrier, state, result }) => [carrier, state, result])
  const ledger = async (id: ChallengeId) => (await server.challenges.ledger(id)).map(({ type }) => type)

  /** A webhook of a call that Twilio places only now. */
  async function fromTwilio(path: string, fields: Record<string, string>): Promise<string> {
    const url = `/voice/twilio/en-US${path}`
    const body = new URLSearchParams({ CallSid: 'CAlate', ...fields }).toString()
    const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded' })
    headers.set('X-Twilio-Signature', signature(COMPANIES.twilio.authToken, { url: PUBLIC_URL + url, headers, body }))
    return (await server.app.request(url, { method: 'POST', headers, body })).text()
  }

  /** Of another program with the same account. */
  async function unknownCall(to: string): Promise<void> {
    server.phones.injectFaults(noFaults())
    const { accountSid, authToken } = COMPANIES.twilio
    const form = new URLSearchParams({ To: to, From: '+12025550199', Url: 'https://other.example.com/document' })
    const response = await server.phones.app.request(`/2010-04-01/Accounts/${accountSid}/Calls.json`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    })
    assert.equal(response.status, 201)
  }
})
