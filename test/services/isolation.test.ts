// One app's key never sees another's challenge, number, factor or count: every route under /v1 is asked with the key of
// another service.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { document } from '../http/openapi-document.ts'
import { as, type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const NOT_OF_A_SERVICE = /^\/(v1\/admin\/|healthz|readyz|\.well-known\/)/
const asked = new Set<string>()

/** With the foreign key. `path`: its parameters in braces, as the description has it. */
async function foreign(method: string, path: string, ids: Record<string, string> = {}, body?: unknown) {
  asked.add(`${method} ${path.split('?')[0]}`)
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => ids[name]!)
  const { status, text, json } = await server.ask(method, filled, body, as(server.foreignKey))
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each of which is held against its description
  return { status, text, json: json as any }
}

test('a challenge is not there for another service, by any route', async () => {
  const to = nextNumber()
  const idempotent = { 'Idempotency-Key': 'the same' }
  const body = { to, channel: 'sms', metadata: { user: 'ada' } }
  const { json: ours } = await server.ask('POST', '/v1/challenges', body, { ...as(server.key), ...idempotent })
  const ids = { id: ours.id }
  // Its receipt has come.
  await server.phones.phone(to).receives()
  await server.calm()
  const before = await server.challenges.find(ours.id as `chl_${string}`)

  for (const [method, path, sent] of [
    ['GET', '/v1/challenges/{id}', undefined],
    ['GET', '/v1/challenges/{id}/events', undefined],
    ['GET', '/v1/challenges/{id}/timeline', undefined],
    ['POST', '/v1/challenges/{id}/check', { code: '000000' }],
    ['POST', '/v1/challenges/{id}/cancel', undefined],
    ['POST', '/v1/challenges/{id}/consume', undefined],
    ['POST', '/v1/challenges/{id}/deliveries', { channel: 'sms' }],
  ] as const) {
    const answer = await foreign(method, path, ids, sent)
    const unknown = await foreign(method, path, { id: 'chl_0000000000000000000000' }, sent)
    assert.deepEqual([answer.status, answer.text], [404, unknown.text], `${method} ${path}`)
  }
  assert.deepEqual((await server.challenges.find(ours.id as `chl_${string}`))!.challenge, before!.challenge)

  for (const query of ['', `?to=${encodeURIComponent(to)}`, '?metadata[user]=ada', '?status=pending']) {
    const { json } = await foreign('GET', `/v1/challenges${query}`)
    assert.deepEqual(json, { challenges: [], next_cursor: null }, query)
  }
  // The same Idempotency-Key of another service is another key.
  const theirs = await server.ask(
    'POST',
    '/v1/challenges',
    { to: nextNumber(), channel: 'sms' },
    {
      ...as(server.foreignKey),
      ...idempotent,
    },
  )
  asked.add('POST /v1/challenges')
  assert.equal(theirs.status, 201)
  assert.notEqual(theirs.json.id, ours.id)
  assert.equal(theirs.headers.get('idempotency-replayed'), null)
  const { json: listed } = await foreign('GET', '/v1/challenges')
  assert.deepEqual(
    listed.challenges.map(({ id }: { id: string }) => id),
    [theirs.json.id],
  )
})

test('nor is a factor', async () => {
  const { json } = await server.ask('POST', '/v1/factors', { type: 'totp', subject: 'ada' }, as(server.key))
  for (const [method, path, body] of [
    ['GET', '/v1/factors/{id}', undefined],
    ['DELETE', '/v1/factors/{id}', undefined],
    ['POST', '/v1/factors/{id}/confirm', { code: '000000' }],
    ['POST', '/v1/factors/{id}/check', { code: '000000' }],
  ] as const)
    assert.equal((await foreign(method, path, { id: json.id }, body)).status, 404, `${method} ${path}`)
  assert.deepEqual((await foreign('GET', '/v1/factors?subject=ada')).json, { factors: [] })
  const theirs = await foreign('POST', '/v1/factors', {}, { type: 'recovery_codes', subject: 'ada' })
  assert.equal(theirs.status, 201)
  const { json: kept } = await server.ask('GET', '/v1/factors?subject=ada', undefined, as(server.key))
  assert.equal((kept as unknown as { factors: unknown[] }).factors.length, 1)
})

test("a report of fraud to one service is not another's to see or to lift", async () => {
  const to = nextNumber()
  const reported = { kind: 'report', forChannel: '', shown: '', reason: null, seconds: 60 } as const
  const keys = server.store.challenges && [`number:${await hashOf(to)}`]
  const act = { actor: 'server', action: 'number.blocked', target: '', reason: null, detail: {} } as const
  await server.store.numberRules.add({ ...reported, forService: 'svc_first', keys }, act)
  assert.equal((await server.ask('POST', '/v1/challenges', { to, channel: 'sms' }, as(server.key))).status, 403)
  assert.equal((await foreign('POST', '/v1/challenges', {}, { to, channel: 'sms' })).status, 201)
  const lift = await foreign('POST', '/v1/numbers/unblock', {}, { to, reason: 'a slip' })
  assert.equal(lift.json.unblocked, false)
  assert.equal((await server.ask('POST', '/v1/challenges', { to, channel: 'sms' }, as(server.key))).status, 403)
  // An opt-out is the person's word to every service.
  assert.equal((await foreign('POST', '/v1/numbers/opt-out', {}, { to, reason: null })).status, 200)
})

/** Of a challenge that a service made for it. */
async function hashOf(to: string): Promise<string> {
  const { json } = await server.ask('POST', '/v1/challenges', { to, channel: 'sms' }, as(server.key))
  return (await server.challenges.find(json.id as `chl_${string}`))!.request.numberHash
}

test('every route was asked', () => {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const ofAService = routes.filter((route) => !NOT_OF_A_SERVICE.test(route.split(' ')[1]!))
  assert.deepEqual([...asked].toSorted(), ofAService.toSorted())
})
