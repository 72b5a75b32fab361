// Whose challenge, rule and message it is, and what is asked for of one service alone.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { aChallenge, aChange, aCreation, anAct, aRequest } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { startConsole } from './console-app.ts'

describe('the service on the pages', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  before(async () => {
    pages = await startConsole()
  })
  after(() => pages.close())

  async function create(serviceId: string, numberHash: string): Promise<ChallengeId> {
    const challenge = aChallenge()
    const request = { ...aRequest(), serviceId, numberHash, region: 'US' }
    const record = { challenge, request, expiresIn: 300, idempotency: null, slot: null }
    assert.equal(typeof (await pages.store.challenges.insert(record, aCreation)), 'object')
    const canceled = { ...challenge, outcome: { status: 'canceled', reason: 'canceled' } } as const
    const outbox = [{ id: `msg_${numberHash}`, type: 'challenge.canceled' }] as const
    assert.notEqual(await pages.store.challenges.save(aChange(canceled, { outbox: [...outbox] })), 'stale')
    return challenge.id
  }

  test('one alone is not named, and nothing asks which', async () => {
    const id = await create('svc_first', 'alone')
    for (const path of ['/live', '/search', `/${id}`, '/statistics', '/guard', '/webhooks'])
      assert.doesNotMatch((await pages.get(path)).text, /Acme|name="service"/, path)
  })

  test('of several each is named, on every list and page, also once it is deleted', async () => {
    const service = (await pages.post('/services', { name: 'Saltmarsh <&>' })).location!
    const id = await create(service, 'second')
    for (const message of await pages.store.outbox.claim(5, 30))
      await pages.store.outbox.markFailed(message.id, 'http_500', null)
    const rule = {
      kind: 'opt_out',
      forService: service,
      forChannel: '',
      shown: '+1••••••0123',
      reason: null,
      seconds: null,
    } as const
    await pages.store.numberRules.add({ ...rule, keys: ['number:second'] }, anAct)
    const named = async (name: RegExp) => {
      for (const path of ['/live', '/search', `/${id}`, '/guard', '/webhooks', `/statistics?service=${service}`])
        assert.match((await pages.get(path)).text, name, path)
    }
    await named(/Saltmarsh &lt;&amp;&gt;/)
    for (const path of ['/live', '/search', '/webhooks']) assert.match((await pages.get(path)).text, /Acme/, path)
    assert.match(await pages.open('/live-events'), /Saltmarsh/)

    const found = async (form: Record<string, string>) => {
      const { location } = await pages.post('/search', form)
      return [...(await pages.get(`/${location}`)).text.matchAll(/id="row-(chl_[\w-]+)"/g)].map(([, one]) => one)
    }
    assert.deepEqual(await found({ service }), [id])
    assert.equal((await found({ service: 'svc_first' })).includes(id), false)
    assert.equal((await found({})).length, 2)
    assert.deepEqual(await found({ service, status: 'canceled' }), [id])
    assert.equal((await pages.post('/search', { service: "svc_'" })).status, 422)
    assert.equal((await pages.get("/search?service='")).status, 400)
    const created = async (query: string) =>
      /<dt>Challenges<\/dt><dd><b>(\d+)/.exec((await pages.get(`/statistics${query}`)).text)![1]
    assert.deepEqual(
      [await created(''), await created(`?service=${service}`), await created(`?service=${service}&country=GB`)],
      ['2', '1', '0'],
    )
    for (const query of ['service=x', 'country=us', 'carrier=other', 'prefix=1;2', 'prefix=12025550123', 'period=1y'])
      assert.equal((await pages.get(`/statistics?${query}`)).location, 'statistics', query)

    assert.equal(await pages.store.services.remove(service, anAct), true)
    await pages.directory.refresh()
    await named(/Saltmarsh &lt;&amp;&gt; \(deleted\)/)
  })

  test('two of one name have their ids behind it, wherever one is shown or chosen', async () => {
    const [one, other] = [
      (await pages.post('/services', { name: 'Twin' })).location!,
      (await pages.post('/services', { name: 'Twin' })).location!,
    ]
    const ids = [await create(one, 'twin-1'), await create(other, 'twin-2')]
    for (const path of ['/live', '/search']) {
      const { text } = await pages.get(path)
      for (const service of [one, other]) assert.ok(text.includes(`Twin (${service})`), `${path} ${service}`)
      assert.doesNotMatch(text, /Acme \(svc_first\)/, path)
    }
    for (const [index, service] of [one, other].entries())
      assert.ok((await pages.get(`/${ids[index]}`)).text.includes(`Twin (${service})`), service)
    for (const path of ['/search', '/statistics', '/money'])
      assert.ok((await pages.get(path)).text.includes(`<option value="${one}" >Twin (${one})</option>`), path)
  })
})
