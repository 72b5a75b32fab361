import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NUMBER, twilioApp } from './twilio-app.ts'

const ASK = '<Response><Gather numDigits="1" action="/keys"><Say>Press 1.</Say></Gather></Response>'
const BYE = '<Response><Say>Goodbye.</Say></Response>'
type LineView = {
  next_calls: string[]
  calls: {
    id: string
    state: string
    ending: string | null
    listening: boolean
    transcript: { kind: string; text: string }[]
  }[]
}

function scripted() {
  const here = twilioApp({ '/answer': ASK, '/keys': BYE })
  const ask = async <T = LineView>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await here.phones.app.request(`/exchange${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as T }
  }
  return { ...here, ask }
}

test('a script can hold a phone', async () => {
  const { ask, place, phones, phone } = scripted()
  await place()
  await phones.settled()
  assert.equal((await ask('GET', `/lines/${NUMBER}`)).body.calls[0]?.state, 'ringing')
  assert.equal((await ask('POST', `/lines/${encodeURIComponent(NUMBER)}/answer`)).body.calls[0]?.state, 'answered')
  await phones.settled()
  assert.equal((await ask('GET', `/lines/${NUMBER}`)).body.calls[0]?.listening, true)
  assert.equal((await ask('POST', `/lines/${NUMBER}/keys`, { keys: '1' })).status, 200)
  await phone.ends()
  const { body } = await ask('GET', `/lines/${NUMBER}`)
  assert.equal(body.calls[0]?.ending, 'completed')
  assert.deepEqual(
    body.calls[0]?.transcript.map((entry) => [entry.kind, entry.text]),
    [
      ['said', 'Press 1.'],
      ['key', '1'],
      ['said', 'Goodbye.'],
    ],
  )
})

test('what a phone cannot do now is 409, what nobody understands is 422', async () => {
  const { ask } = scripted()
  assert.equal((await ask('POST', `/lines/${NUMBER}/answer`)).status, 409)
  assert.equal((await ask('POST', `/lines/${NUMBER}/hangup`)).status, 409)
  assert.equal((await ask('POST', `/lines/${NUMBER}/keys`, { keys: 1 })).status, 422)
  assert.equal((await ask('POST', '/lines/123/answer')).status, 422)
  assert.equal((await ask('POST', `/lines/${NUMBER}/next`, { calls: ['sleep'] })).status, 422)
  assert.equal((await ask('POST', '/trouble', { status: { triple: true } })).status, 422)
  assert.equal((await ask('POST', '/trouble', { requests: { refuse: { status: 200, code: 1 } } })).status, 422)
})

test('the next calls to a number are arranged in advance, one after the other', async () => {
  const { ask, place, phones } = scripted()
  assert.deepEqual((await ask('POST', `/lines/${NUMBER}/next`, { calls: ['busy', 'voicemail'] })).body.next_calls, [
    'busy',
    'voicemail',
  ])
  await place()
  await phones.settled()
  await place()
  await phones.settled()
  const { body } = await ask('GET', `/lines/${NUMBER}`)
  assert.deepEqual(body.next_calls, [])
  assert.deepEqual(
    body.calls.map((call) => call.ending ?? call.state),
    ['answered', 'busy'],
  )
})

test('what is arranged for numbers that are never called is forgotten, the oldest first', async () => {
  const { ask, place, phones } = scripted()
  await place()
  const numbers = Array.from({ length: 600 }, (_, index) => `+1202556${String(index).padStart(4, '0')}`)
  for (const number of numbers) await ask('POST', `/lines/${number}/next`, { calls: ['busy'] })
  const { lines } = (await ask<{ lines: { number: string }[] }>('GET', '/lines')).body
  const kept = lines.map(({ number }) => number)
  assert.ok(kept.length <= 501, `${kept.length} lines`)
  assert.ok(kept.includes(NUMBER), 'one that was called')
  assert.deepEqual(kept.slice(-400), numbers.slice(-400))
  await phones.settled()
})

test('no request is larger than any that has a sense', async () => {
  const { ask, phones } = scripted()
  const arranged = await ask<{ error: string }>('POST', `/lines/${NUMBER}/next`, { calls: Array(1000).fill('busy') })
  assert.deepEqual([arranged.status, arranged.body.error], [422, 'at most 100 can be arranged'])
  const keys = 'x'.repeat(70_000)
  assert.equal((await ask('POST', `/lines/${NUMBER}/keys`, { keys })).status, 413)
  const calls = '/2010-04-01/Accounts/AC1/Calls.json'
  assert.equal((await phones.app.request(calls, { method: 'POST', body: keys })).status, 413)
})

test('faults are switched, and the log shows every request', async () => {
  const { ask, place, phones } = scripted()
  await ask('POST', '/trouble', { status: { double: true } })
  assert.equal(phones.injectedFaults.Plivo.status.double, true)
  await ask('POST', '/trouble', { company: 'Twilio', status: { lose: true }, requests: { delay: 5 } })
  assert.equal((await ask('POST', '/trouble', { company: 'Bell', status: {} })).status, 422)
  assert.equal((await ask('POST', '/trouble', { status: { toString: true } })).status, 422)
  assert.equal((await ask('POST', '/trouble', { constructor: { name: 'x' } })).status, 422)
  assert.deepEqual(
    Object.values(phones.injectedFaults).map(({ status, requests }) => [status.lose, requests.delay]),
    [
      [true, 5],
      [false, 0],
      [false, 0],
      [false, 0],
    ],
  )
  await ask('POST', '/trouble', { status: { lose: false }, requests: { delay: 0 } })
  await place()
  await phones.settled()
  type Entry = {
    direction: string
    about: string
    request: string
    answer: string
    remark: string | null
    headers: Record<string, string>
  }
  const { body } = await ask<{ wire: Entry[] }>('GET', '/wire')
  const create = body.wire.at(-1)
  assert.equal(create?.direction, 'in')
  assert.match(create?.request ?? '', new RegExp(`To = \\${NUMBER}`))
  assert.match(create?.answer ?? '', /"status": "queued"/)
  assert.equal(create?.headers.authorization, 'Basic ••••••')
  assert.ok(body.wire.some((entry) => entry.remark === 'sent twice' && entry.headers['x-twilio-signature']))
})

test('a page of another site is turned away', async () => {
  const { ask } = scripted()
  assert.equal((await ask('GET', '/lines', undefined, { 'sec-fetch-site': 'cross-site' })).status, 403)
  assert.equal(
    (await ask('POST', `/lines/${NUMBER}/answer`, undefined, { 'sec-fetch-site': 'cross-site' })).status,
    403,
  )
})

test('changes are streamed as they happen', async () => {
  const { phones, place } = scripted()
  const response = await phones.app.request('/exchange/events')
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  assert.ok(response.body)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = (await reader.read()).value ?? ''
  assert.match(text, /^event: hello\ndata: \{"lines":\[/)
  await place()
  while (!/"state":"ringing"/.test(text)) text += (await reader.read()).value
  assert.match(text, /event: line\n/)
  await reader.cancel()
})

test('the page and its files are served behind a strict policy', async () => {
  const { phones } = scripted()
  const page = await phones.app.request('/phones')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/)
  const html = await page.text()
  assert.doesNotMatch(html, /<script(?![^>]* src=)|style="|https?:\/\//)
  const links = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '')
  assert.ok(links.length > 1)
  for (const link of links) assert.equal((await phones.app.request(link)).status, 200, link)
  assert.equal((await phones.app.request('/exchange/assets/..%2Fexchange.ts')).status, 404)
})

test('the test numbers are listed, each with what its phone does', async () => {
  const { ask } = scripted()
  const { body } = await ask<{ test_numbers: { numbers: string[]; does: string; approve: string }[] }>(
    'GET',
    '/test-numbers',
  )
  const busy = body.test_numbers.find(({ numbers }) => numbers.includes('+17015550111'))
  assert.deepEqual([busy?.does, busy?.approve], ['Is busy.', 'undelivered busy'])
})

test('a webhook is sent again byte for byte, and what the app asked is not', async () => {
  const { ask, place, phones, received } = scripted()
  await place()
  await phones.settled()
  type Entry = { id: number; direction: string; about: string; remark: string; status: number; body: string }
  const { wire } = (await ask<{ wire: Entry[] }>('GET', '/wire')).body
  const ringing = wire.find(({ about }) => about === 'status ringing')!
  const before = received.filter(({ path }) => path === '/status').length
  const { status, body } = await ask<Entry>('POST', `/wire/${ringing.id}/replay`)
  assert.deepEqual([status, body.status, body.remark, body.body], [200, 204, 'sent again by hand', ringing.body])
  const [again] = received.filter(({ path }) => path === '/status').slice(before)
  const first = received.find(({ form }) => form.CallStatus === 'ringing')!
  assert.deepEqual([again?.url, again?.form], [first.url, first.form])
  assert.equal(again?.headers.get('x-twilio-signature'), first.headers.get('x-twilio-signature'))
  const asked = wire.find(({ direction }) => direction === 'in')!
  assert.equal((await ask('POST', `/wire/${asked.id}/replay`)).status, 422)
  assert.equal((await ask('POST', '/wire/9999/replay')).status, 404)
})

test("the app's own webhooks stand with the call that they are about", async () => {
  const { ask, place, phones } = scripted()
  const sid = await place({ StatusCallback: 'https://app.example/status/dlv_0123456789abcdef' })
  await phones.settled()
  const push = { type: 'delivery.updated', data: { id: 'chl_other', deliveries: [{ id: 'dlv_0123456789abcdef' }] } }
  const taken = await phones.app.request('/exchange/webhooks', {
    method: 'POST',
    headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json' },
    body: JSON.stringify(push),
  })
  assert.equal(taken.status, 204)
  await phones.app.request('/exchange/webhooks', { method: 'POST', body: 'no JSON' })
  type Entry = { about: string; company: string | null; call_id: string | null; headers: Record<string, string> }
  const [odd, event] = (await ask<{ wire: Entry[] }>('GET', '/wire')).body.wire
  assert.deepEqual([event?.about, event?.company, event?.call_id], ['delivery.updated', null, sid])
  assert.equal(event?.headers['webhook-id'], 'msg_1')
  assert.deepEqual([odd?.about, odd?.call_id], ['webhook', null])
})
