// Services and keys by the API under /v1/admin.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { type Admin, adminOf } from './admin-client.ts'

let server: Server
let admin: Admin
before(async () => {
  server = await startServer()
  admin = await adminOf(server)
})
after(() => server.stop())

const ask: Admin['ask'] = (...asked) => admin.ask(...asked)
const aService = (name?: string) => admin.addService(name)
const aKey: Admin['addKey'] = (...wanted) => admin.addKey(...wanted)

async function actions(target: string): Promise<string[]> {
  const rows = await server.store.auditLog.list({ actor: null, action: null, targets: [target] }, null, 20)
  return rows.map(({ action, actor }) => `${actor.split(':')[0]} ${action}`).reverse()
}

test('a service is made, renamed and deleted, each act in the audit log', async () => {
  const id = await aService('  Saltmarsh\u200b Bank ')
  assert.equal((await ask('GET', `/v1/admin/services/${id}`)).name, 'Saltmarsh Bank')
  const renamed = await ask('PATCH', `/v1/admin/services/${id}`, { name: 'Saltmarsh', reason: 'shorter' })
  assert.deepEqual([renamed.status, renamed.name], [200, 'Saltmarsh'])
  const { services } = await ask('GET', '/v1/admin/services')
  assert.deepEqual([services[0].id, services[0].name], ['svc_first', null])
  assert.equal((await ask('DELETE', `/v1/admin/services/${id}`)).status, 204)
  assert.equal((await ask('DELETE', `/v1/admin/services/${id}`, { reason: 'again' })).status, 404)
  assert.equal((await ask('GET', `/v1/admin/services/${id}`)).status, 404)
  assert.deepEqual(await actions(id), ['key service.created', 'key service.changed', 'key service.deleted'])
})

test('the first service follows the environment, and stays', async () => {
  assert.equal((await ask('PATCH', '/v1/admin/services/svc_first', { name: 'Acme' })).name, 'Acme')
  assert.equal((await ask('PATCH', '/v1/admin/services/svc_first', { name: null })).name, null)
  assert.equal((await ask('DELETE', '/v1/admin/services/svc_first')).status, 409)
})

test('what is written wrongly is refused', async () => {
  const id = await aService()
  for (const [method, path, body] of [
    ['POST', '/v1/admin/services', {}],
    ['POST', '/v1/admin/services', { name: '' }],
    ['POST', '/v1/admin/services', { name: '\u200b' }],
    ['POST', '/v1/admin/services', { name: 'A'.repeat(61) }],
    ['POST', '/v1/admin/services', { name: 'Acme', color: 'red' }],
    ['PATCH', `/v1/admin/services/${id}`, { name: null }],
    ['POST', `/v1/admin/services/${id}/keys`, { name: '\u200b' }],
    ['POST', `/v1/admin/services/${id}/keys`, { name: 'web', scopes: [] }],
    ['POST', `/v1/admin/services/${id}/keys`, { name: 'web', scopes: ['admin'] }],
    ['POST', `/v1/admin/services/${id}/keys`, { name: 'web', scopes: ['read', 'read'] }],
    ['POST', `/v1/admin/services/${id}/keys/apk_none/rotate`, { overlap: -1 }],
    ['POST', `/v1/admin/services/${id}/keys/apk_none/rotate`, { overlap: 1e9 }],
  ] as const)
    assert.equal((await ask(method, path, body)).status, 422, `${method} ${path} ${JSON.stringify(body)}`)
  for (const [method, path, body] of [
    ['PATCH', '/v1/admin/services/svc_none', { name: 'Acme' }],
    ['GET', '/v1/admin/services/svc_none/keys', undefined],
    ['POST', '/v1/admin/services/svc_none/keys', { name: 'web' }],
    ['POST', `/v1/admin/services/${id}/keys/apk_none/rotate`, undefined],
    ['DELETE', `/v1/admin/services/${id}/keys/apk_none`, undefined],
    ['DELETE', '/v1/admin/keys/apk_none', undefined],
  ] as const)
    assert.equal((await ask(method, path, body)).status, 404, `${method} ${path}`)
  assert.equal((await ask('PUT', '/v1/admin/services', {})).status, 405)
})

test('only a key of the installation opens it, and no page', async () => {
  const { key } = await aKey(await aService())
  for (const path of ['/v1/admin/services', '/v1/admin/keys']) {
    assert.equal((await ask('GET', path, undefined, key)).code, 'forbidden')
    assert.equal((await ask('GET', path, undefined, server.key)).code, 'forbidden')
    assert.equal((await ask('GET', path, undefined, 'a guess')).status, 401)
    assert.equal((await ask('GET', path, undefined, 'pgt_a_page_token')).status, 401)
    const fromPage = await ask('GET', path, undefined, admin.key, { Origin: 'https://app.example.com' })
    assert.deepEqual([fromPage.status, fromPage.code], [403, 'forbidden'])
    const preflight = await server.app.request(path, {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'GET' },
    })
    for (const { headers } of [fromPage, preflight])
      assert.deepEqual(
        [...headers.keys()].filter((name) => name.startsWith('access-control')),
        [],
      )
  }
  const { status, json } = await server.ask('POST', '/v1/challenges', { to: nextNumber() }, as(admin.key))
  assert.deepEqual([status, json.code], [403, 'forbidden'])
  assert.equal((await server.ask('GET', '/v1/challenges/chl_none', undefined, as(admin.key))).status, 403)
})

