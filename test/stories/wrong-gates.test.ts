// Three wrong gates in a day: no code is spoken to that number for a day, whichever service asks. Texts are sent.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { hearCode, hearGateKeys } from '../support/phone-helpers.ts'
import { ageCounters } from '../support/rate-limit-counters.ts'
import { later } from './later.ts'
import { openSideBySide } from './side-by-side.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const calm = () => server.calm()

/** Calls the number and presses wrong gates, as many as there are `wrong`; then the right one, if `right`. */
async function callWith(to: string, wrong: number, right = false): Promise<{ id: ChallengeId; path: string }> {
  const { status, json } = await server.ask('POST', '/v1/challenges', { to })
  assert.equal(status, 201, json.detail)
  const phone = server.phones.phone(to)
  await phone.answers()
  for (let tries = 0; tries < wrong; tries++) await phone.keys((await hearGateKeys(phone)).wrong)
  if (right) {
    await phone.keys((await hearGateKeys(phone)).right)
    await hearCode(phone)
  }
  await calm()
  if (phone.calls.at(-1)!.state !== 'ended') await phone.hangsUp()
  await calm()
  return { id: json.id as ChallengeId, path: `/v1/challenges/${json.id}` }
}

async function assertStopped(to: string): Promise<void> {
  const { status, json } = await server.ask('POST', '/v1/challenges', { to })
  assert.deepEqual([status, json.code], [403, 'number_blocked'])
  assert.match(json.detail, /for a day no code is spoken to this number\. Use sms\.$/)
}

test(
  'the third wrong gate stops spoken codes for every service, and neither texts nor other flows',
  options,
  async () => {
    const to = nextNumber()
    await callWith(to, 2)
    await callWith(to, 1)
    await assertStopped(to)
    const calls = server.phones.phone(to).calls.length
    const other = await server.ask('POST', '/v1/challenges', { to }, as(server.foreignKey))
    assert.deepEqual([other.status, other.json.code], [403, 'number_blocked'])
    assert.equal(server.phones.phone(to).calls.length, calls)
    const text = await server.ask('POST', '/v1/challenges', { to, channel: 'sms' })
    assert.equal(text.status, 201)
    assert.match((await server.phones.phone(to).receives()).text, /code/)
    assert.equal((await server.ask('POST', '/v1/challenges', { to, flow: 'approve' })).status, 201)
  },
)

test('the third wrong gate ends its call, though it is the first of it', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  const { json: created } = await server.ask('POST', '/v1/challenges', { to })
  const phone = server.phones.phone(to)
  await phone.answers()
  const { wrong, right } = await hearGateKeys(phone)
  await phone.keys(wrong)
  await calm()
  assert.match(phone.heard, /We did not get an answer\. Goodbye\.$/)
  if (phone.calls.at(-1)!.state !== 'ended') await phone.keys(right)
  await calm()
  assert.doesNotMatch(phone.heard, /code is/)
  const { status, reason } = (await server.ask('GET', `/v1/challenges/${created.id}`)).json
  assert.deepEqual([status, reason], ['undelivered', 'no_input'])
  assert.equal((await server.ask('GET', `/v1/challenges/${created.id}/timeline`)).status, 200)
  await assertStopped(to)
})

test('two wrong gates stop nothing', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  await callWith(to, 0)
})

test('right keys between wrong ones: a person who slips once in each call is not stopped', options, async () => {
  const to = nextNumber()
  for (let call = 0; call < 4; call++) await callWith(to, 1, true)
})

test('another call of a challenge is refused, and a text instead is sent', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  const { json: created } = await server.ask('POST', '/v1/challenges', { to, fallback: ['sms'] })
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.keys((await hearGateKeys(phone)).wrong)
  await calm()
  const path = `/v1/challenges/${created.id}`
  await later(server, created.id, 60)
  await calm()
  const again = await server.ask('POST', `${path}/deliveries`, { channel: 'call' }, as(created.page_token))
  assert.deepEqual([again.status, again.json.code], [403, 'number_blocked'], again.json.detail)
  const { deliveries } = (await server.ask('GET', path)).json
  assert.deepEqual(
    deliveries.map(({ channel }) => channel),
    ['call', 'sms'],
  )
})

test('a fallback to a call is not tried', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  await callWith(to, 1)
  const phone = server.phones.phone(to)
  const calls = phone.calls.length
  phone.reports('unreachable')
  const { json } = await server.ask('POST', '/v1/challenges', { to, channel: 'sms', fallback: ['call'] })
  await calm()
  await later(server, json.id, 60)
  await calm()
  const { status, reason } = (await server.ask('GET', `/v1/challenges/${json.id}`)).json
  assert.deepEqual([status, reason, phone.calls.length], ['undelivered', 'unreachable', calls])
})

test('the stop lasts a day from the third wrong gate', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  const age = (interval: string) => server.query(ageCounters(interval, `key like 'gate:%'`))
  await age('23 hours')
  await callWith(to, 1)
  await age('23 hours 59 minutes')
  await assertStopped(to)
  await age('2 minutes')
  await callWith(to, 0)
})

test('wrong gates a day apart are not counted together', options, async () => {
  const to = nextNumber()
  await callWith(to, 2)
  await server.query(ageCounters('1 day', `key like 'gate:%'`))
  await callWith(to, 1)
  await callWith(to, 0)
})

test('two instances count them together, whichever hears the keys', options, async (t) => {
  const { phones, startWith, settled, ask } = await openSideBySide(t, {}, true)
  const secret = 'the secret of two instances that is long enough'
  await startWith([[secret], [secret]])
  const to = nextNumber()
  const phone = phones.phone(to)
  const start = (on: number, channel = 'call') => ask(on, '/v1/challenges', { to, channel })
  for (const [on, wrong] of [
    [0, 2],
    [1, 1],
  ] as const) {
    assert.equal((await start(on)).status, 201)
    await phone.answers()
    for (let tries = 0; tries < wrong; tries++) await phone.keys((await hearGateKeys(phone)).wrong)
    await settled()
    if (phone.calls.at(-1)!.state !== 'ended') await phone.hangsUp()
    await settled()
  }
  for (const on of [0, 1]) {
    const refused = await start(on)
    const { code } = (await refused.json()) as { code: string }
    assert.deepEqual([refused.status, code], [403, 'number_blocked'])
  }
  assert.equal((await start(1, 'sms')).status, 201)
})
