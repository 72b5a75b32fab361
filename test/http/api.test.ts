import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { nextNumber } from '../support/numbers.ts'
import { as, type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const post = (path: string, body?: unknown, headers?: Record<string, string>) => server.ask('POST', path, body, headers)
const get = (path: string, headers?: Record<string, string>) => server.ask('GET', path, undefined, headers)

async function codeOf(id: string): Promise<string> {
  return server.challenges.secrets.code((await server.challenges.find(id))!)
}

function wrong(code: string): string {
  return code.replace(/./g, (digit) => String((Number(digit) + 1) % 10))
}

test('only `to` is required, and the answer has the fields of the contract', async () => {
  const { status, json, headers } = await post('/v1/challenges', { to: '+1 (202) 555-0123' })
  assert.equal(status, 201)
  assert.equal(headers.get('idempotency-replayed'), null)
  assert.equal(
    Object.keys(json).join(),
    'id,status,reason,flow,scope,to,locale,details,attempts_left,created_at,expires_at,ended_at,version,deliveries,metadata,page_token',
  )
  const { status: state, reason, flow, scope, to, locale, details, attempts_left, metadata } = json
  assert.deepEqual(
    { state, reason, flow, scope, to, locale, details, attempts_left, metadata },
    {
      state: 'pending',
      reason: null,
      flow: 'send_code',
      scope: 'login',
      to: '+1••••••0123',
      locale: 'en-US',
      details: null,
      attempts_left: 5,
      metadata: {},
    },
  )
  assert.equal(Date.parse(json.expires_at) - Date.parse(json.created_at), 300_000)
  assert.equal(json.deliveries.length, 1)
  assert.match(json.page_token, /^pgt_[\w-]{43}$/)
})

test('every field is accepted, and the app’s own values come back', async () => {
  const wanted = {
    region: 'GB',
    to: '07700 900123',
    flow: 'approve',
    channel: 'call',
    scope: 'transfer',
    locale: 'de-DE',
    details: '250 € an „Ada“ & <b>Söhne</b> 🙂',
    message: null,
    code_length: 8,
    expires_in: 30,
    metadata: { order: '<42>', ключ: 'значение' },
    from: '+12025550198',
    carrier: 'twilio',
    fallback: [],
    client_ip: '2001:db8::1',
  }
  const { status, json } = await post('/v1/challenges', wanted)
  assert.equal(status, 201, json.detail)
  assert.equal(json.to, '+44••••••0123')
  assert.equal(json.details, wanted.details)
  assert.deepEqual(json.metadata, wanted.metadata)
  assert.equal(json.locale, 'de-DE')
  assert.equal(json.display_code, undefined)
})

test('display_code is in the creation and for the page token, while the challenge is pending', async () => {
  const { json } = await server.create({ flow: 'keypad_code', code_length: 4 })
  assert.match(json.display_code, /^\d{4}$/)
  assert.equal(json.display_code, await codeOf(json.id))
  const at = `/v1/challenges/${json.id}`
  const page = as(json.page_token)
  assert.equal((await get(at, page)).json.display_code, json.display_code)
  assert.equal((await get(at, page)).json.page_token, undefined)
  assert.equal((await get(at)).json.display_code, undefined)
  assert.equal((await post(`${at}/cancel`, undefined, page)).json.display_code, undefined)
  assert.equal((await get(at, page)).json.display_code, undefined)
})

test('a code is checked as a string of its length; only a wrong guess costs', async () => {
  const { json } = await server.create()
  const check = (code: unknown) => post(`/v1/challenges/${json.id}/check`, { code })
  const code = await codeOf(json.id)
  for (const odd of [
    Number(code),
    code.slice(1),
    `${code}0`,
    '',
    ' 12345',
    '12345\n',
    '٤٨١٥١٦',
    'abcdef',
    null,
    [code],
    {},
  ]) {
    assert.equal((await check(odd)).status, 422, JSON.stringify(odd))
  }
  assert.equal((await post(`/v1/challenges/${json.id}/check`, { code, more: 1 })).status, 422)
  assert.deepEqual((await check(wrong(code))).json, { valid: false, status: 'pending', reason: null, attempts_left: 4 })
  const right = { valid: true, status: 'approved', reason: 'code_matched', attempts_left: 4 }
  assert.deepEqual((await check(code)).json, right)
  assert.deepEqual((await check(code)).json, { ...right, valid: false })
  assert.equal((await post(`/v1/challenges/${json.id}/cancel`)).json.code, 'conflict')
  assert.equal((await post(`/v1/challenges/${json.id}/deliveries`, { channel: 'sms' })).json.code, 'conflict')
})

test('five wrong codes end the challenge, also when twenty come at once', async () => {
  const { json } = await server.create()
  const code = await codeOf(json.id)
  const guesses = Array.from({ length: 20 }, () => post(`/v1/challenges/${json.id}/check`, { code: wrong(code) }))
  assert.ok((await Promise.all(guesses)).every(({ json: { valid } }) => valid === false))
  const late = await post(`/v1/challenges/${json.id}/check`, { code })
  assert.deepEqual(late.json, { valid: false, status: 'denied', reason: 'too_many_attempts', attempts_left: 0 })
})

test('keypad_code and approve can be neither checked by the API nor sent as a message', async () => {
  for (const flow of ['keypad_code', 'approve']) {
    const { json } = await server.create({ flow })
    assert.equal((await post(`/v1/challenges/${json.id}/check`, { code: '123456' })).status, 409)
    assert.equal((await post(`/v1/challenges/${json.id}/deliveries`, { channel: 'sms' })).status, 422)
  }
})

test('canceling hangs up, once; a body is not needed and nothing may be in it', async () => {
  const to = nextNumber()
  const { json } = await post('/v1/challenges', { to, flow: 'approve' })
  await server.phones.phone(to).rings()
  const at = `/v1/challenges/${json.id}/cancel`
  assert.equal((await post(at, '{')).status, 400)
  assert.equal((await post(at, { reason: 'x' })).status, 422)
  for (const body of [undefined, {}, '']) {
    const { status, json: canceled } = await post(at, body)
    assert.equal(status, 200)
    assert.deepEqual([canceled.status, canceled.reason], ['canceled', 'canceled'])
  }
  assert.equal(await server.phones.phone(to).ends(), 'canceled')
})

test('a wait is held until the outcome, and answered at once when there is one', async () => {
  const { json } = await server.create()
  const at = `/v1/challenges/${json.id}`
  assert.equal((await get(`${at}?wait=0`)).json.status, 'pending')
  for (const odd of ['-1', '56', '1.5', '1e1', 'x', '', '%20', '0x1']) {
    assert.equal((await get(`${at}?wait=${odd}`)).status, 422, odd)
  }
  const waiting = Promise.all([get(`${at}?wait=55`), get(`${at}?wait=55`, as(json.page_token))])
  await post(`${at}/cancel`)
  for (const { json: told } of await waiting) assert.equal(told.status, 'canceled')
  assert.equal((await get(`${at}?wait=55`)).json.status, 'canceled')
})

test('events come at once, after every change, and end with the outcome', async () => {
  const { json } = await server.create()
  const at = `/v1/challenges/${json.id}`
  const response = await server.app.request(`${at}/events`, { headers: as(json.page_token) })
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readUntil = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { done, value } = await reader.read()
      assert.ok(!done, `the stream ended before ${pattern}: ${text}`)
      text += value
    }
  }
  await readUntil(/"status":"pending".*"attempts_left":5/)
  const code = await codeOf(json.id)
  await post(`${at}/check`, { code: wrong(code) })
  await readUntil(/"status":"pending".*"attempts_left":4/)
  await post(`${at}/check`, { code })
  await readUntil(/"status":"approved"/)
  assert.equal((await reader.read()).done, true)
  const told = [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) => ({
    event: Number(id),
    ...JSON.parse(data!),
  }))
  const ids = told.map(({ event }) => event)
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  )
  assert.deepEqual(
    ids,
    told.map(({ version }) => version),
  )
  assert.deepEqual(told.map(({ status }) => status).lastIndexOf('pending'), told.length - 2)
  assert.equal(told.at(-1)!.status, 'approved')
  assert.equal(told.at(-1)!.display_code, undefined)

  const outcome = told.at(-1)!.version
  assert.equal((await get(`${at}/events`, { 'Last-Event-ID': String(outcome) })).status, 204)
  // The version may have grown since the outcome, when the delivery ended.
  const again = await get(`${at}/events`, { 'Last-Event-ID': String(told.at(-2)!.version) })
  assert.match(again.text, /"status":"approved"/)
})

