import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer } from '../../src/server.ts'
import type { Clock } from '../../src/time/clock.ts'
import { testConfig } from '../support/config.ts'
import { freshDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
import { insertCounters } from '../support/rate-limit-counters.ts'
import { consoleLogger } from '../support/test-loggers.ts'

/** No time passes on it, so nothing that waits for an interval happens. */
const stopped: Clock = { now: () => 0, after: () => () => {} }

test('a server that has just started deletes what the one before had left', { skip: withoutPostgres }, async () => {
  const { url } = await freshDatabase()
  const config = testConfig({ SECRET: 'a secret of this test, long enough', API_KEY: 'a-key', DATABASE_URL: url })
  const server = await createServer(config, consoleLogger, { clock: stopped, carriers: [] })
  await queryOnce(
    url,
    "insert into idempotency (service_id, key, fingerprint, challenge_id, created_at) values ('svc', 'old', 'f', 'chl_1', now() - interval '2 days'), ('svc', 'new', 'f', 'chl_2', now())",
  )
  await queryOnce(url, insertCounters(`values ('number:old')`, { seconds: 60, count: 1, endsIn: '-1 hour' }))
  server.start()
  await server.drain()
  const kept = await queryOnce(url, 'select key from idempotency union all select key from rate_limit_counters')
  assert.deepEqual(
    kept.map(({ key }) => key),
    ['new'],
  )
})
