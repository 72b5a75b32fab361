import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import { ACCOUNT, APP, NUMBER, twilioApp } from './twilio-app.ts'

const ANSWERS = {
  '/answer': '<Response><Gather numDigits="1" action="/keys"><Say>Press 1.</Say></Gather></Response>',
  '/keys': '<Response><Say>Goodbye.</Say></Response>',
}
const GOOD = { To: NUMBER, From: '+12025550199', Url: `${APP}/answer` }

async function talk({ phone, phones, place }: ReturnType<typeof twilioApp>) {
  await place()
  await phone.answers()
  await phone.keys('1')
  await phone.hears(/Goodbye/)
  await phone.ends()
  await phones.settled()
}

test('callbacks are doubled', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ status: { double: true } })
  await talk(here)
  const twice = ['initiated', 'ringing', 'in-progress', 'completed'].flatMap((status) => [status, status])
  assert.deepEqual(here.came('/status', 'CallStatus'), twice)
  assert.equal(here.came('/keys', 'Digits').length, 1)
})

test('documents are asked for twice, and only the first answer is played', async () => {
  const here = twilioApp({ ...ANSWERS })
  here.phones.injectFaults({ documents: { double: true } })
  await talk(here)
  assert.deepEqual(here.came('/keys', 'Digits'), ['1', '1'])
  assert.equal(here.phone.heard, 'Press 1. Goodbye.')
})

test('callbacks overtake each other', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ status: { reorder: true } })
  await talk(here)
  assert.deepEqual(here.came('/status', 'CallStatus'), ['ringing', 'initiated', 'completed', 'in-progress'])
  assert.deepEqual(here.came('/status', 'SequenceNumber'), ['1', '0', '3', '2'])
})

test('a callback that nothing overtakes is sent all the same', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ status: { reorder: true } })
  here.phone.will('busy', 'busy')
  await here.place({ StatusCallback: `${APP}/other` })
  await here.phone.ends()
  await here.clock.advance(2000)
  assert.deepEqual(here.came('/other', 'CallStatus'), ['busy', 'initiated'])
})

test('callbacks are late', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ status: { delay: 5000 } })
  await talk(here)
  assert.deepEqual(here.came('/status', 'CallStatus'), [])
  await here.clock.advance(5000)
  assert.deepEqual(here.came('/status', 'CallStatus'), ['initiated', 'ringing', 'in-progress', 'completed'])
})

test('callbacks are lost', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ status: { lose: true } })
  await talk(here)
  assert.deepEqual(here.came('/status', 'CallStatus'), [])
  assert.deepEqual(here.phones.violations, [])
})

test('a lost document is a failed connection', async () => {
  const { phones, phone, place, received } = twilioApp(ANSWERS)
  phones.injectFaults({ documents: { lose: true }, status: { lose: true } })
  await place()
  await phone.answers()
  assert.equal(await phone.ends(), 'application_error')
  assert.deepEqual(received, [])
})

test('a request is refused, and nothing rings', async () => {
  const { rest, phones, phone } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { refuse: { status: 429, code: 20429 } } })
  const response = await rest('POST', 'Calls.json', GOOD)
  assert.equal(response.status, 429)
  assert.equal(((await response.json()) as { code: number }).code, 20429)
  assert.equal(phone.calls.length, 0)
  phones.injectFaults({ requests: { refuse: null } })
  assert.equal((await rest('POST', 'Calls.json', GOOD)).status, 201)
})

test('a request is answered with garbage, and nothing rings', async () => {
  const { rest, phones, phone } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { garbage: true } })
  const response = await rest('POST', 'Calls.json', GOOD)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /<html>/)
  assert.equal(phone.calls.length, 0)
})

test('a request is carried out and answered with an error', async () => {
  const { rest, phones, phone } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { answerError: { status: 500, code: 20500 } } })
  const response = await rest('POST', 'Calls.json', GOOD)
  assert.equal(response.status, 500)
  assert.equal(((await response.json()) as { code: number }).code, 20500)
  await phone.rings()
})

test('the end of the call overtakes the keys', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ documents: { keysAfterEnd: true } })
  await here.place()
  await here.phone.answers()
  await here.phone.keys('1')
  await here.phones.settled()
  assert.deepEqual(here.came('/keys', 'Digits'), [])
  await here.phone.hangsUp()
  await here.phones.settled()
  const told = here.received.slice(-2).map(({ path, form }) => [path, form.CallStatus])
  assert.deepEqual(told, [
    ['/status', 'completed'],
    ['/keys', 'completed'],
  ])
})

test('keys that nothing overtakes are posted all the same', async () => {
  const here = twilioApp(ANSWERS)
  here.phones.injectFaults({ documents: { keysAfterEnd: true } })
  await here.place()
  await here.phone.answers()
  await here.phone.keys('1')
  await here.clock.advance(2000)
  await here.phone.hears(/Goodbye/)
})

test('keys are posted although the person hangs up in the same instant', async () => {
  const here = twilioApp(ANSWERS)
  await here.place()
  await here.phone.answers()
  await here.phone.hears(/Press/)
  await Promise.all([here.phone.keys('1'), here.phone.hangsUp()])
  await here.phones.settled()
  assert.deepEqual(here.came('/keys', 'Digits'), ['1'])
})

test('a late answer lets the call go ahead of it', async () => {
  const { rest, phones, phone, clock } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { delay: 3000 } })
  const answer = rest('POST', 'Calls.json', GOOD)
  await phone.answers()
  await phone.hears(/Press/)
  await clock.advance(3000)
  assert.equal((await answer).status, 201)
})

test('an answer is lost in process: fetch fails, and the phone rings', async () => {
  const { rest, phones, phone } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { loseAnswer: true } })
  await assert.rejects(async () => rest('POST', 'Calls.json', GOOD), /connection broke/)
  await phone.rings()
})

test('an answer is lost on a socket: the connection drops, and the phone rings', async () => {
  const { phones, phone } = twilioApp(ANSWERS)
  phones.injectFaults({ requests: { loseAnswer: true } })
  const server = serve({ fetch: phones.app.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const create = fetch(`http://127.0.0.1:${port}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      body: new URLSearchParams(GOOD),
    })
    await assert.rejects(create)
    await phone.rings()
  } finally {
    server.close()
  }
})
