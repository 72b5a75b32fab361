import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer } from '../../src/server.ts'
import type { Clock } from '../../src/time/clock.ts'
import { testConfig } from '../support/config.ts'
import { freshDatabase, queryOnce, withoutPostgres } from '../support/fresh-database.ts'
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
  await queryOnce(
    url,
    "insert into rate_limit_counters (key, seconds, count, ends_at) values ('number:old', 60, 1, now() - interval '1 hour')",
  )
  server.start()
  await server.drain()
  const kept = await queryOnce(url, 'select key from idempotency union all select key from rate_limit_counters')
  assert.deepEqual(
    kept.map(({ key }) => key),
    ['new'],
  )
})
