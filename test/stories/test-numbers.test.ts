// The table of test numbers says how a challenge to each ends. Here the whole server calls and texts every one of them.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CARRIERS, type ChallengeId } from '../../src/domain/challenge.ts'
import { parseNumber } from '../../src/domain/phone-number.ts'
import { findTestNumber, numbersOf, TEST_NUMBERS, type TestNumber } from '../../src/exchange/simulator/test-numbers.ts'
import { prompts } from '../../src/prompts/index.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { later } from './later.ts'

const FLOWS = ['send_code', 'keypad_code', 'approve'] as const
const byDigits = (digits: string) => numbersOf(TEST_NUMBERS.find((one) => one.digits === digits)!)[0]!

/** Enough seconds of the exchange's clock for a call that rings in vain or is asked three times. */
const LONGEST_CALL_S = 150

/** Until nothing happens any more: the exchange's clock goes on, and the server looks whenever it would have. */
async function comesToRest(server: Server, id: string) {
  const { phones, challenges, clock, ask } = server
  for (let seconds = 0; seconds < LONGEST_CALL_S; seconds += 10) {
    await phones.settled()
    await clock.advance(10_000)
    await challenges.stop()
  }
  // Keys that a hang-up overtook are awaited, and a carrier that answered 503 is asked what became of the call.
  for (const age of [6, 31]) {
    const { json } = await ask('GET', `/v1/challenges/${id}`)
    if (json.status !== 'pending' || json.deliveries.at(-1)!.state === 'sent') break
    await later(server, id, age)
    await challenges.stop()
  }
  return (await ask('GET', `/v1/challenges/${id}`)).json
}

/** Who has reported fraud is not called again for a day, unless the app lifts the report. */
async function liftReport({ ask }: Server, to: string) {
  const { status } = await ask('POST', '/v1/numbers/unblock', { to, reason: 'The next test calls it.' })
  assert.equal(status, 200)
}

/** Those that carriers refuse have a server each: a carrier that fails five times in a row is not asked for a while. */
const REFUSED = ['31', '32', '33', '34']
const GROUPS: readonly TestNumber[][] = [
  TEST_NUMBERS.filter(({ digits }) => !REFUSED.includes(digits)),
  ...REFUSED.map((digits) => TEST_NUMBERS.filter((one) => one.digits === digits)),
]

for (const numbers of GROUPS) {
  describe('the test numbers', { skip: withoutPostgres }, () => {
    let server: Server
    before(async () => {
      server = await startServer({}, ['twilio', 'bandwidth'])
    })
    after(() => server.stop())

    for (const one of numbers) {
      const [to] = numbersOf(one)
      for (const flow of FLOWS) {
        test(`${to} is called by ${flow}: ${one.outcomes[flow]}`, async () => {
          const { status, json } = await server.ask('POST', '/v1/challenges', { to, flow })
          assert.equal(status, 201, JSON.stringify(json))
          const ended = await comesToRest(server, json.id)
          // A call that nobody keys any more ends some time; what counts is what the phone did before.
          if (one.outcomes[flow] === 'pending') return checkPending(server, one, flow, json.id)
          assert.equal(`${ended.status} ${ended.reason}`, one.outcomes[flow])
          if (ended.reason === 'fraud_reported') await liftReport(server, to!)
        })
      }
      test(`${to} gets a text: ${one.outcomes.sms}`, async () => {
        const { json } = await server.ask('POST', '/v1/challenges', { to, channel: 'sms' })
        const ended = await comesToRest(server, json.id)
        assert.equal([ended.status, ended.reason].filter(Boolean).join(' '), one.outcomes.sms)
        const text = server.phones.phone(to!).messages.at(-1)?.text ?? ''
        const arrives = one.outcomes.sms === 'pending' && one.refusal?.carrier !== null
        assert.equal(text.includes(await codeOf(server, json.id)), arrives || one.refusal === undefined)
      })
    }
  })
}

async function codeOf({ challenges }: Server, id: string): Promise<string> {
  return challenges.secrets.code((await challenges.find(id as ChallengeId))!)
}

