// Each service's outcomes go to its own endpoint, signed by its own secret, and to no other.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { createPushEndpoints } from '../../src/services/push-endpoints.ts'
import { openServiceDirectory, type ServiceDirectory } from '../../src/services/service-directory.ts'
import { createWebhookSecrets } from '../../src/services/webhook-secrets.ts'
import { realClock } from '../../src/time/clock.ts'
import { createDispatcher, type Dispatcher } from '../../src/webhooks/dispatcher.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { consoleLogger } from '../support/test-loggers.ts'
import { type Receiver, SECRET, startReceiver } from '../support/webhook-receiver.ts'
import { type Admin, adminOf } from './admin-client.ts'

/** As test-server.ts sets them. */
const MASTER = ['a secret of the test server', 'long enough']

let server: Server
let admin: Admin
let ours: Receiver
let theirs: Receiver
let directory: ServiceDirectory
let dispatcher: Dispatcher
before(async () => {
  server = await startServer({ pushes: true })
  admin = await adminOf(server)
  ;[ours, theirs] = [await startReceiver(), await startReceiver()]
  directory = await openServiceDirectory({ store: server.store.services, name: 'Acme', apiKeys: [], clock: realClock })
  const environment = { url: ours.url, secrets: [SECRET] }
  const endpoints = createPushEndpoints({ services: directory, environment, secrets: MASTER })
  dispatcher = createDispatcher({
    store: server.store,
    endpoints,
    allowedNetwork: 'loopback',
    trace: null,
    metrics: createMetrics(),
    clock: realClock,
    log: consoleLogger,
  })
})
after(async () => {
  await dispatcher.close()
  await Promise.all([ours.close(), theirs.close()])
  await server.stop()
})
beforeEach(() => {
  ours.received.length = 0
  theirs.received.length = 0
})

async function drawnSecret(service: string): Promise<string> {
  const { status, secret } = await admin.ask('POST', `/v1/admin/services/${service}/webhook-secret`)
  assert.equal(status, 201)
  await directory.refresh()
  return secret
}

async function canceled(key: string): Promise<string> {
  const { json } = await server.ask('POST', '/v1/challenges', { to: nextNumber(), channel: 'sms' }, as(key))
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`, undefined, as(key))
  await server.challenges.stop()
  await directory.refresh()
  await dispatcher.sendDue()
  return json.id
}

const outcomesAt = ({ received }: Receiver) =>
  received.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'challenge.canceled')

const verifies = (secret: string, { headers, body }: Receiver['received'][number]) => {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}

test('to its own endpoint, by its own secret', async () => {
  const { id, key } = await admin.serve('Saltmarsh', { WEBHOOK_URL: theirs.url })
  const secret = await drawnSecret(id)
  const [ofTheirs, ofOurs] = [await canceled(key), await canceled(server.key)]
  assert.deepEqual(
    outcomesAt(theirs).map(({ data }) => data.id),
    [ofTheirs],
  )
  assert.deepEqual(
    outcomesAt(ours).map(({ data }) => data.id),
    [ofOurs],
  )
  for (const one of theirs.received) assert.deepEqual([verifies(secret, one), verifies(SECRET, one)], [true, false])
  for (const one of ours.received) assert.deepEqual([verifies(secret, one), verifies(SECRET, one)], [false, true])
})

test('nothing is pushed before a service has both, and none of it to WEBHOOK_URL', async () => {
  const { id, key } = await admin.serve('Silent')
  await canceled(key)
  await admin.ask('PATCH', `/v1/admin/services/${id}`, { settings: { WEBHOOK_URL: theirs.url } })
  await canceled(key)
  assert.deepEqual([ours.received, theirs.received], [[], []])
  await drawnSecret(id)
  await canceled(key)
  assert.equal(outcomesAt(theirs).length, 1)
})

test('a secret is replaced without a message lost: the newest two sign', async () => {
  const { id, key } = await admin.serve('Turning', { WEBHOOK_URL: theirs.url })
  const secrets = [await drawnSecret(id), await drawnSecret(id)]
  await canceled(key)
  const [first] = theirs.received
  assert.deepEqual(
    secrets.map((secret) => verifies(secret, first!)),
    [true, true],
  )
  secrets.push(await drawnSecret(id))
  await canceled(key)
  assert.deepEqual(
    secrets.map((secret) => verifies(secret, theirs.received.at(-1)!)),
    [false, true, true],
  )
  assert.ok(!JSON.stringify([server.logged, await admin.ask('GET', `/v1/admin/services/${id}`)]).includes('whsec_'))
  const rows = await server.store.services.load()
  assert.ok(!JSON.stringify(rows).includes('whsec_'), 'kept encrypted')
})

test('the outcomes of a deleted service are still pushed', async () => {
  const { id, key } = await admin.serve('Gone', { WEBHOOK_URL: theirs.url })
  const secret = await drawnSecret(id)
  const { json } = await server.ask('POST', '/v1/challenges', { to: nextNumber(), channel: 'sms' }, as(key))
  await admin.ask('DELETE', `/v1/admin/services/${id}`)
  await server.challenges.stop()
  await directory.refresh()
  await dispatcher.sendDue()
  assert.deepEqual(
    outcomesAt(theirs).map(({ data }) => data.id),
    [json.id],
  )
  assert.ok(verifies(secret, theirs.received.at(-1)!))
})

test('a message whose service wants none any more is given up', async () => {
  const { id, key } = await admin.serve('Leaving', { WEBHOOK_URL: theirs.url })
  await drawnSecret(id)
  const { json } = await server.ask('POST', '/v1/challenges', { to: nextNumber(), channel: 'sms' }, as(key))
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`, undefined, as(key))
  await server.challenges.stop()
  await admin.ask('PATCH', `/v1/admin/services/${id}`, { settings: { WEBHOOK_URL: null } })
  await directory.refresh()
  await dispatcher.sendDue()
  const failed = (await server.store.outbox.listFailed(50)).filter(({ challenge }) => challenge === json.id)
  assert.ok(failed.length > 0)
  for (const { lastError, nextAt } of failed) assert.deepEqual([lastError, nextAt], ['no_webhook_url', null])
  assert.deepEqual(theirs.received, [])
})

test('its secrets are encrypted anew when SECRET is rotated', async () => {
  const { id } = await admin.serve('Kept', { WEBHOOK_URL: theirs.url })
  const secret = await drawnSecret(id)
  const NEXT = 'the next secret of the test server, long enough'
  const store = server.store.services
  const before = directory.find(id)!.webhookSecrets!
  const rotated = createWebhookSecrets({ store, secrets: [NEXT, ...MASTER], changed: directory.refresh })
  await rotated.reencrypt()
  await directory.refresh()
  assert.notEqual(directory.find(id)!.webhookSecrets!.secretId, before.secretId)
  const environment = { url: undefined, secrets: undefined }
  const endpoints = createPushEndpoints({ services: directory, environment, secrets: [NEXT] })
  assert.deepEqual(endpoints.of(id), { url: theirs.url, secrets: [secret] })
  // Those of the other tests are read by the test server again.
  await createWebhookSecrets({ store, secrets: [...MASTER, NEXT], changed: directory.refresh }).reencrypt()
  await directory.refresh()
})
