// What counts against the limits of a number and of a client, and what does not: a delivery that rang nobody.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import type { rateLimitCounters } from '../../src/store/schema.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { aChallenge, aCreation, NO_RULES } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { WINDOWS } from '../support/rate-limit-counters.ts'
import { later } from './later.ts'

const THREE = { max: 3, seconds: 600 }
const MANY = { max: 1000, seconds: 600 }

let server: Server
let clients = 0

before(async () => {
  server = await startServer(
    { cooldown: 0, limits: { number: [THREE, { max: 5, seconds: 3600 }], prefix: [MANY], ip: [THREE] } },
    ['twilio'],
  )
})
after(() => server.stop())
afterEach(() => server.phones.injectFaults(noFaults()))

const options = { skip: withoutPostgres }
const NOTHING = { 'number 600': 0, 'number 3600': 0, 'ip 600': 0 }
const ONE = { 'number 600': 1, 'number 3600': 1, 'ip 600': 1 }

const nextClient = () => `198.51.100.${++clients}`

/** What each limit of a challenge counts now. */
async function counts(id: string): Promise<Record<string, number>> {
  const rows = await server.query(
    `select split_part(key, ':', 1) || ' ' || seconds as name, count from ${WINDOWS}, challenges
      where id = $1 and key in ('number:' || number_hash, 'ip:' || (asker_hashes -> 'ip' ->> 0))`,
    [id],
  )
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

const view = async (id: string) => (await server.ask('GET', `/v1/challenges/${id}`)).json

const calm = () => server.calm()

for (const status of [400, 401, 429, 500])
  test(`a carrier that answers ${status} costs neither the number nor the client a try`, options, async () => {
    const wanted = { to: nextNumber(), client_ip: nextClient() }
    server.phones.injectFaults({ requests: { refuse: { status, code: 20003 } } })
    for (let tries = 0; tries < 3; tries++) {
      const { json } = await server.create(wanted)
      // After a 500 the phone may ring or not, until the carrier has been asked.
      if (status === 500) {
        server.phones.injectFaults(noFaults())
        for (let look = 0; look < 2; look++) await later(server, json.id, 31)
        server.phones.injectFaults({ requests: { refuse: { status, code: 20003 } } })
      }
      assert.equal((await view(json.id)).reason, 'carrier_failed')
      assert.deepEqual(await counts(json.id), NOTHING)
    }
    server.phones.injectFaults(noFaults())
    const { json } = await server.create(wanted)
    assert.equal(json.status, 'pending')
    await calm()
    assert.deepEqual(await counts(json.id), ONE)
  })

test('what is refused at once with others is given back once', options, async () => {
  const wanted = { to: nextNumber(), client_ip: nextClient(), channel: 'sms' }
  const { json: sent } = await server.create(wanted)
  for (let round = 0; round < 3; round++) {
    server.phones.injectFaults({ requests: { refuse: { status: 429, code: 20429 } } })
    await Promise.all([1, 2].map(() => server.create(wanted)))
    assert.deepEqual(await counts(sent.id), ONE)
  }
})

test('what an instance saved, and died before it asked a carrier, another gives back', options, async () => {
  const { json } = await server.create({ to: nextNumber(), client_ip: nextClient(), channel: 'sms' })
  await calm()
  const { request } = (await server.challenges.find(json.id))!
  const keys = [`number:${request.numberHash}`, `ip:${request.askerHashes!.ip![0]}`]
  const counters = (await server.query('select key, seconds from rate_limit_counters')) as Pick<
    typeof rateLimitCounters.$inferSelect,
    'key' | 'seconds'
  >[]
  const challenge = { ...aChallenge(), fallback: [] }
  const begins = {
    rules: NO_RULES,
    owner: [],
    locks: [],
    consume: counters
      .filter(({ key }) => keys.includes(key))
      .map(({ key, seconds }) => ({ key, rates: seconds.map((length) => ({ max: 100, seconds: length })) })),
    hold: [request.numberHash],
  }
  const created = { challenge, request, expiresIn: 300, idempotency: null, slot: null }
  await server.store.challenges.insert(created, { ...aCreation, begins, secondsUntilCheck: 10 })
  assert.deepEqual(await counts(json.id), { 'number 600': 2, 'number 3600': 2, 'ip 600': 2 })
  for (let look = 0; look < 2; look++) await later(server, challenge.id, 31)
  assert.equal((await view(challenge.id)).reason, 'carrier_failed')
  assert.deepEqual(await counts(json.id), ONE)
})

test('a phone that is switched off costs its number nothing, and the client a try', options, async () => {
  const wanted = { to: nextNumber(), client_ip: nextClient() }
  server.phones.phone(wanted.to).will('unreachable', 'unreachable', 'unreachable')
  for (let tries = 1; tries <= 3; tries++) {
    const { json } = await server.create(wanted)
    await calm()
    assert.equal((await view(json.id)).reason, 'unreachable')
    assert.deepEqual(await counts(json.id), { ...NOTHING, 'ip 600': tries })
  }
  assert.match((await server.create(wanted)).json.detail ?? '', /this client/)
  assert.equal((await server.create({ ...wanted, client_ip: nextClient() })).status, 201)
})

test(
  'a phone that rang counts, whatever came of it, and so does a call that is canceled too late',
  options,
  async () => {
    const endings = {
      declines: async (to: string) => server.phones.phone(to).declines(),
      'is busy': async (to: string) => server.phones.phone(to).saysBusy(),
      'lets it ring': async (to: string) => server.phones.phone(to).ignores(),
      'is canceled': async (_to: string, id: string) =>
        void (await server.ask('POST', `/v1/challenges/${id}/cancel`, {})),
    }
    for (const [name, ends] of Object.entries(endings)) {
      const to = nextNumber()
      const { json } = await server.create({ to, client_ip: nextClient() })
      await server.phones.phone(to).rings()
      await ends(to, json.id)
      await calm()
      assert.deepEqual(await counts(json.id), ONE, name)
    }
  },
)

test('a text that the carrier fails is given back; one that finds no phone costs the client', options, async () => {
  for (const [receipt, left] of [
    ['carrier_failed', NOTHING],
    ['unreachable', { ...NOTHING, 'ip 600': 1 }],
    ['delivered', ONE],
  ] as const) {
    const to = nextNumber()
    server.phones.phone(to).reports(receipt)
    const { json } = await server.create({ to, client_ip: nextClient(), channel: 'sms' })
    await calm()
    assert.deepEqual(await counts(json.id), left, receipt)
  }
})

test('each redelivery counts against the client as the first delivery did', options, async () => {
  const { json } = await server.create({ client_ip: nextClient(), channel: 'sms' })
  const again = () => server.ask('POST', `/v1/challenges/${json.id}/deliveries`, { channel: 'sms' })
  for (let tries = 2; tries <= 3; tries++) {
    assert.equal((await again()).status, 201)
    await calm()
    assert.equal((await counts(json.id))['ip 600'], tries)
  }
  const refused = await again()
  assert.equal(refused.status, 429)
  assert.match(refused.json.detail ?? '', /this (client|number)/)
})

test('a fallback counts too, and where the limit is exhausted the failure stands', options, async () => {
  const wanted = { to: nextNumber(), client_ip: nextClient(), fallback: ['sms'] }
  server.phones.phone(wanted.to).will('decline', 'decline')
  const first = await server.create(wanted)
  await calm()
  assert.deepEqual(await counts(first.json.id), { 'number 600': 2, 'number 3600': 2, 'ip 600': 2 })
  const second = await server.create(wanted)
  await calm()
  const { status, reason, deliveries } = await view(second.json.id)
  assert.deepEqual([status, reason, deliveries.length], ['undelivered', 'call_rejected', 1])
  assert.equal(server.phones.phone(wanted.to).messages.length, 1)
  const types = (await server.challenges.ledger(second.json.id as ChallengeId)).map(({ type, facts }) => [
    type,
    facts.why,
  ])
  assert.deepEqual(types.at(-1), ['fallback_unavailable', 'rate_limited'])
})
