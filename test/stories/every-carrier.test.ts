// The same calls and messages through every carrier, from the app's first request to the outcome. Where carriers differ on
// the wire, neither the person nor the app may notice.

import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { CARRIERS, type CarrierName } from '../../src/domain/challenge.ts'
import { LOCALES } from '../../src/domain/locale.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearGateKeys } from '../support/phone-helpers.ts'
import { WINDOWS } from '../support/rate-limit-counters.ts'
import { later, runOut } from './later.ts'

/** Their webhook says which key ended an entry, so 9 ends it at once: docs/dtmf.md */
const NAMES_FINISH_KEY = new Set<CarrierName>(['twilio', 'bandwidth'])

const COMPANY = { twilio: 'Twilio', signalwire: 'SignalWire', bandwidth: 'Bandwidth', plivo: 'Plivo' }

for (const carrier of CARRIERS) {
  describe(carrier, () => {
    let server: Server
    before(async () => {
      const many = [{ max: 1000, seconds: 600 }]
      server = await startServer({ detectVoicemail: true, limits: { number: many, prefix: [], ip: [] } }, [carrier])
    })
    after(() => server.stop())
    // Violations that one test caused must not fail the next.
    afterEach(() => server.phones.app.request('/exchange/faults', { method: 'DELETE' }))

    /** A challenge to a new phone, and how it stands once nothing more is on its way. */
    async function begin(wanted: object, prepare: (number: string) => void = () => {}) {
      const to = nextNumber()
      prepare(to)
      const { status, json } = await server.create({ to, ...wanted })
      assert.equal(status, 201)
      const stands = async () => {
        await server.calm()
        return (await server.ask('GET', `/v1/challenges/${json.id}`)).json
      }
      return { json, phone: server.phones.phone(to), stands }
    }

    /** Seconds go by, each when nothing is on its way: a real request takes none of the exchange's time. */
    async function pass(seconds: number) {
      for (let second = 0; second < seconds; second++) {
        await server.calm()
        await server.clock.advance(1000)
      }
    }

    async function ends(stands: Awaited<ReturnType<typeof begin>>['stands'], status: string, reason: string) {
      const { deliveries, ...challenge } = await stands()
      assert.deepEqual([challenge.status, challenge.reason], [status, reason])
      assert.equal(deliveries[0]?.state, 'ended')
      assert.equal(deliveries[0]?.carrier, carrier)
      assert.deepEqual(server.phones.violations, [])
      return deliveries[0]?.result
    }

    test('a code is spoken once the gate keys were pressed, and typed', async () => {
      const { json, phone, stands } = await begin({ flow: 'send_code' })
      const call = await phone.answers()
      assert.equal(call.carrier, COMPANY[carrier])
      const { right } = await hearGateKeys(phone)
      assert.doesNotMatch(phone.heard, /code is/)
      await phone.keys(right)
      const spoken = await phone.hears(/code is:.*Once more:/)
      const code = spoken.replace(/\D/g, '')
      await phone.hears(/press star/)
      await phone.keys('*')
      assert.equal((await phone.hears(/code is:.*Once more:/)).replace(/\D/g, ''), code)
      await phone.hears(/press star/)
      await pass(10)
      await phone.hears(/Goodbye/)
      assert.equal(await phone.ends(), 'completed')
      const checked = await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })
      assert.equal(checked.json.valid, true)
      assert.equal(await ends(stands, 'approved', 'code_matched'), 'delivered')
    })

    test('a right code typed while it is read ends the call, and the next challenge finds the number free', async () => {
      const { json, phone, stands } = await begin({ flow: 'send_code' })
      await phone.answers()
      await phone.keys((await hearGateKeys(phone)).right)
      const code = (await phone.hears(/code is:.*Once more:/)).replace(/\D/g, '')
      const checked = await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })
      assert.equal(checked.json.valid, true)
      assert.equal(await phone.ends(), 'completed')
      const transfer = await server.create({ to: phone.number, flow: 'approve', scope: 'transfer' })
      assert.equal(transfer.status, 201, transfer.text)
      assert.equal(await ends(stands, 'approved', 'code_matched'), 'delivered')
      await server.ask('POST', `/v1/challenges/${transfer.json.id}/cancel`)
    })

    test('the last wrong code typed while the code is read ends the call', async () => {
      const { json, phone, stands } = await begin({ flow: 'send_code' })
      await phone.answers()
      await phone.keys((await hearGateKeys(phone)).right)
      const code = (await phone.hears(/code is:.*Once more:/)).replace(/\D/g, '')
      for (let guess = 0; guess < 5; guess++)
        await server.ask('POST', `/v1/challenges/${json.id}/check`, { code: wrong(code) })
      assert.equal(await phone.ends(), 'completed')
      assert.equal(await ends(stands, 'denied', 'too_many_attempts'), 'delivered')
    })

    test('time that runs out while the question is asked ends the call', { skip: withoutPostgres }, async () => {
      const { json, phone, stands } = await begin({ flow: 'approve', expires_in: 30 })
      await phone.answers()
      await phone.hears(/press 1/)
      await runOut(server, json.id)
      await server.challenges.reconcile()
      assert.equal(await phone.ends(), 'completed')
      assert.equal(await ends(stands, 'expired', 'expired'), 'canceled')
    })

    test('a code is keyed on the phone, once wrong and once right', async () => {
      const { json, phone, stands } = await begin({ flow: 'keypad_code' })
      const code = json.display_code
      await phone.answers()
      await phone.hears(/Enter the six digit code/)
      await phone.keys(wrong(code))
      await phone.hears(/was not right/)
      await phone.hears(/Enter the six digit code/)
      await phone.keys(code)
      await phone.hears(/confirmed\. Goodbye/)
      await phone.ends()
      assert.equal(await ends(stands, 'approved', 'code_matched'), 'delivered')
      assert.equal((await stands()).attempts_left, 4)
    })

    for (const [key, status, reason] of [
      ['1', 'approved', 'key_pressed'],
      ['9', 'denied', 'fraud_reported'],
      ['#', 'denied', 'rejected'],
    ] as const) {
      test(`the key ${key} answers a question: ${status}`, async () => {
        const { phone, stands } = await begin({ flow: 'approve', details: 'Transfer 250 euros to Ada & Byron <Ltd>' })
        await phone.answers()
        await phone.hears(/Transfer 250 euros to Ada & Byron <Ltd>\./)
        await phone.hears(/Any other key refuses/)
        await phone.keys(key)
        await phone.hears(/Goodbye/)
        await phone.ends()
        await ends(stands, status, reason)
      })
    }

    for (const keys of ['9', 'the first key, then 9']) {
      test(`${keys} at the gate and a hang-up are a report of fraud`, async () => {
        const { phone, stands } = await begin({ flow: 'send_code', fallback: ['sms'] })
        await phone.answers()
        const { right } = await hearGateKeys(phone)
        await phone.keys(keys.replace('the first key, then ', right.charAt(0)))
        // Where the key that ended an entry is not named, a lone key is posted only after a short silence.
        if (NAMES_FINISH_KEY.has(carrier)) await phone.hangsUp()
        else if (keys === '9') await pass(3)
        await ends(stands, 'denied', 'fraud_reported')
        assert.deepEqual(phone.messages, [])
      })
    }

    test('nine at the gate is a report of fraud also when the first question was met with silence', async () => {
      const { phone, stands } = await begin({ flow: 'send_code' })
      await phone.answers()
      await hearGateKeys(phone)
      while (!/did not hear a key/.test(phone.heard)) await pass(1)
      await phone.keys('9')
      await pass(3)
      await phone.hears(/stopped\. Goodbye/)
      await phone.ends()
      await ends(stands, 'denied', 'fraud_reported')
    })

    test('every language has a voice there that can speak it', async () => {
      for (const locale of LOCALES) {
        const { phone } = await begin({ flow: 'approve', locale })
        await phone.answers()
        await phone.hears(/Acme/)
        await phone.hangsUp()
      }
      await server.calm()
      assert.deepEqual(server.phones.violations, [])
    })

    test('after a silence the question is asked twice more, and then the call ends', async () => {
      const { phone, stands } = await begin({ flow: 'approve' })
      await phone.answers()
      for (const again of [/To approve/, /did not hear a key.*To approve/, /did not hear a key.*To approve/]) {
        await phone.hears(again)
        await phone.hears(/refuses/)
        await pass(10)
      }
      await phone.hears(/did not get an answer/)
      await phone.ends()
      await ends(stands, 'undelivered', 'no_input')
    })

    for (const [behaviour, reason] of [
      ['busy', 'busy'],
      ['decline', 'call_rejected'],
    ] as const) {
      test(`a phone set to ${behaviour} is told as ${reason}`, async () => {
        const { phone, stands } = await begin({}, (number) => server.phones.phone(number).will(behaviour))
        await phone.ends()
        await ends(stands, 'undelivered', reason)
      })
    }

    test('a phone left ringing is given up after 25 seconds', async () => {
      const { phone, stands } = await begin({})
      await phone.ignores()
      await pass(24)
      assert.equal((await stands()).status, 'pending')
      await pass(1)
      assert.equal(await phone.ends(), 'no_answer')
      await ends(stands, 'undelivered', 'no_answer')
    })

    test('a voicemail is recognised and hung up on, and hears no code', async () => {
      const { phone, stands } = await begin({})
      await phone.goesToVoicemail()
      await phone.ends()
      assert.equal(phone.calls[0]?.hungUpBy, 'app')
      assert.doesNotMatch(phone.heard, /code is/)
      await ends(stands, 'undelivered', 'voicemail')
    })

    test('a person who hangs up at once is hung_up, not rejected', { skip: withoutPostgres }, async () => {
      const { json, phone, stands } = await begin({ flow: 'approve' })
      await phone.answers()
      await phone.hears(/To approve/)
      await phone.hangsUp()
      await server.calm()
      await later(server, json.id, 6)
      await ends(stands, 'undelivered', 'hung_up')
    })

    test('callbacks that come twice and out of order change nothing', { skip: withoutPostgres }, async () => {
      server.phones.injectFaults({ status: { double: true, reorder: true }, documents: { double: true } })
      try {
        const { json, phone, stands } = await begin({ flow: 'keypad_code' })
        await phone.answers()
        await phone.hears(/Enter the six digit code/)
        await phone.keys(wrong(json.display_code))
        await phone.hears(/was not right/)
        await phone.hangsUp()
        await pass(3)
        await server.calm()
        await later(server, json.id, 6)
        await ends(stands, 'undelivered', 'hung_up')
        assert.equal((await stands()).attempts_left, 4)
      } finally {
        server.phones.injectFaults({ status: { double: false, reorder: false }, documents: { double: false } })
      }
    })

    test('a challenge that is canceled stops the ringing', async () => {
      const { json, phone, stands } = await begin({})
      await phone.rings()
      await server.calm()
      assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/cancel`)).status, 200)
      assert.equal(await phone.ends(), 'canceled')
      await ends(stands, 'canceled', 'canceled')
    })

    test('a code is texted, its receipt believed, and typed', async () => {
      const { json, phone, stands } = await begin({ channel: 'sms' })
      const { text } = await phone.receives(/Acme/)
      const [code = ''] = /\d{6}/.exec(text) ?? []
      const { status, deliveries } = await stands()
      assert.deepEqual([status, deliveries[0]?.result], ['pending', 'delivered'])
      assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })).json.valid, true)
      assert.equal(await ends(stands, 'approved', 'code_matched'), 'delivered')
    })

    test('a text to a landline is undelivered, because of the number', async () => {
      const { phone, stands } = await begin({ channel: 'sms' }, (number) =>
        server.phones.phone(number).reports('landline'),
      )
      await phone.receives()
      await ends(stands, 'undelivered', 'unreachable')
      // Of a landline only Twilio says that it is one; the others leave other explanations open.
      assert.equal((await stands()).deliveries[0]!.cause, carrier === 'twilio' ? 'landline' : undefined)
    })

    test('a call that is canceled at the carrier while the phone rings counts, also when the ringing was not reported', {
      skip: withoutPostgres,
    }, async () => {
      server.phones.injectFaults({ status: { lose: true } })
      const { json, phone, stands } = await begin({})
      const call = await phone.rings()
      await server.calm()
      server.phones.injectFaults({ status: { lose: false } })
      call.end('canceled', 'company')
      await ends(stands, 'undelivered', 'no_answer')
      const counters = await server.query(
        `select count from ${WINDOWS}, challenges where id = $1 and key = 'number:' || number_hash`,
        [json.id],
      )
      assert.ok(counters.length > 0)
      for (const { count } of counters) assert.equal(count, 1)
    })

    test('a phone that never rang is not said to have rung, whatever the carrier makes of it', async () => {
      const { phone, stands } = await begin({}, (number) => server.phones.phone(number).will('no_answer_at_once'))
      await phone.ends()
      await ends(stands, 'undelivered', 'unreachable')
    })
  })
}

function wrong(code: string): string {
  return code.replace(/./g, (digit) => String((Number(digit) + 1) % 10))
}