async function checkPending(server: Server, one: TestNumber, flow: (typeof FLOWS)[number], id: string): Promise<void> {
  const call = server.phones.phone(numbersOf(one)[0]!).calls.at(-1)!
  const keyed = call.transcript.filter(({ kind }) => kind === 'key').map(({ text }) => text)
  if (flow === 'keypad_code') {
    assert.equal(keyed.join(''), one.call === 'wrong_twice' ? '000000111111' : '')
    const { json } = await server.ask('GET', `/v1/challenges/${id}`)
    assert.equal(json.attempts_left, one.call === 'wrong_twice' ? 3 : 5)
    return
  }
  const code = await codeOf(server, id)
  const said = call.transcript.filter(({ kind }) => kind === 'said').map(({ text }) => text)
  assert.ok(
    said
      .join(' ')
      .replace(/\D/g, '')
      .includes(code + code),
    'the code was spoken twice',
  )
  assert.equal(keyed.length, one.call === 'wrong_twice' ? 4 : 2)
}

describe('a phone that answers by itself', { skip: withoutPostgres }, () => {
  for (const carrier of CARRIERS) {
    describe(carrier, () => {
      let server: Server
      before(async () => {
        server = await startServer({}, [carrier])
      })
      after(() => server.stop())

      const call = async (digits: string, wanted: object) => {
        const { json } = await server.ask('POST', '/v1/challenges', { to: byDigits(digits), ...wanted })
        for (let round = 0; round < 3; round++) {
          await server.phones.settled()
          await server.clock.advance(1000)
          await server.challenges.stop()
        }
        return json.id
      }

      for (const locale of Object.keys(prompts)) {
        test(`understands ${locale}`, async () => {
          // A name and details with figures of their own, which are no keys.
          const details = 'Pay 5 euros and 20 cents to table 4, seat 4.'
          const heard = await call('01', { locale, scope: 'login' })
          const right = await server.ask('POST', `/v1/challenges/${heard}/check`, { code: await codeOf(server, heard) })
          assert.equal(right.json.valid, true)
          const { json } = await server.ask('GET', `/v1/challenges/${heard}/timeline`)
          assert.match(JSON.stringify(json), /"code"/)
          for (const [digits, reason] of Object.entries({
            '01': 'key_pressed',
            '02': 'rejected',
            '03': 'fraud_reported',
          })) {
            const id = await call(digits, { locale, flow: 'approve', details })
            assert.equal((await server.ask('GET', `/v1/challenges/${id}`)).json.reason, reason)
          }
          await liftReport(server, byDigits('03'))
        })
      }
    })
  }
})

test('without a gate the code is heard out all the same', { skip: withoutPostgres }, async () => {
  const server = await startServer({ policy: { gate: false, drawnKey: false } }, ['twilio'])
  const { json } = await server.ask('POST', '/v1/challenges', { to: byDigits('01'), code_length: 4 })
  await server.phones.settled()
  const call = server.phones.phone(byDigits('01')).calls.at(-1)!
  assert.deepEqual(
    call.transcript.filter(({ kind }) => kind !== 'said'),
    [],
  )
  const said = call.transcript.map(({ text }) => text).join(' ')
  assert.ok(said.replace(/\D/g, '').includes(await codeOf(server, json.id)))
  await server.stop()
})

test('a behaviour that was prepared comes before that of the number, once', async () => {
  const server = await startServer({}, ['twilio'])
  const phone = server.phones.phone(byDigits('11'))
  phone.will('approves')
  const first = await server.ask('POST', '/v1/challenges', { to: phone.number, flow: 'approve' })
  await server.phones.settled()
  assert.equal((await server.ask('GET', `/v1/challenges/${first.json.id}`)).json.status, 'approved')
  const second = await server.ask('POST', '/v1/challenges', { to: phone.number, flow: 'approve' })
  await server.phones.settled()
  assert.equal((await server.ask('GET', `/v1/challenges/${second.json.id}`)).json.reason, 'busy')
  await server.stop()
})

test('the test numbers are valid ones of the USA, kept free for fiction, and each stands for one thing', () => {
  const all = TEST_NUMBERS.flatMap(numbersOf)
  assert.equal(new Set(all).size, all.length)
  for (const number of all) {
    const parsed = parseNumber(number, null)
    assert.ok(parsed.ok && parsed.region === 'US' && parsed.number === number, number)
    assert.match(number, /^\+1\d{3}55501\d\d$/)
    assert.equal(numbersOf(findTestNumber(number)!).includes(number), true)
  }
})
