import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APP, NUMBER, twilioApp } from './twilio-app.ts'

const GOOD = { To: NUMBER, From: '+12025550199', Body: '482913 is your Acme code.', StatusCallback: `${APP}/receipt` }

test('a message is sent, delivered and read', async () => {
  const { rest, phone, phones, came } = twilioApp()
  const response = await rest('POST', 'Messages.json', GOOD)
  assert.equal(response.status, 201)
  const message = (await response.json()) as { sid: string; status: string }
  assert.match(message.sid, /^SM[0-9a-f]{32}$/)
  assert.equal(message.status, 'queued')
  assert.match((await phone.receives(/\d{6}/)).text, /482913/)
  await phones.settled()
  assert.deepEqual(came('/receipt', 'MessageStatus'), ['sent', 'delivered'])
  assert.deepEqual(came('/receipt', 'MessageSid'), [message.sid, message.sid])
  assert.deepEqual(phones.violations, [])
})

const RECEIPTS = [
  ['unreachable', 'undelivered', '30003'],
  ['landline', 'undelivered', '30006'],
  ['blocked', 'undelivered', '30007'],
  ['carrier_failed', 'failed', '30001'],
] as const

for (const [receipt, state, code] of RECEIPTS) {
  test(`a number that is ${receipt} reports ${state}, ${code}`, async () => {
    const { rest, phone, phones, came } = twilioApp()
    phone.reports(receipt)
    await rest('POST', 'Messages.json', GOOD)
    await phones.settled()
    assert.deepEqual(came('/receipt', 'MessageStatus'), ['sent', state])
    assert.deepEqual(came('/receipt', 'ErrorCode'), [undefined, code])
  })
}

test('a network that sends no receipt leaves a message at sent', async () => {
  const { rest, phone, phones, came, clock } = twilioApp()
  phone.reports('none')
  await rest('POST', 'Messages.json', GOOD)
  await clock.advance(60_000)
  await phones.settled()
  assert.deepEqual(came('/receipt', 'MessageStatus'), ['sent'])
})

test('a message is taken once', async () => {
  const { rest, phone, phones } = twilioApp({}, { phoneTimeoutMs: 20 })
  await rest('POST', 'Messages.json', GOOD)
  // What has come already is not waited for, however slow the machine is.
  await phones.settled()
  await phone.receives(/482913/)
  await assert.rejects(phone.receives(/482913/), /waited/)
})

const REFUSED: [why: string, form: Record<string, string>, code: number][] = [
  ['no text', { ...GOOD, Body: '' }, 21602],
  ['too long a text', { ...GOOD, Body: 'a'.repeat(1601) }, 21617],
  ['a bad number', { ...GOOD, To: '123' }, 21211],
  ['an unknown parameter', { ...GOOD, MediaUrl: `${APP}/cat.png` }, 20001],
]

for (const [why, form, code] of REFUSED) {
  test(`refuses ${why}`, async () => {
    const { rest, phone } = twilioApp()
    const response = await rest('POST', 'Messages.json', form)
    assert.equal(response.status, 400)
    assert.equal(((await response.json()) as { code: number }).code, code)
    assert.equal(phone.messages.length, 0)
  })
}
