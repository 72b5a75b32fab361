import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import postgres from 'postgres'
import { type Logger, silentLogger } from '../../src/log/logger.ts'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { DatabaseUnavailable, NotExecuted } from '../../src/store/database-errors.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { readinessCheck } from '../../src/store/readiness.ts'
import { serviceStore } from '../../src/store/services.ts'
import { openStore } from '../../src/store/store.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { timed, withTimerDelay } from '../faults/waiting.ts'
import { freePort } from '../support/free-port.ts'
import { clusterPids, freshDatabase, useOwnCluster, withoutPostgres } from '../support/fresh-database.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { consoleLogger, recordedLogger } from '../support/test-loggers.ts'

useOwnCluster()

describe('a Postgres server', { skip: withoutPostgres }, () => {
  test('a statement that the server has forgotten is asked again with the same parameters', async (t) => {
    const database = await open(t, await freshUrl(t))
    // One after the other, so all on the one connection that is free first.
    const ask = () =>
      database.query('select $1::boolean as yes, $2::timestamptz as at, $3::float8 as half, $4::text::jsonb as json', [
        true,
        '2026-01-02T03:04:05.678Z',
        0.5,
        '["a"]',
      ])
    const expected = [{ yes: true, at: '2026-01-02T03:04:05.678Z', half: 0.5, json: ['a'] }]
    assert.deepEqual(await ask(), expected)
    await database.query('deallocate all')
    assert.deepEqual(await ask(), expected)
  })

  test('statements are no longer prepared once the server has forgotten the same one twice', async (t) => {
    const { log, logged } = await recordedLogger()
    const database = await open(t, await freshUrl(t), log)
    const ask = () => database.query('select 2 * $1::int as double', [4])
    const prepared = () =>
      database.query(`select statement from pg_prepared_statements where statement like 'select 2 *%'`)
    const forgotten = async () => {
      await database.query('deallocate all')
      assert.deepEqual(await ask(), [{ double: 8 }])
    }
    await ask()
    await forgotten()
    assert.equal((await prepared()).length, 1)
    assert.equal(logged.length, 0)
    await forgotten()
    await forgotten()
    assert.equal((await prepared()).length, 0)
    assert.equal(logged.filter((line) => line.includes('database pooler loses prepared statements')).length, 1)
  })

  test('gives times as ISO 8601 and JSON parsed, and takes JSON as text', async (t) => {
    const url = await freshUrl(t)
    const database = await open(t, url)
    const [row] = await database.query(
      `select '2026-01-02 03:04:05.678+02'::timestamptz as at, $1::text::jsonb as json, $2::boolean as yes,
          $3::float8 as half, $4::text as nothing`,
      ['{"a":["\\""]}', true, 0.5, null],
    )
    const expected = { at: '2026-01-02T01:04:05.678Z', json: { a: ['"'] }, yes: true, half: 0.5, nothing: null }
    assert.deepEqual(row, expected)
  })

  test('prepares a statement once for each connection', async (t) => {
    const url = await freshUrl(t)
    const database = await open(t, url)
    for (let count = 0; count < 5; count++) await database.query('select 1 + $1::int', [count])
    const prepared = await database.query(`select from pg_prepared_statements where statement = 'select 1 + $1::int'`)
    assert.equal(prepared.length, 1)
  })

  test('prepares one text for each place of its booleans, since the driver gives no other parameter a type', async (t) => {
    const database = await open(t, await freshUrl(t))
    const ask = async (parameter: string | boolean | null) => {
      const [row] = await database.query<{ said: string | null }>('select $1::text as said', [parameter])
      return row!.said
    }
    for (const parameter of [true, 'x', null, false, 'y', true]) {
      const said = parameter === null ? null : String(parameter)
      assert.equal(await ask(parameter), said)
    }
  })

  test('passes its own errors on unchanged', async (t) => {
    const url = await freshUrl(t)
    const database = await open(t, url)
    await assert.rejects(database.query('select nonsense'), { code: '42703' })
    await assert.rejects(database.query('select 1 / $1::int', [0]), { code: '22012' })
  })

  for (const code of ['40P01', '40001']) {
    test(`that rolls a statement back for another's sake (${code}) is asked again, and unavailable in the end`, async (t) => {
      const database = await open(t, await freshUrl(t))
      await database.query('create sequence tries')
      await database.query(`create function rolled_back_until(last int) returns int language plpgsql as $$ begin
        if nextval('tries') < last then raise exception 'planted' using errcode = '${code}'; end if;
        return last; end $$`)
      assert.deepEqual(await database.query('select rolled_back_until(2) as try'), [{ try: 2 }])
      await assert.rejects(database.query('select rolled_back_until(1000)'), DatabaseUnavailable)
    })
  }

  test('that fails in the middle of its rows leaves nothing of them to the next statement', async (t) => {
    const url = await freshUrl(t)
    const database = await open(t, url)
    const each = <T>(ask: () => Promise<T>) => Promise.all(thirty(ask))
    await each(() =>
      assert.rejects(database.query(`select repeat('x', 9000), 1 / (3 - i) from generate_series(1, 3) as i`)),
    )
    for (const rows of await each(() => database.query('select 1 as one'))) assert.deepEqual(rows, [{ one: 1 }])
  })

  describe('that is slow', { concurrency: true }, () => {
    test('to give a lock is unavailable', async (t) => {
      const url = await freshUrl(t)
      const database = await open(t, url)
      // Held until its session ends: a statement that holds it for a while may be over on a slow machine.
      const holder = postgres(url, { max: 1 })
      t.after(() => holder.end())
      await holder`select pg_advisory_lock(1)`
      await assert.rejects(database.query('select pg_advisory_lock(1)'), DatabaseUnavailable)
    })

    test('to answer one statement is unavailable for it', async (t) => {
      const url = await freshUrl(t)
      const database = await open(t, url)
      await assert.rejects(database.query('select pg_sleep(10)'), DatabaseUnavailable)
    })

    test('under many keeps its connections', async (t) => {
      const url = await freshUrl(t)
      const { log, logged: lost } = await recordedLogger()
      const database = await open(t, url, log)
      // Sixty half-second statements on ten connections take three seconds: the last are given up, no connection is.
      const answers = await Promise.allSettled(Array.from({ length: 60 }, () => database.query('select pg_sleep(0.5)')))
      assert.ok(answers.some(({ status }) => status === 'rejected'))
      assert.deepEqual(lost, [])
    })
  })

  test('that drops its connections is unavailable, and is there again for the next query', async (t) => {
    const url = await freshUrl(t)
    const database = await open(t, url)
    const other = await open(t, url)
    // Again when a slow machine has not dropped it before its time was over.
    for (let dropped = 0; dropped === 0; ) {
      const working = assert.rejects(database.query('select pg_sleep(2)'), DatabaseUnavailable)
      let isOver = false
      const over = working.finally(() => {
        isOver = true
      })
      while (dropped === 0 && !isOver) dropped = await dropSleepers(other)
      await over
    }
    assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }])
  })

  test('that resets its connections is asked again on new ones, and loses no answer', async (t) => {
    const url = new URL(await freshUrl(t))
    const between = await startTcpProxy(url)
    t.after(between.close)
    url.hostname = '127.0.0.1'
    url.port = String(between.port)
    const database = await open(t, url.href, silentLogger)
    const begun = performance.now()
    let questions = 0
    const ask = async () => {
      const asked = questions++
      const rows = await database.query<{ is: number }>('select $1::int as is', [asked]).catch(unavailable)
      if (rows) assert.deepEqual(rows, [{ is: asked }])
    }
    for (let round = 0; round < 10; round++) {
      await Promise.all(thirty(ask))
      between.cut()
      // Also in the moment in which a connection has failed and is not closed yet.
      const asked: Promise<void>[] = []
      for (let count = 0; count < 40; count++) {
        asked.push(ask())
        await new Promise(count % 2 ? setImmediate : process.nextTick)
      }
      await Promise.all(asked)
    }
    const took = performance.now() - begun
    assert.ok(took < 15_000, `each round waits for the deadline: ${took} ms`)
  })

  test('that cannot be reached is unavailable', async (t) => {
    const database = await open(t, `postgres://postgres@127.0.0.1:${await freePort()}/postgres`)
    for (const text of ['select 1', 'create table never_sent ()'])
      await assert.rejects(database.query(text), NotExecuted)
    // drizzle would wrap it, and the API would take that for a fault of its own.
    await assert.rejects(serviceStore(database).findKey('a hash'), DatabaseUnavailable)
    await assert.rejects(challengeStore(database).ledger('chl_1'), DatabaseUnavailable)
  })

  test('that was a standby when its connections were made takes writes again once it is none', async (t) => {
    const url = await freshUrl(t)
    const store = await openStore({ url, dataDir: '', log: consoleLogger })
    t.after(store.close)
    const admin = await open(t, url)
    const name = new URL(url).pathname.slice(1)
    await admin.query(`alter database ${name} set default_transaction_read_only = on`)
    const switched = await openDatabase({ url, dataDir: '', log: consoleLogger })
    t.after(switched.close)
    const write = () => switched.query('update services set name = name where false')
    // Every connection of the pool is made while the server is read-only.
    await Promise.all(thirty(() => switched.query('select pg_sleep(0.05)')))
    await assert.rejects(write(), DatabaseUnavailable)
    assert.equal(await readinessCheck(switched)(), false)
    await Promise.all(thirty(() => switched.query('select pg_sleep(0.05)')))
    await admin.query(`alter database ${name} reset default_transaction_read_only`)
    await Promise.all(thirty(write))
    assert.equal(await readinessCheck(switched)(), true)
  })

  test('that freezes is unavailable in two seconds, and is used again once it thaws', async (t) => {
    const url = await freshUrl(t)
    const { log, logged: lost } = await recordedLogger()
    const connected = await open(t, url, log)
    const connecting = await open(t, url)
    const askAll = () => [connected, connecting].flatMap((database) => thirty(() => database.query('select 1')))
    await Promise.all(thirty(() => connected.query('select 1')))
    const pids = await clusterPids()
    if (!pids) return t.skip('the server is not ours to freeze')
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const { value, late } = await withTimerDelay(() => timed(Promise.allSettled(askAll())))
    const { value: answers, ms: took } = value
    for (const pid of pids.reverse()) process.kill(pid, 'SIGCONT')
    for (const answer of answers)
      assert.ok(answer.status === 'rejected' && answer.reason instanceof DatabaseUnavailable)
    assert.ok(took < 2_900 + late, `${took} ms, and timers ${late} ms late`)
    assert.equal(lost.length, 10)
    const sent = answers
      .slice(0, 30)
      .filter((answer) => answer.status === 'rejected' && !(answer.reason instanceof NotExecuted))
    // Where timers are late, a connection is replaced and given away in the same moment in which the statement is given up.
    if (late < DEADLINES.statement - DEADLINES.silentConnection)
      assert.equal(sent.length, 10, 'what waited for a connection was never sent')
    await Promise.all(askAll())
  })

  test('gets its tables from eight instances that start together', async (t) => {
    const url = await freshUrl(t)
    const opening = Array.from({ length: 8 }, () => openStore({ url, dataDir: '', log: consoleLogger }))
    for (const store of opening)
      t.after(async () => {
        await (await store).close()
      })
    const stores = await Promise.all(opening)
    assert.deepEqual(await Promise.all(stores.map((store) => store.ready())), Array(8).fill(true))
    const database = await open(t, url)
    const applied = await database.query<{ hash: string }>('select hash from drizzle.__drizzle_migrations')
    assert.equal(new Set(applied.map(({ hash }) => hash)).size, applied.length)
    assert.equal(await database.query('select from challenges').then((rows) => rows.length), 0)
  })

  test('that is gone is not ready', async (t) => {
    const { url, drop } = await freshDatabase()
    const store = await openStore({ url, dataDir: '', log: silentLogger })
    t.after(store.close)
    await drop()
    assert.equal(await store.ready(), false)
  })
})

/** Both are closed with the test, however it ends. */
async function freshUrl(t: TestContext): Promise<string> {
  const { url, drop } = await freshDatabase()
  t.after(drop)
  return url
}

async function open(t: TestContext, url: string, log: Logger = consoleLogger): Promise<Database> {
  const database = await openDatabase({ url, dataDir: '', log })
  t.after(database.close)
  return database
}

function unavailable(error: unknown): null {
  assert.ok(error instanceof DatabaseUnavailable)
  return null
}

const thirty = <T>(each: () => Promise<T>) => Array.from({ length: 30 }, each)

/** Ends the connections that sleep; how many they were. */
async function dropSleepers(database: Database): Promise<number> {
  const dropped = await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where query like 'select pg_sleep%' and state = 'active' and datname = current_database()`,
  )
  return dropped.length
}
