// Several carriers: when one fails, the challenge keeps its id, its code and its attempts, and the phone rings once.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearCode, hearGateKeys } from '../support/phone-helpers.ts'

let server: Server

before(async () => {
  server = await startServer({}, ['twilio', 'bandwidth', 'plivo'])
})
after(() => server.stop())
afterEach(() => server.phones.injectFaults(noFaults()))

const BROKEN = { refuse: { status: 401, code: 20003 } }

test('the first carrier refuses, and the second one calls with the same code', async () => {
  const { create, phones, ask } = server
  const to = nextNumber()
  const phone = phones.phone(to)
  phones.injectFaults({ requests: BROKEN }, 'Twilio')
  const { status, json } = await create({ to })
  assert.equal(status, 201)
  assert.deepEqual(
    json.deliveries.map(({ carrier, result }) => [carrier, result]),
    [
      ['twilio', 'carrier_failed'],
      ['bandwidth', null],
    ],
  )
  assert.equal((await phone.answers()).carrier, 'Bandwidth')
  await phone.keys((await hearGateKeys(phone)).right)
  const code = await hearCode(phone)
  const checked = await ask('POST', `/v1/challenges/${json.id}/check`, { code })
  assert.equal(checked.json.reason, 'code_matched')
  assert.equal(await phone.ends(), 'completed')
  assert.deepEqual(await story(json.id), [
    'created',
    'placement_failed',
    'placed',
    'answered',
    'dtmf_received',
    'code_submitted',
    'ended',
  ])
})

test('an attempt used before the change of carrier stays used', async () => {
  const { create, phones, ask } = server
  const to = nextNumber()
  const phone = phones.phone(to)
  phone.will('busy')
  const first = await create({ to, fallback: ['sms'] })
  await phones.settled()
  const text = await phone.receives(/\d{6}/)
  const code = /\d{6}/.exec(text.text)![0]
  await calm()
  const wrong = await ask('POST', `/v1/challenges/${first.json.id}/check`, {
    code: code === '000000' ? '000001' : '000000',
  })
  assert.equal(wrong.json.attempts_left, 4)
  const again = await ask('POST', `/v1/challenges/${first.json.id}/deliveries`, { channel: 'call' })
  assert.equal(again.json.attempts_left, 4)
  await phone.answers()
  await phone.keys((await hearGateKeys(phone)).right)
  assert.equal(await hearCode(phone), code, 'the spoken code is the texted one')
  const right = await ask('POST', `/v1/challenges/${first.json.id}/check`, { code })
  assert.equal(right.json.status, 'approved')
})

test('when all refuse, the challenge comes back undelivered and nobody was called', async () => {
  const to = nextNumber()
  server.phones.injectFaults({ requests: { refuse: { status: 401, code: 20003 } } })
  const { status, json } = await server.create({ to, flow: 'approve' })
  assert.equal(status, 201)
  assert.deepEqual([json.status, json.reason], ['undelivered', 'carrier_failed'])
  assert.deepEqual(
    json.deliveries.map(({ carrier }) => carrier),
    ['twilio', 'bandwidth', 'plivo'],
  )
  assert.equal(server.phones.phone(to).calls.length, 0)
})

test('a refusal that blames the number is not followed by another carrier', async () => {
  const phone = nextNumber()
  server.phones.injectFaults({ requests: { refuse: { status: 400, code: 21217 } } }, 'Twilio')
  const { json } = await server.create({ to: phone, flow: 'approve' })
  assert.deepEqual([json.status, json.reason, json.deliveries.length], ['undelivered', 'unreachable', 1])
})

test('a lost answer is no refusal: the phone rings once, through the carrier that did not answer', async () => {
  const { create, phones, ask } = server
  const to = nextNumber()
  const phone = phones.phone(to)
  phones.injectFaults({ requests: { loseAnswer: true } }, 'Twilio')
  const { json } = await create({ to, flow: 'approve' })
  assert.equal(json.status, 'pending')
  assert.equal(json.deliveries.length, 1)
  assert.equal((await phone.answers()).carrier, 'Twilio')
  await phone.hears(/press 1/)
  await phone.keys('1')
  await phones.settled()
  assert.equal((await ask('GET', `/v1/challenges/${json.id}`)).json.reason, 'key_pressed')
  assert.equal(phone.calls.length, 1)
})

test('with a carrier in the request no other is asked', async () => {
  server.phones.injectFaults({ requests: BROKEN }, 'Twilio')
  const { json } = await server.create({ flow: 'approve', carrier: 'twilio' })
  assert.deepEqual([json.status, json.deliveries.length], ['undelivered', 1])
})

test('a message that one carrier refuses goes through the next', async () => {
  const { create, phones } = server
  const to = nextNumber()
  phones.injectFaults({ requests: BROKEN }, 'Twilio')
  const { json } = await create({ to, channel: 'sms' })
  assert.deepEqual(
    json.deliveries.map(({ carrier, channel }) => [carrier, channel]),
    [
      ['twilio', 'sms'],
      ['bandwidth', 'sms'],
    ],
  )
  await phones.phone(to).receives(/\d{6}/)
})

test('a carrier that fails five times in a row is skipped, and tried again after ten seconds', async () => {
  server = await restarted()
  const { create, phones } = server
  phones.injectFaults({ requests: BROKEN }, 'Twilio')
  for (let failures = 0; failures < 5; failures++) await create({ flow: 'approve' })
  const { json } = await create({ flow: 'approve' })
  assert.deepEqual(
    json.deliveries.map(({ carrier }) => carrier),
    ['bandwidth'],
  )
  phones.injectFaults(noFaults())
  rest += 10_001
  const later = await create({ flow: 'approve' })
  assert.equal(later.json.deliveries[0]?.carrier, 'twilio')
})

test('with no other carrier left, one that keeps failing is tried all the same', async () => {
  server.phones.injectFaults({ requests: BROKEN }, 'Twilio')
  for (let failures = 0; failures < 7; failures++) {
    const { status, json } = await server.create({ flow: 'approve', carrier: 'twilio' })
    assert.deepEqual([status, json.reason], [201, 'carrier_failed'])
  }
})

let rest = 0

/** The circuit breaker remembers, so this test has a server of its own, whose clock it moves. */
async function restarted(): Promise<Server> {
  await server.stop()
  const started = performance.now()
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  }
  return startServer({}, ['twilio', 'bandwidth', 'plivo'], { now: () => performance.now() - started + rest, after })
}

/** The phone may have the message before we have the carrier's answer. */
async function calm(): Promise<void> {
  await server.calm()
}

async function story(id: string): Promise<string[]> {
  await calm()
  return (await server.challenges.ledger(id as ChallengeId)).map(({ type }) => type)
}
