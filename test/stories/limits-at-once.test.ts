// Every limit of how often is called, on two instances and for two services: of fifty at once exactly so many begin as it
// allows, and then not one more.

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { keyHash } from '../../src/domain/one-time-codes.ts'
import { anAct } from '../store/samples.ts'
import { queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { WINDOWS } from '../support/rate-limit-counters.ts'
import { openSideBySide } from './side-by-side.ts'

const options = { skip: withoutPostgres, timeout: 120_000 }
const SECRET = 'the secret of two instances that is long enough'
const OTHER_KEY = 'the-api-key-of-another-service'
const AT_ONCE = 50
const HOUR = 3600

let serial = 0
let networks = 0
/** Each begins like no other, but for those of one `prefix`. */
const numberOf = (prefix: number, line: number) => `+1212${prefix}${String(line).padStart(4, '0')}`
const newNumber = () => numberOf(newExchange(), 100)

/** 211, 311 and so on are no exchanges. */
function newExchange(): number {
  const exchange = 200 + ++serial
  return String(exchange).endsWith('11') ? newExchange() : exchange
}

type Case = {
  setting: string
  /** As the answer calls it. */
  name: string
  max: number
  /** Whether another service counts against it too. */
  shared: boolean
  /** Bodies that count against the same. */
  alike(): (index: number) => object
  detail: RegExp
}

const LIMITS: Case[] = [
  {
    setting: 'LIMIT_PER_NUMBER',
    name: 'per-number',
    max: 3,
    shared: true,
    alike() {
      const to = newNumber()
      return () => ({ to })
    },
    detail: /for this number\.$/,
  },
  {
    setting: 'LIMIT_PER_PREFIX',
    name: 'per-prefix',
    max: 4,
    shared: true,
    alike() {
      const prefix = newExchange()
      return (index) => ({ to: numberOf(prefix, 100 + index) })
    },
    detail: /for numbers like this one\.$/,
  },
  {
    setting: 'LIMIT_PER_IP',
    name: 'per-client',
    max: 3,
    shared: true,
    alike() {
      const client_ip = `203.0.${++networks}.7`
      return () => ({ to: newNumber(), client_ip })
    },
    detail: /for this client\.$/,
  },
  {
    setting: 'LIMIT_PER_NETWORK',
    name: 'per-network',
    max: 5,
    shared: true,
    alike() {
      const network = ++networks
      return (index) => ({ to: newNumber(), client_ip: `198.51.${network}.${index + 1}` })
    },
    detail: /for this client's network\.$/,
  },
  {
    setting: 'LIMIT_PER_SESSION',
    name: 'per-session',
    max: 3,
    shared: false,
    alike() {
      const session = `session ${++serial}`
      return () => ({ to: newNumber(), session })
    },
    detail: /for this session\.$/,
  },
  {
    setting: 'LIMIT_PER_ACCOUNT',
    name: 'per-account',
    max: 5,
    shared: false,
    alike() {
      const account = `account ${++serial}`
      return () => ({ to: newNumber(), account })
    },
    detail: /for this account\.$/,
  },
  {
    setting: 'LIMIT_PER_SERVICE',
    name: 'per-service',
    max: 6,
    shared: false,
    alike: () => () => ({ to: newNumber() }),
    detail: /for this service\.$/,
  },
]

async function open(t: TestContext, settings: Record<string, string>) {
  const { startWith, ask, url } = await openSideBySide(t, settings)
  const [{ store }] = (await startWith([[SECRET], [SECRET]])) as [Awaited<ReturnType<typeof startWith>>[0]]
  await store.services.create({ id: 'svc_other', name: 'Other', settings: {} }, anAct)
  const key = { id: 'apk_other', serviceId: 'svc_other', name: 'other', keyHash: keyHash(OTHER_KEY) }
  await store.services.addKey({ ...key, scopes: ['create', 'read'] }, anAct)

  async function start(on: number, body: object, isOther = false) {
    const headers = isOther ? { Authorization: `Bearer ${OTHER_KEY}` } : {}
    const response = await ask(on, '/v1/challenges', { channel: 'sms', ...body }, headers)
    const { code, detail, limit } = (await response.json()) as { code?: string; detail?: string; limit?: string }
    const { status, headers: answered } = response
    const wait = Number(answered.get('retry-after'))
    return {
      status,
      code,
      detail,
      limit,
      wait,
      rate: answered.get('ratelimit'),
      policy: answered.get('ratelimit-policy'),
    }
  }
  return { url, start }
}

async function askedAtOnce(t: TestContext, { setting, max, shared, alike }: Case) {
  const { url, start } = await open(t, { [setting]: `${max}/h` })
  const body = alike()
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) => start(index % 2, body(index), shared && index % 4 > 1)),
  )
  return { url, start, body, answers }
}

for (const one of LIMITS) {
  const { setting, name, max, shared, alike, detail } = one
  test(`${setting}: of ${AT_ONCE} at once ${max} begin, and then no other`, options, async (t) => {
    const { url, start, body, answers } = await askedAtOnce(t, one)
    const begun = answers.filter(({ status }) => status === 201)
    assert.equal(begun.length, max)
    for (const refused of answers.filter(({ status }) => status !== 201)) {
      assert.deepEqual([refused.status, refused.code], [429, 'rate_limited'])
      assert.match(refused.detail!, detail)
      assert.equal(refused.limit, name)
      assert.equal(refused.rate, `"${name}";r=0;t=${refused.wait}`)
      assert.equal(refused.policy, `"${name}";q=${max};w=${HOUR}`)
      // Of a statement that waited for the one which opened the window: its own time is from before that.
      assert.ok(refused.wait > HOUR - 60 && refused.wait <= HOUR + 10, String(refused.wait))
    }
    for (const on of [0, 1]) assert.equal((await start(on, body(AT_ONCE + on))).status, 429)
    assert.equal((await start(0, body(AT_ONCE + 2), true)).status, shared ? 429 : 201, 'the other service')
    if (setting !== 'LIMIT_PER_SERVICE') assert.equal((await start(1, alike()(0))).status, 201, 'another')
    const counters = await queryOnce(url, `select count from ${WINDOWS} where count > $1`, [max])
    assert.deepEqual([...counters], [], 'none counts more than it allows')
  })
}

test('each allows as many as it says, one after another', options, async (t) => {
  for (const { setting, max, alike } of LIMITS) {
    const { start } = await open(t, { [setting]: `${max}/h` })
    const body = alike()
    for (let index = 0; index < max; index++) assert.equal((await start(index % 2, body(index))).status, 201, setting)
    assert.equal((await start(max % 2, body(max))).status, 429, setting)
  }
})
