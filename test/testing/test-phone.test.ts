// @answerback/testing against a development server: the whole way from the API to a phone and back, over HTTP.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Answerback } from '../../src/client/client.ts'
import type { callView, lineView, messageView, violationView } from '../../src/exchange/control/views.ts'
import type { BEHAVIOURS } from '../../src/exchange/simulator/line.ts'
import type { PhoneLine } from '../../src/testing/control-client.ts'
import { codeInMessage, codeSpokenTwice } from '../../src/testing/find-code.ts'
import {
  type Behaviour,
  Exchange,
  type PhoneCall,
  type Receipt,
  type TextMessage,
  type Violation,
} from '../../src/testing/testing.ts'
import { startDevelopment } from '../pages/development-server.ts'

/** What the package says of the exchange's answers is what the exchange gives. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
const sameShapes: [
  Same<Behaviour, (typeof BEHAVIOURS)[number]>,
  Same<PhoneCall, ReturnType<typeof callView>>,
  Same<TextMessage, ReturnType<typeof messageView>>,
  Same<Receipt, ReturnType<typeof messageView>['receipt']>,
  Same<Violation, ReturnType<typeof violationView>>,
  Same<PhoneLine, ReturnType<typeof lineView>>,
] = [true, true, true, true, true, true]

let server: Awaited<ReturnType<typeof startDevelopment>>
let exchange: Exchange
let answerback: Answerback

before(async () => {
  server = await startDevelopment({ API_KEY: 'key_of_at_least_24_characters', LIMIT_PER_PREFIX: 'off' })
  exchange = new Exchange(server.url, { timeout: 60_000 })
  answerback = new Answerback({ baseUrl: server.url, key: 'key_of_at_least_24_characters' })
})

after(async () => {
  const violations = await exchange.violations()
  await server.stop()
  assert.deepEqual(violations, [])
})

describe('a phone held by a test', { concurrency: 4 }, () => {
  test('answers and presses the key that approves', async () => {
    const phone = await exchange.phone()
    const { id } = await answerback.create({ to: phone.number, flow: 'approve', details: 'Pay 250 euros' })
    assert.equal((await phone.answers()).state, 'answered')
    assert.match(await phone.heard(/press 1/), /Pay 250 euros/)
    await phone.press('1')
    assert.equal((await answerback.wait(id)).reason, 'key_pressed')
    assert.equal((await phone.ends()).ending, 'completed')
    assert.equal((await phone.calls()).length, 1)
  })

  test('reads a code from a text', async () => {
    const phone = await exchange.phone()
    const { id } = await answerback.create({ to: phone.number, channel: 'sms' })
    const code = await phone.lastMessage().code
    assert.equal((await answerback.check(id, code)).valid, true)
  })

  test('tells of each text once, and not of one that came before', async () => {
    const { number } = await exchange.phone()
    const first = await answerback.create({ to: number, channel: 'sms' })
    const early = await exchange.phone(number)
    const same = await exchange.phone(number, { timeout: 0 })
    await answerback.cancel(first.id)
    await assert.rejects(same.lastMessage(), /waited 0 s for a message/)
    const { id } = await answerback.create({ to: number, channel: 'sms' })
    const received = await early.lastMessage()
    assert.equal((await answerback.check(id, received.code ?? '')).valid, true)
    await assert.rejects((await exchange.phone(number, { timeout: 0 })).lastMessage(), /waited 0 s for a message/)
  })

  test('opens the gate and hears the code, in a language that the test does not know', async () => {
    const phone = await exchange.phone()
    const { id } = await answerback.create({ to: phone.number, locale: 'ja-JP', code_length: 4 })
    await phone.answers()
    await phone.opensGate()
    assert.equal((await answerback.check(id, await phone.spokenCode())).valid, true)
  })

  test('keys the code that the page shows', async () => {
    const phone = await exchange.phone()
    const { id, display_code = '' } = await answerback.create({ to: phone.number, flow: 'keypad_code' })
    await phone.answers()
    await phone.press(display_code)
    assert.equal((await answerback.wait(id)).reason, 'code_matched')
  })

  for (const [verb, reason] of [
    ['declines', 'call_rejected'],
    ['saysBusy', 'busy'],
  ] as const) {
    test(`${verb}: ${reason}`, async () => {
      const phone = await exchange.phone()
      const { id } = await answerback.create({ to: phone.number })
      await phone[verb]()
      assert.equal((await answerback.wait(id)).reason, reason)
    })
  }

  test('hangs up', async () => {
    const phone = await exchange.phone()
    const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
    await phone.answers()
    await phone.hangsUp()
    assert.equal((await phone.ends()).hung_up_by, 'person')
    assert.equal((await answerback.wait(id)).reason, 'hung_up')
  })

  test('behaves as it was told, once, and so do its texts', async () => {
    const phone = await exchange.phone()
    await phone.will('refuses', 'approves')
    await phone.reports('unreachable')
    const outcomes = []
    for (const request of [{ flow: 'approve' }, { flow: 'approve' }, { channel: 'sms' }] as const) {
      const { id } = await answerback.create({ to: phone.number, ...request })
      outcomes.push((await answerback.wait(id)).reason)
      // The phone still hears goodbye, and a number in a call is not called.
      if (!('channel' in request)) await phone.ends()
    }
    assert.deepEqual(outcomes, ['rejected', 'key_pressed', 'unreachable'])
  })

  test('a number of the table needs no test to hold it', async () => {
    const { id } = await answerback.create({ to: '+17015550103', flow: 'approve' })
    assert.equal((await answerback.wait(id)).reason, 'fraud_reported')
  })
})

describe('what does not come in time', () => {
  test('is told with the number, the time and everything that was said', async () => {
    const phone = await exchange.phone(undefined, { timeout: 300 })
    await assert.rejects(phone.answers(), (error: Error) => {
      assert.match(error.message, /^\+1\d{10} waited 0\.3 s for its phone to ring\.\nNo call has come/)
      return true
    })
    const { id } = await answerback.create({ to: phone.number, flow: 'approve' })
    const patient = await exchange.phone(phone.number)
    await patient.answers()
    await patient.heard(/press 9/)
    await assert.rejects(
      phone.heard(/Welcome home/),
      /waited 0\.3 s for .*Welcome home.*\n.*answered.*\n {2}said: This is/,
    )
    await answerback.cancel(id)
  })
})

test('a key that was named before the code is no part of it, though it may be the last digit', () => {
  const read = ['press 9.', 'Your code is:', '1,', '2,', '3,', '9']
  assert.equal(codeSpokenTwice([...read, 'Once more:', ...read.slice(2)]), '1239')
})

test('a code that is still being read is none yet, also when its last digit was named before', () => {
  const read = ['press 9.', 'Your code is:', '5,', '8,', '6,', '2,', '3,', '9', 'Once more: Your code is:']
  assert.equal(codeSpokenTwice([...read, '5,', '8,', '6,', '2,', '3,']), undefined)
  assert.equal(codeSpokenTwice([...read, '5,', '8,', '6,', '2,', '3,', '9']), '586239')
  const pairs = ['Your code is:', '5,', '8,', '5,', '8,', '5,', '8', 'Once more:', '5,', '8,']
  assert.equal(codeSpokenTwice(pairs), undefined)
})

test('the code of a text is its longest figure, and a text may have none', () => {
  assert.equal(codeInMessage('Bank 2024: 481516 is your code. It expires in 5 minutes.'), '481516')
  assert.equal(codeInMessage('4815 is your code.\n\n@app.example.com #4815'), '4815')
  assert.equal(codeInMessage('Call +12025550123.'), null)
})

describe('an address that is no exchange', () => {
  test('that does not answer is named', async () => {
    await assert.rejects(new Exchange('http://127.0.0.1:9').phone('+12025550123'), /127\.0\.0\.1:9 does not answer/)
  })

  test('that answers otherwise is named, with what to check', async () => {
    const other = createServer((_, response) => void response.writeHead(404).end('not found')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await assert.rejects(new Exchange(url).phone('+12025550123'), /404 and has no exchange: .* while no carrier is set/)
    other.close()
  })

  test('a number that is none is refused in words', async () => {
    await assert.rejects(exchange.phone('12'), /a number looks like \+12025550123/)
  })
})

test('the shapes are those of the exchange', () => {
  assert.ok(sameShapes.every((same) => same))
})
