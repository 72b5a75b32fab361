import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { as, type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer({ countries: new Set(['US']) })
})
after(() => server.stop())

const create = (body: unknown, key: string, headers = {}) =>
  server.ask('POST', '/v1/challenges', body, { 'Idempotency-Key': key, ...headers })

test('the same key with the same body gives the same answer, secrets and all, and dials once', async () => {
  const to = nextNumber()
  const wanted = { to, flow: 'keypad_code', metadata: { a: '1', b: '2' } }
  const first = await create(wanted, 'once')
  assert.equal(first.status, 201)
  assert.equal(first.headers.get('idempotency-replayed'), null)
  await server.ask('POST', `/v1/challenges/${first.json.id}/cancel`)
  for (const body of [wanted, { metadata: { b: '2', a: '1' }, flow: 'keypad_code', to }]) {
    const again = await create(body, 'once')
    assert.equal(again.status, 201)
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    assert.equal(again.text, first.text)
  }
  assert.equal(server.phones.phone(to).calls.length, 1)
})

test('with another body, an old key is refused', async () => {
  const to = nextNumber()
  await create({ to }, 'taken')
  for (const body of [{ to: nextNumber() }, { to, scope: 'transfer' }, { to, metadata: { a: 'b' } }]) {
    const { status, json } = await create(body, 'taken')
    assert.equal(status, 422)
    assert.equal(json.errors![0]!.path, 'Idempotency-Key')
  }
})

test('ten requests at once with one key make one challenge; the others get its answer or 409', async () => {
  const to = nextNumber()
  const answers = await Promise.all(Array.from({ length: 10 }, () => create({ to }, 'rush')))
  const made = answers.filter(({ status }) => status === 201)
  assert.equal(new Set(made.map(({ text }) => text)).size, 1)
  assert.equal(made.filter(({ headers }) => !headers.get('idempotency-replayed')).length, 1)
  assert.ok(answers.every(({ status }) => status === 201 || status === 409))
  assert.equal(server.phones.phone(to).calls.length, 1)
})

test('a retry across a rotation of the API key gives the same answer', async () => {
  const wanted = { to: nextNumber() }
  const first = await create(wanted, 'rotated')
  const again = await create(wanted, 'rotated', as(server.nextKey))
  assert.deepEqual([again.status, again.text], [201, first.text])
  assert.equal((await create({ to: nextNumber() }, 'rotated', as(server.nextKey))).status, 422)
})

test('a body is recognised across a rotation of SECRET', () => {
  const [before] = challengeSecrets(['the first secret']).fingerprints('{"to":"+12025550123"}')
  const rotated = challengeSecrets(['the second secret', 'the first secret'])
  assert.ok(rotated.fingerprints('{"to":"+12025550123"}').includes(before!))
  assert.ok(!rotated.fingerprints('{"to":"+12025550124"}').includes(before!))
})

test('a refused creation leaves its idempotency key unused', async () => {
  const to = nextNumber()
  assert.equal((await create({ to: '+447700900123' }, 'refused')).json.code, 'country_not_allowed')
  assert.equal((await create({ to: 'x' }, 'refused')).status, 422)
  assert.equal((await create({ to }, 'refused')).status, 201)
})

test("a key is its service's own", async () => {
  const [mine, theirs] = [nextNumber(), nextNumber()]
  const first = await create({ to: mine }, 'shared')
  const second = await create({ to: theirs }, 'shared', as(server.foreignKey))
  assert.equal(second.status, 201)
  assert.notEqual(first.json.id, second.json.id)
})

test('a key is 1 to 255 printable characters', async () => {
  for (const odd of ['', ' ', 'a'.repeat(256), 'schlüssel', 'a\tb']) {
    assert.equal((await create({ to: nextNumber() }, odd)).status, 422, odd)
  }
  assert.equal((await create({ to: nextNumber() }, '~'.repeat(255))).status, 201)
})

test('neither code nor token nor number is kept with the key', { skip: withoutPostgres }, async () => {
  const to = nextNumber()
  const { json } = await create({ to, flow: 'keypad_code' }, 'kept')
  const kept = await server.query(`select * from idempotency where key = 'kept'`)
  const text = JSON.stringify(kept)
  assert.match(text, new RegExp(json.id))
  for (const secret of [json.page_token, json.display_code, to])
    assert.ok(!text.includes(secret.replace('+', '')), text)
})
