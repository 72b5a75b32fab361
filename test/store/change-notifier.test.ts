import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import { type ChangeNotifier, openChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Database } from '../../src/store/database.ts'
import { eventually } from '../faults/waiting.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { consoleLogger } from '../support/test-loggers.ts'
import { onPostgres } from './test-databases.ts'

describe('the change notifier', { skip: withoutPostgres }, () => {
  const { database } = onPostgres({ migrated: false, instances: 2 })
  let ours: ChangeNotifier
  let theirs: ChangeNotifier

  before(async () => {
    ours = await openChangeNotifier(database(0), consoleLogger)
    theirs = await openChangeNotifier(database(1), consoleLogger)
    await announced(ours, theirs)
    await announced(theirs, ours)
  })
  after(async () => {
    await ours.close()
    await theirs.close()
  })

  test('calls the subscribers of this instance at once', () => {
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

  test('calls those of the other instances, and those of this one only once', async () => {
    let calls = 0
    ours.subscribe('chl_c', () => calls++)
    const there = notified(theirs, 'chl_c')
    ours.publish('chl_c')
    await there
    // Notifications keep their order, so our own has come back before this one.
    const back = notified(ours, 'chl_d')
    theirs.publish('chl_d')
    await back
    assert.equal(calls, 1)
  })

  test('publishes a thousand changes in few notifications', async () => {
    const ids = Array.from({ length: 1000 }, () => `chl_${nanoid()}`)
    const payloads: string[] = []
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const unlisten = await database(1).listen(
      'answerback',
      (payload) => {
        payloads.push(payload)
        if (payload.includes('chl_over')) resolve()
      },
      () => {},
    )
    const all = Promise.all(ids.map((id) => notified(theirs, id)))
    for (const id of [...ids, ...ids]) ours.publish(id)
    await all
    ours.publish('chl_over')
    await over
    await unlisten()
    assert.ok(payloads.length <= 6, `${payloads.length} notifications`)
    assert.ok(payloads.every((payload) => Buffer.byteLength(payload) <= 7_500))
  })

  test('calls every subscriber when the connection was lost, since anything may have been missed', async () => {
    const missed = Promise.all([notified(theirs, 'chl_e'), notified(theirs, 'chl_f'), notified(ours, 'chl_g')])
    await database(0).query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where query like 'listen %' and datname = current_database()`,
    )
    await missed
    const again = notified(theirs, 'chl_h')
    ours.publish('chl_h')
    await again
  })
})

/** When `to` has heard that `by` has subscribers. */
async function announced(by: ChangeNotifier, to: ChangeNotifier): Promise<void> {
  let heard = false
  by.subscribe('chl_first', () => {
    heard = true
  })
  await eventually('the announcement', () => {
    to.publish('chl_first')
    return heard
  })
}

function notified(notifier: ChangeNotifier, id: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = notifier.subscribe(id, () => {
    stop()
    resolve()
  })
  return promise
}

test('the first change is sent at once, and those that come while it is under way together a millisecond later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sent: string[] = []
  let taken = () => {}
  let receive = (_payload: string) => {}
  const database = {
    kind: 'postgres',
    listen: async (_channel: string, onPayload: (payload: string) => void) => {
      receive = onPayload
      return async () => {}
    },
    notify: (_channel: string, payload: string) =>
      new Promise<void>((resolve) => {
        sent.push(payload.replace(/^\S+ /, ''))
        taken = resolve
      }),
  } as unknown as Database
  const settled = () => new Promise(setImmediate)
  const notifier = await openChangeNotifier(database, consoleLogger)
  taken()
  await settled()
  t.mock.timers.tick(1)
  receive('another has_subscribers')
  notifier.publish('chl_a')
  await settled()
  t.mock.timers.tick(1)
  await settled()
  assert.deepEqual(sent.splice(0), ['who_has_subscribers', 'chl_a'])
  for (const id of ['chl_b', 'chl_c']) notifier.publish(id)
  t.mock.timers.tick(1)
  await settled()
  assert.deepEqual(sent, [], 'one at a time')
  taken()
  await settled()
  t.mock.timers.tick(1)
  await settled()
  assert.deepEqual(sent.splice(0), ['chl_b chl_c'])
  taken()
  await notifier.close()
})

describe('without subscribers elsewhere', { skip: withoutPostgres }, () => {
  const { database } = onPostgres({ migrated: false, instances: 2 })

  test('tells the first subscriber elsewhere of what changed while its announcement was on its way', {
    timeout: 60_000,
  }, async (t) => {
    const [changing, waiting] = await Promise.all([0, 1].map((one) => openChangeNotifier(database(one), consoleLogger)))
    t.after(() => Promise.all([changing!.close(), waiting!.close()]))
    const id = `chl_${nanoid()}`
    changing!.publish(id)
    await notified(waiting!, id)
  })

  test('nothing is sent, until an instance has one, which a new instance learns too', async () => {
    const payloads: string[] = []
    const unlisten = await database(1).listen(
      'answerback',
      (payload) => payloads.push(payload.replace(/^\S+ /, '')),
      () => {},
    )
    const first = await openChangeNotifier(database(0), consoleLogger)
    first.publish('chl_a')
    const second = await openChangeNotifier(database(1), consoleLogger)
    await eventually('both to have asked', () => payloads.length === 2)
    assert.deepEqual(payloads, ['who_has_subscribers', 'who_has_subscribers'])
    await announced(second, first)
    const third = await openChangeNotifier(database(0), consoleLogger)
    await eventually('the answer', async () => {
      const heard = notified(second, 'chl_b')
      third.publish('chl_b')
      return Promise.race([heard.then(() => true), pause(50).then(() => false)])
    })
    assert.ok(payloads.filter((words) => words.includes('chl_a')).length <= 1, 'kept for the first who subscribes')
    for (const one of [first, second, third]) await one.close()
    await unlisten()
  })
})