test('a key is shown once, and does what its scopes say', async () => {
  const service = await aService()
  const all = await aKey(service)
  const reader = await aKey(service, { name: 'support', scopes: ['read'] })
  const creator = await aKey(service, { name: 'worker', scopes: ['create'] })
  assert.match(all.key, /^abk_[\w-]{43}$/)
  const { keys } = await ask('GET', `/v1/admin/services/${service}/keys`)
  assert.deepEqual(
    keys.map(({ name, scopes, last_used_at, expires_in }: Record<string, unknown>) => [
      name,
      scopes,
      last_used_at,
      expires_in,
    ]),
    [
      ['web', ['create', 'read'], null, null],
      ['support', ['read'], null, null],
      ['worker', ['create'], null, null],
    ],
  )
  const { json: created } = await server.ask(
    'POST',
    '/v1/challenges',
    { to: nextNumber(), channel: 'sms' },
    as(all.key),
  )
  const challenge = `/v1/challenges/${created.id}`
  const statusOf = async (method: string, path: string, body: object | undefined, key: string) =>
    (await server.ask(method, path, body, as(key))).status
  for (const path of [challenge, '/v1/challenges', `${challenge}/timeline`, '/v1/factors?subject=a']) {
    assert.equal(await statusOf('GET', path, undefined, reader.key), 200, path)
    assert.equal(await statusOf('GET', path, undefined, creator.key), 403, path)
  }
  for (const [path, body] of [
    ['/v1/challenges', { to: nextNumber(), channel: 'sms' }],
    ['/v1/factors', { type: 'totp', subject: 'a' }],
    ['/v1/numbers/opt-out', { to: nextNumber() }],
    [`${challenge}/check`, { code: '000000' }],
    [`${challenge}/cancel`, undefined],
  ] as const) {
    assert.equal(await statusOf('POST', path, body, reader.key), 403, path)
    assert.ok((await statusOf('POST', path, body, creator.key)) < 300, path)
  }
  const [entry] = await server.store.auditLog.list({ actor: null, action: 'number.opted_out', targets: null }, null, 1)
  assert.equal(entry!.actor, `key:${creator.id}`)
  assert.ok(!JSON.stringify(server.logged).includes(all.key))
})

test('a key is replaced without an outage, and one that is taken back opens nothing', async () => {
  const service = await aService()
  const { id, key } = await aKey(service)
  const opens = async (one: string) => (await server.ask('GET', '/v1/challenges', undefined, as(one))).status === 200
  const path = `/v1/admin/services/${service}/keys/${id}`
  const next = await ask('POST', `${path}/rotate`)
  assert.deepEqual([next.status, next.name, next.scopes], [201, 'web', ['create', 'read']])
  assert.deepEqual([await opens(key), await opens(next.key)], [true, true])
  const { keys } = await ask('GET', `/v1/admin/services/${service}/keys`)
  assert.ok(keys[0].expires_in > 86_000 && keys[0].expires_in <= 86_400)
  await ask('POST', `${path}/rotate`, { overlap: 0 })
  assert.deepEqual([await opens(key), await opens(next.key)], [false, true])
  assert.equal((await ask('DELETE', `/v1/admin/services/${service}/keys/${next.id}`)).status, 204)
  assert.equal(await opens(next.key), false)
  assert.deepEqual(await actions(next.id), ['key key.rotated', 'key key.deleted'])
})

test('the keys of the installation are rotated too, and the last may take itself back', async () => {
  const { key, id } = await ask('POST', '/v1/admin/keys', { name: 'deployment' })
  const { key: next, id: nextId } = await ask('POST', `/v1/admin/keys/${id}/rotate`, { overlap: 0 }, key)
  assert.equal((await ask('GET', '/v1/admin/keys', undefined, key)).status, 401)
  const { keys } = await ask('GET', '/v1/admin/keys', undefined, next)
  assert.deepEqual(keys.at(-1).scopes, ['admin'])
  assert.equal((await ask('DELETE', `/v1/admin/keys/${nextId}`, { reason: 'done' }, next)).status, 204)
  assert.equal((await ask('GET', '/v1/admin/keys', undefined, next)).status, 401)
})

test('there are so many keys and no more', async () => {
  const service = await aService()
  const made = await Promise.all(
    Array.from({ length: 60 }, () => ask('POST', `/v1/admin/services/${service}/keys`, { name: 'web' })),
  )
  const { keys } = await ask('GET', `/v1/admin/services/${service}/keys`)
  assert.ok(keys.length <= 60)
  assert.equal((await ask('POST', `/v1/admin/services/${service}/keys`, { name: 'web' })).status, 409)
  assert.ok(made.some(({ status }) => status === 409))
})
