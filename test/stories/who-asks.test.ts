// Limits of those who ask: each at its boundary, at many at once, and for two services; and an account that has proved its
// number is locked out of it by nobody else.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const THREE = [{ max: 3, seconds: 3600 }]
const FIVE = [{ max: 5, seconds: 3600 }]
const options = { skip: withoutPostgres, timeout: 60_000 }

let server: Server
let serial = 0
before(async () => {
  server = await startServer({
    cooldown: 0,
    limits: { number: THREE, network: FIVE, ip: THREE, session: THREE, account: FIVE },
  })
})
after(() => server.stop())

async function start(body: object, key = server.key) {
  const { status, json, headers } = await server.ask(
    'POST',
    '/v1/challenges',
    { to: nextNumber(), channel: 'sms', ...body },
    as(key),
  )
  return { status, json, detail: json.detail, wait: Number(headers.get('retry-after')), id: json.id as ChallengeId }
}

const name = () => `name-${++serial}`

/** What is counted, and for whom: `sees` says whether the other service counts it too. */
const LIMITS = {
  number: { max: 3, shared: true, body: () => ({ to: nextNumber() }), detail: /for this number/ },
  ip: { max: 3, shared: true, body: () => ({ client_ip: `203.0.${++serial}.7` }), detail: /for this client\./ },
  session: { max: 3, shared: false, body: () => ({ session: name() }), detail: /for this session/ },
  account: { max: 5, shared: false, body: () => ({ account: name() }), detail: /for this account/ },
}

for (const [what, { max, shared, body, detail }] of Object.entries(LIMITS)) {
  test(`${what}: ${max} and not one more, ${shared ? 'over all services' : 'of one service'}`, options, async () => {
    const wanted = body()
    for (let count = 0; count < max - 1; count++) assert.equal((await start(wanted)).status, 201)
    assert.equal((await start(wanted, shared ? server.foreignKey : server.key)).status, 201)
    const refused = await start(wanted)
    assert.deepEqual([refused.status, refused.json.code], [429, 'rate_limited'])
    assert.match(refused.detail, detail)
    assert.ok(refused.wait > 3500 && refused.wait <= 3600)
    assert.equal((await start(wanted, server.foreignKey)).status, shared ? 429 : 201)
    assert.equal((await start(body())).status, 201)
  })

  test(`${what}: of twenty at once ${max} begin`, options, async () => {
    const wanted = body()
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(wanted)))
    assert.equal(answers.filter(({ status }) => status === 201).length, max)
    assert.ok(answers.every(({ status }) => status === 201 || status === 429))
  })
}

test('a network of many addresses: /24, and /48 of IPv6', options, async () => {
  const networks = [(host: number) => `198.51.100.${host}`, (host: number) => `2001:db8:7:${host}::1`]
  for (const address of networks) {
    for (let host = 1; host <= 5; host++) assert.equal((await start({ client_ip: address(host) })).status, 201)
    assert.match((await start({ client_ip: address(9) })).detail, /for this client's network/)
  }
  assert.equal((await start({ client_ip: '198.51.101.1' })).status, 201)
  assert.equal((await start({ client_ip: '2001:db8:8::1' })).status, 201)
})

test(
  "an inside line is a number of its own, however it is waited for; the company's other limits hold",
  options,
  async () => {
    const to = nextNumber()
    const line = async (extension: string) => {
      const { status, id } = await start({ to, extension, channel: 'call' })
      if (status === 201) await server.ask('POST', `/v1/challenges/${id}/cancel`)
      await server.calm()
      return status
    }
    const lines = ['12', 'w12', ',12', '12', '13']
    const answers: number[] = []
    for (const one of lines) answers.push(await line(one))
    assert.deepEqual(answers.slice(3), [429, 201])
  },
)

test('one call at a time rings a person, on whichever phone', options, async () => {
  const account = name()
  const first = await start({ account, channel: 'call' })
  assert.equal(first.status, 201)
  const second = await start({ account, channel: 'call' })
  assert.deepEqual([second.status, second.json.code], [409, 'conflict'])
  assert.equal((await start({ account: name(), channel: 'call' })).status, 201)
  await server.ask('POST', `/v1/challenges/${first.id}/cancel`)
  await server.calm()
  assert.equal((await start({ account, channel: 'call' })).status, 201)
})

test('nor by two services, a redelivery or a page that opens', options, async () => {
  const [to, account] = [nextNumber(), name()]
  const texted = await start({ account })
  const waiting = await start({ account, channel: 'call', require_waiter: true })
  const first = await start({ to, account, channel: 'call' })
  const another = await start({ to, channel: 'call' }, server.foreignKey)
  assert.deepEqual([another.status, another.json.code], [409, 'conflict'])
  const again = await server.ask('POST', `/v1/challenges/${texted.id}/deliveries`, { channel: 'call' })
  assert.deepEqual([again.status, again.json.code], [409, 'conflict'])
  const reader = (
    await server.app.request(`/v1/challenges/${waiting.id}/events`, { headers: as(waiting.json.page_token) })
  ).body!.getReader()
  await reader.read()
  await server.challenges.stop()
  assert.deepEqual((await server.ask('GET', `/v1/challenges/${waiting.id}`)).json.deliveries, [])
  await server.ask('POST', `/v1/challenges/${first.id}/cancel`)
  await server.calm()
  await server.challenges.checkPages()
  await server.challenges.stop()
  const { deliveries } = (await server.ask('GET', `/v1/challenges/${waiting.id}`)).json
  assert.deepEqual([deliveries.length, deliveries[0]?.channel], [1, 'call'])
  await reader.cancel()
})

/** The code of a challenge. */
async function code(id: ChallengeId): Promise<string> {
  return server.challenges.secrets.code((await server.challenges.find(id))!)
}

const check = async (id: ChallengeId, typed: string, key = server.key) =>
  (await server.ask('POST', `/v1/challenges/${id}/check`, { code: typed }, as(key))).json

test('an account is not kept from its number by those who name none', options, async () => {
  const to = nextNumber()
  for (let count = 0; count < 3; count++) assert.equal((await start({ to })).status, 201)
  assert.equal((await start({ to })).status, 429)
  assert.equal((await start({ to, account: name() })).status, 201)
})

test(
  'nor, once it has proved the number, by those who name other accounts; nor are its codes locked by them',
  options,
  async () => {
    const to = nextNumber()
    const account = name()
    const { id } = await start({ to, account })
    assert.equal((await check(id, await code(id))).valid, true)
    for (let count = 0; count < 2; count++) assert.equal((await start({ to, account: name() })).status, 201)
    assert.equal((await start({ to, account: name() })).status, 429)
    // What the number's new account and the strangers have guessed wrongly.
    const wrong = async (body: object, tries: number) => {
      const begun = await start(body)
      assert.equal(begun.status, 201, begun.detail)
      const right = await code(begun.id)
      const typed = right.replace(/./, (digit) => (digit === '0' ? '1' : '0'))
      for (let count = 0; count < tries; count++) await check(begun.id, typed)
    }
    await wrong({ to }, 1)
    await server.query(
      `update failure_counters set count = 19 where key in (select 'code:' || number_hash from challenges where "to" = $1)`,
      [to],
    )
    await wrong({ to }, 1)
    assert.match((await start({ to })).detail, /wrong codes/)
    const own = await start({ to, account })
    assert.equal(own.status, 201, own.detail)
    assert.equal((await check(own.id, await code(own.id))).valid, true)
    // It is an owner to the service that it has proved the number to.
    assert.equal((await start({ to, account }, server.foreignKey)).status, 429)
  },
)