test('a number with a live call gets no second one: 409', async () => {
  const to = nextNumber()
  assert.equal((await post('/v1/challenges', { to })).status, 201)
  assert.equal((await post('/v1/challenges', { to })).json.code, 'conflict')
})

test('a stop answers every open wait with the present state', async (t) => {
  const other = await startServer()
  t.after(() => other.stop())
  const { json } = await other.create()
  const at = `/v1/challenges/${json.id}`
  const events = (await other.app.request(`${at}/events`, { headers: as(other.key) })).body!.getReader()
  await events.read()
  const wait = other.ask('GET', `${at}?wait=55`)
  assert.equal((await other.ask('GET', '/readyz')).status, 200)
  other.stopping.abort()
  assert.equal((await wait).json.status, 'pending')
  while (!(await events.read()).done);
  assert.equal((await other.ask('GET', '/readyz')).json.code, 'stopping')
  assert.equal((await other.ask('GET', '/healthz')).json.code, 'stopping')
})

test('a locale is answered by the nearest of its language, and refused with the list where there is none', async () => {
  for (const [asked, spoken] of [
    ['de-AT', 'de-DE'],
    ['es-419', 'es-MX'],
    ['en-AU', 'en-GB'],
  ])
    assert.equal((await server.create({ flow: 'approve', locale: asked })).json.locale, spoken)
  const { status, json } = await server.create({ locale: 'zh-TW' })
  assert.equal(status, 422)
  assert.match(json.detail, /en-US, en-GB, .*hi-IN/)
})

test('a pasted number is called as E.164, and one in no known range is refused', async () => {
  assert.equal((await server.create({ to: '\u202A+52 1 55 1234/5678\u202C' })).status, 201)
  const { status, json } = await server.create({ to: '+16243055500' })
  assert.deepEqual([status, json.errors?.[0]?.path], [422, 'to'])
})

test('a number in no known range is called where the operator names its region', async (t) => {
  const lenient = await startServer({ possibleRegions: new Set(['US']) })
  t.after(() => lenient.stop())
  const { status, json } = await lenient.create({ to: '+16243055500' })
  assert.deepEqual([status, json.to], [201, '+1••••••5500'])
  assert.equal((await lenient.create({ to: '+441112223334' })).status, 422)
})
