// Services with limits of their own: what each delivers is counted for the limits of all the others, whatever time theirs are
// for, and also where it has none itself.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const TWO = [{ max: 2, seconds: 600 }]
const THREE = [{ max: 3, seconds: 600 }]
const MANY = [{ max: 1000, seconds: 600 }]
const options = { skip: withoutPostgres, timeout: 60_000 }

let server: Server
/** The keys of services that are set otherwise than the server. */
const others: Record<string, string> = {}
before(async () => {
  const limits = { number: TWO, prefix: MANY, ip: TWO, network: THREE }
  server = await startServer({ cooldown: 0, limits, waitsUnanswered: true })
  const all = ['NUMBER', 'PREFIX', 'IP', 'NETWORK'].map((what) => `LIMIT_PER_${what}`)
  const each = (value: string) => Object.fromEntries(all.map((name) => [name, value]))
  others.unlimited = await server.newService('unlimited', { ...each('off'), LIMIT_UNANSWERED: 'off' })
  others.hourly = await server.newService('hourly', { ...each('100/h'), LIMIT_UNANSWERED: 'off' })
})
after(() => server.stop())

const start = (body: object, key = server.key) =>
  server.ask('POST', '/v1/challenges', { to: nextNumber(), channel: 'sms', ...body }, as(key))

let serial = 0
const SHARED: Record<string, { max: number; alike: () => (index: number) => object }> = {
  'per-number': {
    max: 2,
    alike() {
      const to = nextNumber()
      return () => ({ to })
    },
  },
  'per-client': {
    max: 2,
    alike() {
      const client_ip = `203.0.${++serial}.7`
      return () => ({ client_ip })
    },
  },
  'per-network': {
    max: 3,
    alike() {
      const network = ++serial
      return (index) => ({ client_ip: `198.51.${network}.${index + 1}` })
    },
  },
}

for (const name of ['unlimited', 'hourly'])
  for (const [limit, { max, alike }] of Object.entries(SHARED))
    test(
      `${limit}: deliveries of the ${name} service count for the others, which it is not held to`,
      options,
      async () => {
        const body = alike()
        for (let index = 0; index < max; index++) assert.equal((await start(body(index), others[name])).status, 201)
        const { status, json } = await start(body(max))
        assert.deepEqual([status, json.limit], [429, limit])
        assert.equal((await start(body(max + 1), others[name])).status, 201)
      },
    )

test('and calls that nobody answered are counted for those whose calls wait', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 3; count++) {
    assert.equal((await start({ to, channel: 'call' }, others.unlimited)).status, 201)
    await server.phones.phone(to).declines()
    await server.calm()
  }
  assert.equal((await start({ to, channel: 'call' }, others.unlimited)).status, 201)
  await server.phones.phone(to).declines()
  await server.calm()
  // Its own number is used up too, and of two limits the longer one is named.
  await server.query('delete from rate_limit_counters')
  const { status, json } = await start({ to, channel: 'call' })
  assert.deepEqual([status, json.limit], [429, 'unanswered-calls'])
})

test('where no service limits anything, nothing is counted', options, async () => {
  const free = await startServer({ cooldown: 0, limits: {}, waitsUnanswered: false })
  try {
    const to = nextNumber()
    assert.equal(
      (await free.ask('POST', '/v1/challenges', { to, client_ip: '203.0.113.9', session: 's', account: 'a' })).status,
      201,
    )
    await free.phones.phone(to).declines()
    await free.calm()
    assert.deepEqual(
      [...(await free.query('select key from rate_limit_counters union all select key from failure_counters'))],
      [],
    )
  } finally {
    await free.stop()
  }
})
