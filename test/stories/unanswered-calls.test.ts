// Calls in a row that nobody answered, or that were refused: the next call to the number waits, longer each time.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import { environmentSettings, ownSettings } from '../../src/config/service-settings.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { testConfig } from '../support/config.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { later, runOut } from './later.ts'
import { openSideBySide } from './side-by-side.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
const LIMITS: Partial<ChallengeSettings> = {
  cooldown: 0,
  waitsUnanswered: true,
  limits: { number: [{ max: 100, seconds: 3600 }] },
}
let server: Server
before(async () => {
  server = await startServer(LIMITS)
})
after(() => server.stop())

const calm = () => server.calm()

async function pass(seconds: number): Promise<void> {
  await calm()
  await server.clock.advance(seconds * 1000)
  await calm()
}

const call = (to: string, body: object = {}, key = server.key) =>
  server.ask('POST', '/v1/challenges', { to, ...body }, as(key))

/** The ways in which a call is not wanted. */
const UNWANTED: Record<string, { reason: string; body?: object; how(phone: Phone): Promise<unknown> }> = {
  busy: { reason: 'busy', how: (phone) => phone.saysBusy() },
  no_answer: {
    reason: 'no_answer',
    how: async (phone) => {
      await phone.ignores()
      await pass(25)
    },
  },
  call_rejected: { reason: 'call_rejected', how: (phone) => phone.declines() },
  rejected: {
    reason: 'rejected',
    body: { flow: 'approve' },
    how: async (phone) => {
      await phone.answers()
      await phone.keys('5')
    },
  },
  no_input: {
    reason: 'no_input',
    body: { flow: 'approve' },
    how: async (phone) => {
      await phone.answers()
      for (let silence = 0; silence < 3; silence++) await pass(8)
    },
  },
}

async function unwanted(
  to: string,
  { reason, body, how }: (typeof UNWANTED)[string],
  more: object = {},
): Promise<void> {
  const { status, json } = await call(to, { ...body, ...more })
  assert.equal(status, 201, json.detail)
  const phone = server.phones.phone(to)
  await phone.rings()
  await how(phone)
  await calm()
  if (phone.calls.at(-1)!.state !== 'ended') await phone.hangsUp()
  await calm()
  assert.equal((await server.ask('GET', `/v1/challenges/${json.id}`)).json.reason, reason)
}

async function waitOf(to: string, body: object = {}, key = server.key): Promise<number> {
  const { status, json, headers } = await call(to, body, key)
  assert.deepEqual([status, json.code], [429, 'rate_limited'])
  assert.match(json.detail, /^Calls to this number have to wait for a while\.$/)
  const wait = Number(headers.get('retry-after'))
  assert.equal(json.limit, 'unanswered-calls')
  assert.deepEqual(
    [headers.get('ratelimit'), headers.get('ratelimit-policy')],
    [`"unanswered-calls";r=0;t=${wait}`, null],
  )
  return wait
}

/** As if the present wait were over. */
const waitOver = () => server.query('update failure_counters set locked_until = now()')

for (const [name, way] of Object.entries(UNWANTED))
  test(`${name}: after the third in a row the next call waits a minute, whichever service asks`, options, async () => {
    const to = nextNumber()
    for (let count = 0; count < 3; count++) await unwanted(to, way)
    const wait = await waitOf(to, {}, server.foreignKey)
    assert.ok(wait >= 60 && wait <= 72, `${wait}`)
    assert.equal(server.phones.phone(to).calls.length, 3)
    assert.equal((await call(to, { channel: 'sms' })).status, 201, 'a text rings nobody')
    assert.equal((await call(nextNumber())).status, 201)
  })

test('each one more doubles the wait, up to 32 minutes', options, async () => {
  const to = nextNumber()
  const waits: number[] = []
  for (let count = 1; count <= 10; count++) {
    await waitOver()
    await unwanted(to, UNWANTED.call_rejected!)
    if (count >= 3) waits.push(await waitOf(to))
  }
  const minutes = [1, 2, 4, 8, 16, 32, 32, 32]
  for (const [index, wait] of waits.entries()) {
    const least = minutes[index]! * 60
    assert.ok(wait >= least && wait <= least * 1.2, `${wait} after ${index + 3}`)
  }
})

test('the wait is drawn anew for each number, never below the minute', options, async () => {
  const waits = new Set<string>()
  for (let count = 0; count < 4; count++) {
    const to = nextNumber()
    for (let tries = 0; tries < 3; tries++) await unwanted(to, UNWANTED.call_rejected!)
  }
  for (const { wait } of await server.query(
    `select extract(epoch from ends_at - locked_until)::text as wait from failure_counters where count = 3`,
  ))
    waits.add(wait as string)
  assert.ok(waits.size > 2)
})

