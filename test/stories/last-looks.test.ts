// A stop carries out what follows from what carriers told while the database was away.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { databaseOptions } from '../../src/config/database-options.ts'
import { createExchange } from '../../src/exchange/exchange.ts'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { createServer } from '../../src/server.ts'
import type { Parameter, Query } from '../../src/store/database.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { openStore } from '../../src/store/store.ts'
import { realClock } from '../../src/time/clock.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { COMPANIES, carrierOf } from '../support/carriers.ts'
import { testConfig } from '../support/config.ts'
import { migratedDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { recordedLogger } from '../support/test-loggers.ts'

const KEY = 'the-api-key-of-a-server-that-stops'
/** Longer than the database needs to be closed. */
const CARRIER_MS = 300
/** However slow the machine is. */
const LONG_MS = 60_000

test('a report that is applied in a stop hangs up its call before the database is left', {
  skip: withoutPostgres,
}, async (t) => {
  const { url, drop } = await migratedDatabase()
  t.after(drop)
  const { log, logged } = await recordedLogger()
  let isAway = false
  const measured =
    (query: Query): Query =>
    async <T>(text: string, params?: readonly Parameter[]) => {
      if (isAway) throw new DatabaseUnavailable('The database is away.')
      return query<T>(text, params)
    }
  const config = testConfig({ SECRET: 'a secret of a server that stops', API_KEY: KEY, DATABASE_URL: url })
  const store = await openStore({ ...databaseOptions(config), measured, log })
  const phones = createExchange({
    carriers: COMPANIES,
    fetch: async (request) => server.app.fetch(request),
    clock: manualClock(new Date()),
    speed: Number.POSITIVE_INFINITY,
    phoneTimeoutMs: 30_000,
  })
  const carrier = carrierOf('twilio', async (target, init) => {
    const request = new Request(target, init)
    if (/Calls\/CA/.test(target)) await delay(CARRIER_MS)
    return phones.app.fetch(request)
  })
  const clock = {
    ...realClock,
    after: (ms: number, run: () => void) => realClock.after(ms === DEADLINES.lastLooks ? LONG_MS : ms, run),
  }
  const server = await createServer(config, log, {
    store,
    carriers: [carrier],
    settings: { speechSpeed: 1_000_000 },
    clock,
  })
  const to = nextNumber()
  const created = await server.app.request('/v1/challenges', {
    method: 'POST',
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ to, flow: 'approve' }),
  })
  assert.equal(created.status, 201)
  const phone = phones.phone(to)
  await phone.answers()
  await phone.hears(/press 1/)
  await phones.settled()
  await server.challenges.stop()

  isAway = true
  await phone.keys('9')
  await phone.hears(/One moment/)
  isAway = false
  server.stopping.abort()
  await server.drain()

  const [row] = await queryOnce(
    url,
    `select reason, deliveries -> -1 -> 'progress' ->> 'state' as state from challenges`,
  )
  assert.deepEqual({ ...row }, { reason: 'fraud_reported', state: 'ended' })
  assert.deepEqual(
    logged.filter((line) => line.includes('hang-up failed')),
    [],
  )
})
