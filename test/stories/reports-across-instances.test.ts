// Key 9 on one instance while two of them are asked for more, at every pair of secrets that a rotation puts side by side:
// what was begun before the report ends, and nothing begins after it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { silentLogger } from '../../src/log/logger.ts'
import { createServer, type Server } from '../../src/server.ts'
import { COMPANIES, carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { freshDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'

const OLD = 'the old secret of two instances that is long enough'
const NEW = 'the new secret of two instances that is long enough'
const KEY = 'the-api-key-of-the-two-instances'
const PAIRS = [
  [[OLD], [OLD]],
  [[OLD], [OLD, NEW]],
  [
    [OLD, NEW],
    [NEW, OLD],
  ],
  [[NEW], [NEW, OLD]],
] as const
const CREATIONS = 24

test('what races with a report ends, and what follows it is refused, on both instances', {
  skip: withoutPostgres,
  timeout: 120_000,
}, async (t) => {
  const { url, drop } = await freshDatabase()
  t.after(drop)
  let instances: Server[] = []
  t.after(() => Promise.all(instances.map(({ drain }) => drain())))
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => instances[0]!.app.fetch(request),
    clock: manualClock(new Date()),
    speed: Number.POSITIVE_INFINITY,
  })
  const carrier = carrierOf('twilio', (target, init) => Promise.resolve(phones.app.fetch(new Request(target, init))))

  async function create(on: number, body: object): Promise<{ status: number; code: string | undefined }> {
    const response = await instances[on % 2]!.app.request('/v1/challenges', {
      method: 'POST',
      headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, code: ((await response.json()) as { code?: string }).code }
  }

  async function start(secrets: readonly string[]): Promise<Server> {
    const config = testConfig({ SECRET: secrets.join(','), API_KEY: KEY, DATABASE_URL: url })
    return createServer(config, silentLogger, { carriers: [carrier], settings: { speechSpeed: 1_000_000 } })
  }

  for (const [index, lists] of PAIRS.entries()) {
    await Promise.all(instances.map(({ drain }) => drain()))
    instances = await Promise.all(lists.map(start))
    const to = nextNumber()
    assert.equal((await create(0, { to, flow: 'approve' })).status, 201)
    const phone = phones.phone(to)
    await phone.answers()
    const some = () => Promise.all(Array.from({ length: CREATIONS }, (_, on) => create(on, { to, channel: 'sms' })))
    const [before, , after] = await Promise.all([some(), phone.keys('9'), some()])
    const answers = [...before, ...after]
    for (const { status, code } of answers)
      assert.ok(status === 201 || code === 'number_blocked', `pair ${index}: ${status} ${code}`)
    for (let rest = 0; rest < 2; rest++) {
      await phones.settled()
      await Promise.all(instances.map(({ challenges }) => challenges.stop()))
    }
    const rows = await queryOnce(
      url,
      'select status, reason, count(*)::int from challenges where "to" = $1 group by 1, 2',
      [to],
    )
    const created = 1 + answers.filter(({ status }) => status === 201).length
    assert.deepEqual([...rows], [{ status: 'denied', reason: 'fraud_reported', count: created }], `pair ${index}`)
    for (const on of [0, 1])
      assert.equal((await create(on, { to, channel: 'sms' })).code, 'number_blocked', `pair ${index}`)
  }
})
