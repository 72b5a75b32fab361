import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { nanoid } from 'nanoid'
import { type ChangeNotifier, openChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Database } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { type FreshDatabase, freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { consoleLogger } from '../support/test-loggers.ts'

describe('the doorbell', { skip: withoutPostgres }, () => {
  let fresh: FreshDatabase
  let here: Database
  let there: Database
  let ours: ChangeNotifier
  let theirs: ChangeNotifier

  before(async () => {
    fresh = await freshDatabase()
    const options = { url: fresh.url, dataDir: '', log: consoleLogger }
    here = await openDatabase(options)
    there = await openDatabase(options)
    ours = await openChangeNotifier(here, consoleLogger)
    theirs = await openChangeNotifier(there, consoleLogger)
  })

  after(async () => {
    await ours.close()
    await theirs.close()
    await here.close()
    await there.close()
    await fresh.drop()
  })

  test('rings on this instance at once, for whoever listens', () => {
    const heard: string[] = []
    const stop = ours.subscribe('chl_a', () => heard.push('first'))
    const stopOther = ours.subscribe('chl_a', () => heard.push('second'))
    ours.subscribe('chl_b', () => heard.push('stranger'))
    ours.publish('chl_a')
    assert.deepEqual(heard, ['first', 'second'])
    stop()
    ours.publish('chl_a')
    assert.deepEqual(heard, ['first', 'second', 'second'])
    stopOther()
    ours.publish('chl_a')
    assert.equal(heard.length, 3)
  })

  test('rings on the other instances, and not a second time on this one', async () => {
    let rings = 0
    ours.subscribe('chl_c', () => rings++)
    const there = heard(theirs, 'chl_c')
    ours.publish('chl_c')
    await there
    // Notifications keep their order, so our own has come back before this one.
    const back = heard(ours, 'chl_d')
    theirs.publish('chl_d')
    await back
    assert.equal(rings, 1)
  })

  test('tells of a thousand changes in few notifications', async () => {
    const ids = Array.from({ length: 1000 }, () => `chl_${nanoid()}`)
    const payloads: string[] = []
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const unlisten = await there.listen(
      'answerback',
      (payload) => {
        payloads.push(payload)
        if (payload.includes('chl_over')) resolve()
      },
      () => {},
    )
    const all = Promise.all(ids.map((id) => heard(theirs, id)))
    for (const id of [...ids, ...ids]) ours.publish(id)
    await all
    ours.publish('chl_over')
    await over
    await unlisten()
    assert.ok(payloads.length <= 6, `${payloads.length} notifications`)
    assert.ok(payloads.every((payload) => Buffer.byteLength(payload) <= 7_500))
  })

  test('rings everyone when the line was lost, since anything may have been missed', async () => {
    const missed = Promise.all([heard(theirs, 'chl_e'), heard(theirs, 'chl_f'), heard(ours, 'chl_g')])
    await here.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where query like 'listen %' and datname = current_database()`,
    )
    await missed
    const again = heard(theirs, 'chl_h')
    ours.publish('chl_h')
    await again
  })
})

function heard(doorbell: ChangeNotifier, id: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = doorbell.subscribe(id, () => {
    stop()
    resolve()
  })
  return promise
}
