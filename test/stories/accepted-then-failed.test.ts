// A carrier that takes a call or a message and then can't bring it to the person has refused it, only later: the next
// carrier tries in the same challenge.

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { CarrierName, ChallengeId } from '../../src/domain/challenge.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

const NEXT = { twilio: 'bandwidth', signalwire: 'plivo', bandwidth: 'signalwire', plivo: 'twilio' } as const

for (const first of Object.keys(NEXT) as CarrierName[]) {
  const second = NEXT[first as keyof typeof NEXT]

  describe(`${first} takes it and fails, and ${second} is next`, () => {
    let server: Server
    before(async () => {
      server = await startServer({}, [first, second])
    })
    after(() => server.stop())

    test('a call', async () => {
      const phone = server.phones.phone(nextNumber())
      phone.will('carrier_failed', 'ring')
      const { json } = await server.create({ to: phone.number, flow: 'approve' })
      await phone.answers()
      await phone.hears(/press 1/)
      await calm()
      assert.deepEqual(await results(json.id), [
        [first, 'carrier_failed'],
        [second, null],
      ])
      await phone.keys('1')
      await calm()
      assert.equal((await now(json.id)).reason, 'key_pressed')
    })

    test('a message', async () => {
      const phone = server.phones.phone(nextNumber())
      phone.reports('carrier_failed', 'delivered')
      const { json } = await server.create({ to: phone.number, channel: 'sms' })
      await calm()
      assert.deepEqual(await results(json.id), [
        [first, 'carrier_failed'],
        [second, 'delivered'],
      ])
      assert.equal((await now(json.id)).status, 'pending')
      const [one, two] = phone.messages.map(({ text }) => /\d{6}/.exec(text)?.[0])
      assert.equal(one, two)
      const checked = await server.ask('POST', `/v1/challenges/${json.id}/check`, { code: two })
      assert.equal(checked.json.reason, 'code_matched')
    })

    test('both fail: the challenge is undelivered, by the fault of the carriers', async () => {
      const phone = server.phones.phone(nextNumber())
      phone.will('carrier_failed', 'carrier_failed')
      const { json } = await server.create({ to: phone.number, flow: 'approve' })
      await calm()
      const { status, reason } = await now(json.id)
      assert.deepEqual([status, reason], ['undelivered', 'carrier_failed'])
      assert.deepEqual(
        (await results(json.id)).map(([, result]) => result),
        ['carrier_failed', 'carrier_failed'],
      )
    })

    test('what the number is to blame for, no other carrier tries', async () => {
      const phone = server.phones.phone(nextNumber())
      phone.will('unreachable', 'unreachable')
      phone.reports('landline')
      const called = await server.create({ to: phone.number, flow: 'approve' })
      await calm()
      // Bandwidth has one word for a phone that can't be reached and for a fault of its own.
      assert.equal((await results(called.json.id)).length, first === 'bandwidth' ? 2 : 1)
      const texted = await server.create({ to: phone.number, channel: 'sms' })
      await calm()
      assert.deepEqual(await results(texted.json.id), [[first, 'unreachable']])
    })

    const calm = () => server.calm()

    const now = async (id: string) => (await server.ask('GET', `/v1/challenges/${id as ChallengeId}`)).json
    const results = async (id: string) => (await now(id)).deliveries.map(({ carrier, result }) => [carrier, result])
  })
}

describe('a carrier that takes everything and fails it', () => {
  let server: Server
  beforeEach(async () => {
    server = await startServer({}, ['twilio', 'plivo'])
  })
  afterEach(() => server.stop())

  test('is asked last once the next one has reached five phones that it had not', async () => {
    for (let count = 0; count < 5; count++) {
      const phone = server.phones.phone(nextNumber())
      phone.will('carrier_failed', 'ring')
      assert.equal(await firstCarrier(phone.number, { flow: 'approve' }), 'twilio')
      await phone.answers()
      await phone.hears(/press 1/)
      await phone.keys('1')
    }
    assert.equal(await firstCarrier(nextNumber(), { flow: 'approve' }), 'plivo')
  })

  test('is asked last once the next one has delivered five messages', async () => {
    for (let count = 0; count < 5; count++) {
      const phone = server.phones.phone(nextNumber())
      phone.reports('carrier_failed', 'delivered')
      assert.equal(await firstCarrier(phone.number, { channel: 'sms' }), 'twilio')
    }
    assert.equal(await firstCarrier(nextNumber(), { channel: 'sms' }), 'plivo')
  })

  test('is not, for numbers that no other one has reached', async () => {
    for (let count = 0; count < 6; count++) {
      const phone = server.phones.phone(nextNumber())
      phone.will('carrier_failed', 'carrier_failed')
      assert.equal(await firstCarrier(phone.number, { flow: 'approve' }), 'twilio')
    }
    assert.equal(await firstCarrier(nextNumber(), { flow: 'approve' }), 'twilio')
  })

  async function firstCarrier(to: string, wanted: object): Promise<string | undefined> {
    const { json } = await server.create({ to, ...wanted })
    await server.calm()
    return json.deliveries[0]?.carrier
  }
})