test('an approval clears them, and so does the code that was texted', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 3; count++) await unwanted(to, UNWANTED.no_answer!)
  const { json } = await call(to, { channel: 'sms' })
  const code = server.challenges.secrets.code((await server.challenges.find(json.id as ChallengeId))!)
  assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })).json.valid, true)
  for (let count = 0; count < 2; count++) await unwanted(to, UNWANTED.no_answer!)
  const { status } = await call(to, { flow: 'approve' })
  assert.equal(status, 201)
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.keys('1')
  await calm()
  for (let count = 0; count < 3; count++) await unwanted(to, UNWANTED.no_answer!)
  await waitOf(to)
})

/** The ways in which a call that rings ends without a word of the app or the person. */
const ABANDONED: Record<string, (json: { id: string; page_token?: string }) => Promise<unknown>> = {
  'the cancel of its page': (json) =>
    server.ask('POST', `/v1/challenges/${json.id}/cancel`, {}, as(json.page_token as string)),
  'its expiry': async ({ id }) => {
    await runOut(server, id)
    await server.challenges.reconcile()
  },
  'guesses on its page': async ({ id }) => {
    for (let guess = 0; guess < 5; guess++) await server.ask('POST', `/v1/challenges/${id}/check`, { code: '00000000' })
  },
}

for (const [name, end] of Object.entries(ABANDONED))
  test(`a call that rings until ${name} counts, and one that was answered too`, options, async () => {
    const to = nextNumber()
    const phone = server.phones.phone(to)
    for (let count = 0; count < 3; count++) {
      const { status, json } = await call(to, { code_length: 8 })
      assert.equal(status, 201, json.detail)
      await phone.rings()
      if (count === 1) await phone.answers()
      await calm()
      await end(json as { id: string })
      await calm()
      assert.notEqual((await server.ask('GET', `/v1/challenges/${json.id}`)).json.status, 'pending')
      assert.equal(phone.calls.at(-1)!.state, 'ended')
    }
    const wait = await waitOf(to)
    assert.ok(wait >= 60 && wait <= 72, `${wait}`)
  })

test('an approval of a service without waits clears what the others have counted', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 2; count++) await unwanted(to, UNWANTED.call_rejected!)
  const waitless = await server.newService('waitless', { LIMIT_UNANSWERED: 'off' })
  const { status } = await call(to, { flow: 'approve' }, waitless)
  assert.equal(status, 201)
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.keys('1')
  await calm()
  await unwanted(to, UNWANTED.call_rejected!)
  assert.equal((await call(to)).status, 201)
})

test('neither what rang nobody nor what the app canceled is counted', options, async () => {
  const to = nextNumber()
  const phone = server.phones.phone(to)
  phone.will('unreachable', 'unreachable', 'unreachable')
  for (let count = 0; count < 3; count++) {
    assert.equal((await call(to)).json.reason ?? 'unreachable', 'unreachable')
    await calm()
  }
  for (let count = 0; count < 3; count++) {
    const { status, json } = await call(to)
    assert.equal(status, 201, json.detail)
    await phone.rings()
    await server.ask('POST', `/v1/challenges/${json.id}/cancel`, {})
    await calm()
  }
  assert.equal((await call(to)).status, 201)
})

test('another call of a challenge waits too, and its text is sent', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 2; count++) await unwanted(to, UNWANTED.busy!)
  const { json } = await call(to, { channel: 'sms' })
  const again = (channel: string) => server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel })
  assert.equal((await again('call')).status, 201)
  await server.phones.phone(to).declines()
  await calm()
  const refused = await again('call')
  assert.deepEqual([refused.status, refused.json.code], [429, 'rate_limited'])
  assert.ok(Number(refused.headers.get('retry-after')) >= 60)
  assert.equal((await again('sms')).status, 201)
})

test('a hang-up after listening is not counted', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 2; count++) await unwanted(to, UNWANTED.call_rejected!)
  const { json } = await call(to, { flow: 'approve' })
  const phone = server.phones.phone(to)
  await phone.answers()
  await phone.hangsUp()
  await calm()
  await later(server, json.id, 6)
  await calm()
  assert.equal((await server.ask('GET', `/v1/challenges/${json.id}`)).json.reason, 'hung_up')
  assert.equal((await call(to)).status, 201, 'two, and a hang-up')
})

