// What instances know of services and keys: at once where a change is made, within a round elsewhere, and nothing is asked
// of the database for a key that is known.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { keyHash } from '../../src/domain/one-time-codes.ts'
import { createManageServices } from '../../src/services/manage-services.ts'
import { openServiceDirectory, type ServiceDirectory } from '../../src/services/service-directory.ts'
import type { Database } from '../../src/store/database.ts'
import { DatabaseUnavailable } from '../../src/store/database-errors.ts'
import { serviceStore } from '../../src/store/services.ts'
import { realClock } from '../../src/time/clock.ts'
import { onEachDatabase } from '../store/each-database.ts'

const BY = { actor: 'cli:ada', reason: null }

onEachDatabase((database) => {
  let queries: string[] = []
  let away = false
  let now = Date.now()
  const clock = { ...realClock, now: () => now }
  let here: ServiceDirectory
  let there: ServiceDirectory
  let manage: ReturnType<typeof createManageServices>

  before(async () => {
    const counted: Database = {
      ...database(),
      query(text, params) {
        queries.push(text)
        return away ? Promise.reject(new DatabaseUnavailable('away')) : database().query(text, params)
      },
    }
    const store = serviceStore(counted)
    const open = () => openServiceDirectory({ store, name: 'Acme', apiKeys: ['the environment’s key'], clock })
    here = await open()
    there = await open()
    manage = createManageServices({ store: serviceStore(database()), settingFaults: () => [], changed: here.refresh })
  })

  async function made(name: string): Promise<{ service: string; id: string; apiKey: string }> {
    const service = await manage.create({ name }, BY)
    assert.ok(!('refused' in service))
    const key = await manage.addKey(service.id, { name: 'web', scopes: ['read'] }, BY)
    assert.ok(!('refused' in key))
    return { service: service.id, id: key.id, apiKey: key.apiKey }
  }

  const holder = (directory: ServiceDirectory, apiKey: string) => directory.holderOf(keyHash(apiKey))

  test('a known key costs no statement, and neither does that of the environment', async () => {
    const { service, id, apiKey } = await made('Saltmarsh')
    queries = []
    for (const directory of [here, here]) {
      const { actor, service: known, scopes } = (await holder(directory, apiKey))!
      assert.deepEqual([actor, known!.id, known!.name, scopes], [`key:${id}`, service, 'Saltmarsh', ['read']])
    }
    const first = await holder(here, 'the environment’s key')
    assert.deepEqual(
      [first!.service!.id, first!.service!.name, first!.scopes],
      ['svc_first', 'Acme', ['create', 'read']],
    )
    assert.deepEqual(queries, [])
  })

  test('a key that another instance has made is known at its first use, and a guess is not', async () => {
    const { service, apiKey } = await made('Saltmarsh')
    assert.equal((await holder(there, apiKey))!.service!.id, service)
    queries = []
    assert.equal(await holder(there, 'a guess'), null)
    assert.equal(queries.length, 1)
  })

  test('what is taken back elsewhere opens nothing after the next round', async () => {
    const { service, id, apiKey } = await made('Saltmarsh')
    await there.refresh()
    await manage.removeKey(service, id, BY)
    assert.equal(await holder(here, apiKey), null)
    await there.refresh()
    assert.equal(await holder(there, apiKey), null)
  })

  test('a round in which nothing has changed reads one number', async () => {
    await there.refresh()
    queries = []
    await there.refresh()
    assert.equal(queries.length, 1)
    assert.match(queries[0]!, /sum\(version\)/)
  })

  test('a replaced key ends by itself on an instance that reads nothing', async () => {
    const { service, id, apiKey } = await made('Saltmarsh')
    await manage.rotateKey(service, id, 60, BY)
    assert.ok(await holder(here, apiKey))
    now += 61_000
    away = true
    await assert.rejects(holder(here, apiKey), DatabaseUnavailable)
    away = false
  })

  test('the database is away: known keys open, unknown ones wait for it', async () => {
    const { apiKey } = await made('Saltmarsh')
    away = true
    assert.ok(await holder(here, apiKey))
    await assert.rejects(holder(here, 'a guess'), DatabaseUnavailable)
    away = false
  })

  test('a deleted service keeps its name, loses its keys and is told of once', async () => {
    const { service, apiKey } = await made('Saltmarsh')
    await there.refresh()
    const told: string[] = []
    there.onDeleted((id) => told.push(id))
    await manage.remove(service, BY)
    await there.refresh()
    await made('Other')
    await there.refresh()
    assert.deepEqual(told, [service])
    assert.equal(await holder(there, apiKey), null)
    const { name, deleted } = there.find(service)!
    assert.deepEqual([name, deleted], ['Saltmarsh', true])
  })

  test('the use of a key is written down by the hour', async () => {
    const { service, apiKey } = await made('Saltmarsh')
    await holder(here, apiKey)
    await holder(here, apiKey)
    await here.noteUse()
    const keys = await manage.keys(service)
    assert.ok(!('refused' in keys))
    assert.match(keys[0]!.lastUsedAt!, /:00:00\.000Z$/)
    queries = []
    await here.noteUse()
    assert.deepEqual(queries, [], 'nothing was used since')
  })
})
