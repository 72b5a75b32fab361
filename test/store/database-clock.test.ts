import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStore } from '../../src/store/store.ts'
import { freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { recordedLogger } from '../support/test-loggers.ts'

test('a clock that is far off is logged at the start, once, and when it is right again', {
  skip: withoutPostgres,
}, async (t) => {
  const fresh = await freshDatabase()
  const { log, logged } = await recordedLogger()
  const lines = () => logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg.includes('clock'))
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() - 15 * 60_000 })
  const store = await openStore({ url: fresh.url, dataDir: '', log })
  t.after(async () => {
    await store.close()
    await fresh.drop()
  })
  await store.checkClock()
  assert.equal(lines().length, 1)
  const ahead = Number(lines()[0].databaseAheadSeconds)
  assert.ok(ahead > 895 && ahead < 905, `${ahead} s`)
  t.mock.timers.reset()
  await store.checkClock()
  await store.checkClock()
  assert.deepEqual(
    lines()
      .slice(1)
      .map(({ msg }) => msg),
    ["the database's clock and this machine's agree again"],
  )
})
