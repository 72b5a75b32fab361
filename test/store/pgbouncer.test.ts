// Behind a real PgBouncer with the settings it comes with, in both modes.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import { challengeStore } from '../../src/store/challenges.ts'
import type { Database } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStore } from '../../src/store/store.ts'
import { type FreshDatabase, freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { type Pooler, startPgbouncer, withoutPgbouncer } from '../support/pgbouncer.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { recordedLogger } from '../support/test-loggers.ts'
import { aChallenge, aChange, aCreation, aRequest, asRecord } from './samples.ts'

const CALLERS = 40
const ROUNDS = 25

for (const mode of ['transaction', 'session'] as const)
  for (const prepare of [true, false])
    describe(`behind PgBouncer in ${mode} mode, ${prepare ? 'with' : 'without'} prepared statements`, {
      skip: withoutPostgres || withoutPgbouncer,
    }, () => {
      let fresh: FreshDatabase
      let pooler: Pooler
      let database: Database

      before(async () => {
        const { log } = await recordedLogger()
        fresh = await freshDatabase()
        // In transaction mode fewer connections to the server than clients have, so that it has to share them.
        pooler = await startPgbouncer(fresh.url, mode, mode === 'transaction' ? 3 : 30)
        const options = { url: pooler.url, directUrl: fresh.url, prepare, dataDir: '', log }
        const store = await openStore(options)
        assert.equal(await store.ready(), true)
        await store.close()
        database = await openDatabase(options)
      })
      after(async () => {
        await database.close()
        await pooler.stop()
        await fresh.drop()
      })

      test('every reader gets its own challenge, and nothing for an id that is none', async () => {
        const challenges = challengeStore(database)
        const ids = await Promise.all(
          Array.from({ length: CALLERS }, async () => {
            const challenge = aChallenge()
            const made = { challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null }
            await challenges.insert(made, aCreation)
            return challenge.id
          }),
        )
        const reader = async (id: string) => {
          for (let round = 0; round < ROUNDS; round++) {
            assert.equal((await challenges.find(id))?.challenge.id, id)
            assert.equal(await challenges.find(`chl_${nanoid()}`), null)
            assert.deepEqual(new Set((await challenges.ledger(id)).map(({ challenge }) => challenge)), new Set([id]))
          }
        }
        const writer = async (id: string) => {
          for (let round = 0; round < ROUNDS; round++) {
            const { challenge } = (await challenges.find(id))!
            const saved = await challenges.save(aChange(challenge))
            assert.equal(asRecord(saved).challenge.id, id)
          }
        }
        await Promise.all(ids.map((id, index) => (index % 4 ? reader(id) : writer(id))))
      })

      test('a statement that does not end is given up, and the next ones are answered', async () => {
        await assert.rejects(database.query('select pg_sleep(20) from (select $1::int) as one', [1]))
        assert.deepEqual(await database.query('select $1::int as one', [1]), [{ one: 1 }])
      })
    })

for (const at of ['a server', 'PgBouncer'])
  test(`a statement is not sent to ${at} while the one before it is not answered`, {
    skip: withoutPostgres || withoutPgbouncer,
  }, async (t) => {
    const fresh = await freshDatabase()
    t.after(fresh.drop)
    const pooler = at === 'a server' ? null : await startPgbouncer(fresh.url, 'session', 30)
    t.after(async () => pooler?.stop())
    const url = new URL(pooler?.url ?? fresh.url)
    const between = await startTcpProxy(url)
    t.after(between.close)
    url.port = String(between.port)
    const { log } = await recordedLogger()
    const database = await openDatabase({ url: url.href, dataDir: '', log })
    t.after(database.close)
    // Each connection is asked once before.
    await Promise.all(Array.from({ length: 10 }, () => database.query('select pg_sleep(0.05)')))
    let answered = false
    const sleeping = Array.from({ length: 10 }, () => database.query('select pg_sleep(0.5)'))
    void Promise.race(sleeping).then(() => {
      answered = true
    })
    const sent = between.sent('sent behind').then(() => answered)
    const behind = database.query(`select 'sent behind' as text`)
    assert.equal(await sent, true)
    assert.deepEqual(await behind, [{ text: 'sent behind' }])
    await Promise.all(sleeping)
  })