test('an account that has proved the number does not wait for what others have begun', options, async () => {
  const to = nextNumber()
  const account = 'ada'
  const { json } = await call(to, { channel: 'sms', account })
  const code = server.challenges.secrets.code((await server.challenges.find(json.id as ChallengeId))!)
  assert.equal((await server.ask('POST', `/v1/challenges/${json.id}/check`, { code })).json.valid, true)
  for (let count = 0; count < 3; count++) await unwanted(to, UNWANTED.no_answer!)
  await waitOf(to)
  for (let count = 0; count < 3; count++) await unwanted(to, UNWANTED.no_answer!, { account })
  await waitOf(to, { account })
  assert.equal((await call(to, { account: 'a new one' })).status, 201)
})

test('the operator ends a wait', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 3; count++) await unwanted(to, UNWANTED.busy!)
  await waitOf(to)
  const secrets = ['a secret of the test server', 'long enough']
  const numbers = createNumbers(server.store.numberRules, secrets)
  assert.equal(await numbers.unblock(to, null, { actor: 'cli:ada', reason: 'The person told our support.' }), true)
  assert.equal((await call(to)).status, 201)
})

test('what is counted is forgotten a day after the last one', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 2; count++) await unwanted(to, UNWANTED.busy!)
  await server.query(`update failure_counters set ends_at = ends_at - interval '23 hours 59 minutes'`)
  await server.store.failureCounters.sweep()
  assert.equal((await server.query('select distinct count from failure_counters where count = 2')).length, 1)
  await server.query(`update failure_counters set ends_at = ends_at - interval '2 minutes'`)
  await server.store.failureCounters.sweep()
  assert.equal((await server.query(`select key from failure_counters where key like 'unanswered%'`)).length, 0)
  await unwanted(to, UNWANTED.busy!)
  assert.equal((await call(to)).status, 201)
})

test('where it is off no call waits', options, async () => {
  const other = await startServer({ ...LIMITS, waitsUnanswered: false })
  try {
    const to = nextNumber()
    for (let count = 0; count < 4; count++) {
      const { status } = await other.ask('POST', '/v1/challenges', { to })
      assert.equal(status, 201)
      await other.phones.phone(to).declines()
      await other.calm()
    }
    assert.equal((await other.query('select key from failure_counters')).length, 0)
  } finally {
    await other.stop()
  }
})

test('two instances count them together, under every secret that a rotation puts side by side', options, async (t) => {
  const settings = { LIMIT_PER_NUMBER: '100/h', LIMIT_UNANSWERED: 'on' }
  const { phones, startWith, settled, ask } = await openSideBySide(t, settings, true)
  const [old, young] = ['old', 'new'].map((age) => `the ${age} secret of two instances that is long enough`) as [
    string,
    string,
  ]
  const to = nextNumber()
  const start = (on: number) => ask(on, '/v1/challenges', { to })
  for (const [on, lists] of [
    [[old, young], [old]],
    [
      [old, young],
      [young, old],
    ],
    [
      [young, old],
      [young, old],
    ],
  ].entries()) {
    await startWith(lists)
    assert.equal((await start(on % 2)).status, 201)
    await phones.phone(to).declines()
    await settled()
  }
  const waits = []
  for (const on of [0, 1]) {
    const refused = await start(on)
    assert.equal(refused.status, 429)
    waits.push(Number(refused.headers.get('retry-after')))
  }
  assert.ok(
    waits.every((wait) => wait > 40 && wait <= 72),
    String(waits),
  )
})

test('it is on while the limit of a number has its default, and else only where it is switched on', () => {
  const keys = { SECRET: 'the secret of a configuration, long enough', API_KEY: 'the-api-key-of-a-configuration' }
  const byDefault = { ...keys, LIMIT_PER_NUMBER: '3/10m,5/h,10/d' }
  for (const [settings, waits] of [
    [{}, true],
    [{ LIMIT_PER_NUMBER: '1000/h' }, false],
    [{ LIMIT_PER_NUMBER: 'off' }, false],
    [{ LIMIT_PER_NUMBER: '1000/h', LIMIT_UNANSWERED: 'on' }, true],
    [{ LIMIT_UNANSWERED: 'off' }, false],
  ] as const) {
    const config = testConfig({ ...byDefault, ...settings })
    assert.equal(environmentSettings(config).waitsUnanswered, waits, JSON.stringify(settings))
  }
  const own = ownSettings(testConfig(byDefault), { LIMIT_PER_NUMBER: '1000/h' })
  assert.equal(own.waitsUnanswered, false, 'of a service that sets it for itself')
})
