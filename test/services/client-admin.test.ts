// The client's methods for /v1/admin against the server itself.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Answerback } from '../../src/client/client.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { adminOf } from './admin-client.ts'

let server: Server
let admin: Answerback['admin']
const client = (key: string) =>
  new Answerback({ baseUrl: 'http://a', key, fetch: (url, init) => server.app.request(new URL(url).pathname, init) })

before(async () => {
  server = await startServer()
  admin = client((await adminOf(server)).key).admin
})
after(() => server.stop())

test('a service is added, changed, read, listed and deleted', async () => {
  const { id, name, settings } = await admin.createService({
    name: 'Saltmarsh Bank',
    settings: { RESEND_COOLDOWN: '30s' },
  })
  assert.deepEqual([name, settings], ['Saltmarsh Bank', { RESEND_COOLDOWN: '30s' }])
  const changed = await admin.changeService(id, {
    name: 'Saltmarsh',
    settings: { RESEND_COOLDOWN: null },
    reason: 'shorter',
  })
  assert.deepEqual([changed.name, changed.settings], ['Saltmarsh', {}])
  assert.deepEqual(await admin.service(id), changed)
  assert.deepEqual((await admin.services()).map((one) => one.id).includes(id), true)
  assert.match(await admin.drawWebhookSecret(id), /^whsec_/)
  await admin.deleteService(id, { reason: 'The app was shut down.' })
  await assert.rejects(admin.service(id), { status: 404, code: 'not_found' })
  await assert.rejects(admin.createService({ name: '' }), { status: 422, code: 'invalid' })
})

test('a key is made, rotated and deleted, and opens what its scopes say', async () => {
  const { id } = await admin.createService({ name: 'Acme' })
  const reader = await admin.createKey(id, { name: 'reports', scopes: ['read'] })
  assert.deepEqual(reader.scopes, ['read'])
  await assert.rejects(client(reader.key).create({ to: nextNumber() }), { status: 403, code: 'forbidden' })
  await assert.rejects(client(reader.key).consume('chl_any'), { status: 403, code: 'forbidden' })
  const made = await admin.createKey(id, { name: 'web' })
  assert.equal((await client(made.key).create({ to: nextNumber() })).status, 'pending')
  const rotated = await admin.rotateKey(id, made.id, { overlap: 60 })
  assert.deepEqual([rotated.name, rotated.scopes], ['web', ['create', 'read']])
  const listed = await admin.keys(id)
  assert.deepEqual(
    listed.map(({ name, expires_in }) => [name, expires_in !== null]),
    [
      ['reports', false],
      ['web', true],
      ['web', false],
    ],
  )
  assert.ok(!JSON.stringify(listed).includes(rotated.key))
  await admin.deleteKey(id, rotated.id, { reason: 'It was in a log.' })
  await assert.rejects(client(rotated.key).create({ to: nextNumber() }), { status: 401 })
})

test('keys of the installation open this and nothing else', async () => {
  const made = await admin.createKey('installation', { name: 'deployment' })
  assert.deepEqual(made.scopes, ['admin'])
  const next = await admin.rotateKey('installation', made.id, { overlap: 0 })
  assert.ok((await client(next.key).admin.keys('installation')).some(({ id }) => id === next.id))
  await assert.rejects(client(next.key).create({ to: nextNumber() }), { status: 403 })
  await assert.rejects(client(server.key).admin.services(), { status: 403 })
  await admin.deleteKey('installation', next.id)
  await assert.rejects(client(next.key).admin.services(), { status: 401 })
})
