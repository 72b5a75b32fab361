// A redelivery that a page asks for, a fallback, and the first delivery of a challenge that waited for its page are counted
// against every limit, and refused by it, as the delivery of a creation is.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const options = { skip: withoutPostgres, timeout: 60_000 }
const HOUR = 3600
const of = (max: number) => [{ max, seconds: HOUR }]

let server: Server
let serial = 0
before(async () => {
  server = await startServer({
    cooldown: 0,
    limits: { number: of(3), prefix: of(3), ip: of(3), network: of(3), session: of(3), account: of(3) },
  })
})
after(() => server.stop())

/** 311, 411 and so on are none. */
const EXCHANGES = Array.from({ length: 400 }, (_, index) => 300 + index).filter((one) => one % 100 !== 11)
/** Whose prefix no other has. */
const newPrefix = () => `+1303${EXCHANGES.pop()}`
const newNumber = () => `${newPrefix()}0100`

/** Bodies that have this one thing in common. */
const LIMITS: Record<string, () => () => { to: string } & object> = {
  'per-number': () => {
    const to = newNumber()
    return () => ({ to })
  },
  'per-prefix': () => {
    const prefix = newPrefix()
    let line = 100
    return () => ({ to: `${prefix}0${++line}` })
  },
  'per-client': () => {
    const client_ip = `203.0.${++serial}.7`
    return () => ({ to: newNumber(), client_ip })
  },
  'per-network': () => {
    const network = ++serial
    let host = 0
    return () => ({ to: newNumber(), client_ip: `198.51.${network}.${++host}` })
  },
  'per-session': () => {
    const session = `session ${++serial}`
    return () => ({ to: newNumber(), session })
  },
  'per-account': () => {
    const account = `account ${++serial}`
    return () => ({ to: newNumber(), account })
  },
}

async function start(body: object) {
  const { status, json } = await server.ask('POST', '/v1/challenges', { channel: 'sms', ...body })
  return { status, json, id: json.id as ChallengeId, page: as(json.page_token) }
}

const again = (id: string, page: Record<string, string>) =>
  server.ask('POST', `/v1/challenges/${id}/deliveries`, { channel: 'sms' }, page)

/** A phone that takes no call gets a text instead. */
async function calledInVain(body: { to: string }) {
  server.phones.phone(body.to).will('busy')
  const { status, id } = await start({ ...body, channel: 'call', fallback: ['sms'] })
  assert.equal(status, 201)
  await server.calm()
  const types = (await server.challenges.ledger(id)).map(({ type, facts }) => [type, facts.why])
  return { texts: server.phones.phone(body.to).messages.length, last: types.at(-1) }
}

for (const [name, alike] of Object.entries(LIMITS)) {
  test(`${name}: redeliveries by the page are counted, and the one beyond is refused`, options, async () => {
    const body = alike()
    const { id, page } = await start(body())
    for (let count = 2; count <= 3; count++) assert.equal((await again(id, page)).status, 201)
    const refused = await again(id, page)
    // The limits of its number are used up too, and end at the same moment.
    assert.deepEqual([refused.status, refused.json.code], [429, 'rate_limited'])
    const next = await start(body())
    assert.deepEqual([next.status, next.json.limit], [429, name])
  })

  test(`${name}: a fallback is counted, and one beyond is not tried`, options, async () => {
    const body = alike()
    assert.deepEqual((await calledInVain(body())).texts, 1)
    const { texts, last } = await calledInVain(body())
    assert.deepEqual([texts, last], [name === 'per-number' ? 1 : 0, ['fallback_unavailable', 'rate_limited']])
    assert.equal((await start(body())).json.limit, name)
  })

  test(
    `${name}: a creation that waits for its page is asked, and its first delivery counted once`,
    options,
    async () => {
      const body = alike()
      const waiting = await start({ ...body(), require_waiter: true })
      assert.equal(waiting.status, 201)
      const reader = (
        await server.app.request(`/v1/challenges/${waiting.id}/events`, { headers: waiting.page })
      ).body!.getReader()
      await reader.read()
      await server.calm()
      assert.equal((await server.ask('GET', `/v1/challenges/${waiting.id}`)).json.deliveries.length, 1)
      for (let count = 2; count <= 3; count++) assert.equal((await start(body())).status, 201)
      for (const more of [{}, { require_waiter: true }]) {
        const refused = await start({ ...body(), ...more })
        assert.deepEqual([refused.status, refused.json.limit], [429, name])
      }
      await reader.cancel()
    },
  )
}

test('the same answer again under an Idempotency-Key counts nothing, also at the limit', options, async () => {
  const to = nextNumber()
  const key = { 'Idempotency-Key': 'one login' }
  const ask = () => server.ask('POST', '/v1/challenges', { to, channel: 'sms' }, key)
  const first = await ask()
  for (let count = 0; count < 4; count++) assert.equal((await ask()).json.id, first.json.id)
  for (let count = 2; count <= 3; count++) assert.equal((await start({ to })).status, 201)
  assert.equal((await start({ to })).status, 429)
  assert.equal((await ask()).json.id, first.json.id)
})

test('a number counts as one, however it is written', options, async () => {
  const to = newNumber()
  const [area, line, last] = [to.slice(2, 5), to.slice(5, 8), to.slice(8)]
  const spellings = [
    { to: `+1 (${area}) ${line}-${last}` },
    { to: `${area}${line}${last}`, region: 'US' },
    { to: `\u202a+１${area}\u200b${line}${last}\u202c` },
  ]
  for (const body of spellings) assert.equal((await start(body)).status, 201)
  assert.equal((await start({ to })).json.limit, 'per-number')
})
