import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, APP, NUMBER, twilioApp } from './twilio-app.ts'

const FROM = '+12025550199'
const GOOD = { To: NUMBER, From: FROM, Url: `${APP}/answer` }
const HOLD = '<Response><Pause length="60"/></Response>'
type Body = {
  code?: number
  status?: unknown
  sid?: string
  calls?: { sid: string; to: string; status: string }[]
  message?: string
}
const json = async (response: Response | Promise<Response>) => (await (await response).json()) as Body

test('a call is created with 201 and can be read', async () => {
  const { rest } = twilioApp()
  const response = await rest('POST', 'Calls.json', GOOD)
  assert.equal(response.status, 201)
  const call = await json(response)
  assert.match(call.sid ?? '', /^CA[0-9a-f]{32}$/)
  assert.equal(call.status, 'queued')
  const read = await json(rest('GET', `Calls/${call.sid}.json`))
  assert.equal(read.sid, call.sid)
})

const REFUSED: [why: string, form: Record<string, string>, code: number, fault: boolean][] = [
  ['no number', { ...GOOD, To: '' }, 21201, false],
  ['a national number', { ...GOOD, To: '2025550123' }, 21211, false],
  ['no sender', { ...GOOD, From: '' }, 21213, false],
  ['a sender that is no number', { ...GOOD, From: 'Acme' }, 21212, false],
  ['no URL', { ...GOOD, Url: '' }, 21205, false],
  ['a URL of another kind', { ...GOOD, Url: 'ftp://app.example/' }, 21205, false],
  ['an underscore in the host', { ...GOOD, StatusCallback: 'https://my_app.example/' }, 21609, false],
  ['a timeout too long', { ...GOOD, Timeout: '601' }, 21208, false],
  ['an unknown parameter', { ...GOOD, Tag: 'x' }, 20001, true],
  ['an event that does not exist', { ...GOOD, StatusCallbackEvent: 'in-progres' }, 20001, true],
  ['a method without its URL', { ...GOOD, FallbackMethod: 'POST' }, 21205, true],
  ['detection with nowhere to report', { ...GOOD, MachineDetection: 'Enable', AsyncAmd: 'true' }, 21262, true],
]

for (const [why, form, code, fault] of REFUSED) {
  test(`refuses ${why}`, async () => {
    const { rest, phone, phones } = twilioApp()
    const response = await rest('POST', 'Calls.json', form)
    assert.equal(response.status, 400)
    const body = await json(response)
    assert.deepEqual([body.code, body.status], [code, 400])
    assert.equal(phones.violations.length, fault ? 1 : 0)
    assert.equal(phone.calls.length, 0)
  })
}

test('refuses a sender that the account does not have', async () => {
  const { rest } = twilioApp({}, { carriers: { twilio: { ...ACCOUNT, numbers: ['+12025550100'] } } })
  assert.equal((await json(rest('POST', 'Calls.json', GOOD))).code, 21210)
})

test('refuses a stranger, and shows no password on the wire', async () => {
  const { phones } = twilioApp()
  for (const authorization of ['', 'Basic x', `Basic ${btoa(`${ACCOUNT.accountSid}:wrong`)}`]) {
    const response = await phones.app.request(`/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls.json`, {
      method: 'POST',
      headers: { authorization },
    })
    assert.equal(response.status, 401)
    assert.equal((await json(response)).code, 20003)
  }
  assert.doesNotMatch(JSON.stringify(phones.httpLog), new RegExp(btoa('wrong').slice(0, 5)))
  assert.equal(phones.httpLog.length, 3)
})

test('finds calls by number, newest first', async () => {
  const { rest, place, clock } = twilioApp()
  const first = await place()
  await clock.advance(2000)
  const second = await place()
  await place({ To: '+12025550177' })
  const query = new URLSearchParams({ To: NUMBER, 'StartTime>': '2026-01-05' })
  const list = await json(rest('GET', `Calls.json?${query}`))
  assert.deepEqual(
    list.calls?.map((call) => call.sid),
    [second, first],
  )
  const later = new URLSearchParams({ To: NUMBER, 'StartTime>': '2026-01-05T12:00:01Z' })
  assert.deepEqual(
    (await json(rest('GET', `Calls.json?${later}`))).calls?.map((call) => call.sid),
    [second],
  )
  assert.equal((await json(rest('GET', 'Calls.json?Number=1'))).code, 20001)
})

test('a ringing call can be canceled, and then no more', async () => {
  const { rest, place, phone, phones, came } = twilioApp()
  const sid = await place()
  await phone.rings()
  assert.equal((await json(rest('POST', `Calls/${sid}.json`, { Status: 'canceled' }))).status, 'canceled')
  assert.equal((await json(rest('POST', `Calls/${sid}.json`, { Status: 'completed' }))).code, 21220)
  await phones.settled()
  assert.equal(came('/status', 'CallStatus').at(-1), 'canceled')
})

test('a call canceled before it was dialled never rings', async () => {
  const { rest, place, phone, phones, clock } = twilioApp({}, { speed: 1 })
  const sid = await place()
  await rest('POST', `Calls/${sid}.json`, { Status: 'canceled' })
  await clock.advance(5000)
  await phones.settled()
  assert.equal(phone.calls[0]?.ending, 'canceled')
  assert.equal(
    phones.httpLog.some((entry) => entry.about.includes('ringing')),
    false,
  )
})

test('an answered call can be completed, but not canceled', async () => {
  const { rest, place, phone } = twilioApp({ '/answer': HOLD }, { speed: 1000 })
  const sid = await place()
  await phone.answers()
  assert.equal((await json(rest('POST', `Calls/${sid}.json`, { Status: 'canceled' }))).code, 21220)
  assert.equal((await json(rest('POST', `Calls/${sid}.json`, { Status: 'completed' }))).status, 'completed')
  assert.equal(phone.calls[0]?.hungUpBy, 'app')
})

test('an answered call can be sent elsewhere, dropping what was being played', async () => {
  const { rest, place, phone, clock } = twilioApp({
    '/answer': '<Response><Gather timeout="9" action="/keys"><Say>Wait.</Say></Gather></Response>',
    '/new': '<Response><Say>New.</Say></Response>',
  })
  const sid = await place()
  await phone.answers()
  await phone.hears(/Wait/)
  await rest('POST', `Calls/${sid}.json`, { Url: `${APP}/new` })
  await phone.hears(/New/)
  assert.equal(await phone.ends(), 'completed')
  await clock.advance(20_000)
})

test('an unknown call is 404', async () => {
  assert.equal((await json(twilioApp().rest('GET', 'Calls/CA0.json'))).code, 20404)
})
