import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeFor, wrongCodeFor } from '../factors/authenticator.ts'
import { as, type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

// biome-ignore lint/suspicious/noExplicitAny: these answers are checked against their schemas as they come in.
const ask = async (...asked: Parameters<Server['ask']>): Promise<{ status: number; json: any; headers: Headers }> =>
  server.ask(...asked)

const TOTP = { type: 'totp', subject: 'user-1', label: 'ada@example.com', issuer: 'Saltmarsh' }

test('an authenticator app is created, confirmed and checked, each code once', async () => {
  const created = await ask('POST', '/v1/factors', TOTP)
  assert.equal(created.status, 201)
  assert.equal(created.headers.get('cache-control'), 'no-store')
  const { id, secret, otpauth_url, qr_svg, status } = created.json
  assert.equal(status, 'pending')
  assert.equal(new URL(otpauth_url).searchParams.get('secret'), secret)
  assert.match(qr_svg, /^<svg /)

  const now = Date.now()
  const early = await ask('POST', `/v1/factors/${id}/check`, { code: codeFor(secret, 0, now) })
  assert.deepEqual(early.json, { valid: false, reason: 'not_confirmed', attempts_left: 5, locked_until: null })
  const wrong = await ask('POST', `/v1/factors/${id}/confirm`, { code: wrongCodeFor(secret, now) })
  assert.deepEqual(wrong.json, {
    valid: false,
    status: 'pending',
    reason: 'wrong_code',
    attempts_left: 4,
    locked_until: null,
  })
  const confirmed = await ask('POST', `/v1/factors/${id}/confirm`, { code: codeFor(secret, 0, now) })
  assert.equal(confirmed.json.valid, true)
  assert.equal(confirmed.json.status, 'confirmed')
  assert.equal((await ask('POST', `/v1/factors/${id}/confirm`, { code: codeFor(secret, 1, now) })).status, 409)
  const checked = await ask('POST', `/v1/factors/${id}/check`, { code: codeFor(secret, 1, now) })
  assert.deepEqual(checked.json, { valid: true, reason: 'code_matched', attempts_left: 5, locked_until: null })
  const again = await ask('POST', `/v1/factors/${id}/check`, { code: codeFor(secret, 1, now) })
  assert.deepEqual(again.json, { valid: false, reason: 'code_used', attempts_left: 5, locked_until: null })
})

test('a secret is in the creation’s answer only, and in no log line', async () => {
  const created = await ask('POST', '/v1/factors', { ...TOTP, subject: 'told-once' })
  const codes = await ask('POST', '/v1/factors', { type: 'recovery_codes', subject: 'told-once' })
  assert.equal(codes.json.codes.length, 10)
  const { secret } = created.json
  const later = [
    await ask('GET', `/v1/factors/${created.json.id}`),
    await ask('GET', '/v1/factors?subject=told-once'),
    await ask('POST', `/v1/factors/${created.json.id}/check`, { code: '000000' }),
  ]
  assert.deepEqual(
    later[1]!.json.factors.map(({ id }: { id: string }) => id),
    [created.json.id, codes.json.id],
  )
  const texts = JSON.stringify([later.map(({ json }) => json), server.logged])
  for (const text of [secret, ...codes.json.codes]) assert.ok(!texts.includes(text))
})

test('the name of the service stands for a missing issuer, and the subject for a missing label', async () => {
  const created = await ask('POST', '/v1/factors', { type: 'totp', subject: 'user:2' })
  const url = new URL(created.json.otpauth_url)
  assert.match(decodeURIComponent(url.pathname), /^\/.+:user 2$/)
  assert.ok(url.searchParams.get('issuer'))
})

test('a recovery code is good once', async () => {
  const { json } = await ask('POST', '/v1/factors', { type: 'recovery_codes', subject: 'user-3' })
  const check = async (code: string) => (await ask('POST', `/v1/factors/${json.id}/check`, { code })).json
  assert.equal((await check(json.codes[0])).valid, true)
  assert.equal((await check(json.codes[0])).reason, 'code_used')
  assert.equal((await ask('GET', `/v1/factors/${json.id}`)).json.codes_left, 9)
})

test('another service, a page token and an unknown key see no factor', async () => {
  const { json } = await ask('POST', '/v1/factors', { ...TOTP, subject: 'private' })
  const challenge = await server.create()
  for (const [bearer, status] of [
    [server.foreignKey, 404],
    [challenge.json.page_token, 401],
    ['nobody', 401],
  ] as const) {
    assert.equal((await ask('GET', `/v1/factors/${json.id}`, undefined, as(bearer))).status, status)
    assert.equal((await ask('DELETE', `/v1/factors/${json.id}`, undefined, as(bearer))).status, status)
    assert.equal((await ask('POST', `/v1/factors/${json.id}/check`, { code: '123456' }, as(bearer))).status, status)
  }
  assert.deepEqual((await ask('GET', '/v1/factors?subject=private', undefined, as(server.foreignKey))).json, {
    factors: [],
  })
  assert.equal((await ask('DELETE', `/v1/factors/${json.id}`)).status, 204)
  assert.equal((await ask('GET', `/v1/factors/${json.id}`)).status, 404)
})

test('an invalid request is refused and costs no attempt', async () => {
  const { json } = await ask('POST', '/v1/factors', { ...TOTP, subject: 'careless' })
  const refused: [string, string, unknown, number][] = [
    ['POST', '/v1/factors', {}, 422],
    ['POST', '/v1/factors', { type: 'webauthn', subject: 'user-1' }, 422],
    ['POST', '/v1/factors', { type: 'totp' }, 422],
    ['POST', '/v1/factors', { type: 'totp', subject: '' }, 422],
    ['POST', '/v1/factors', { type: 'totp', subject: 'a'.repeat(201) }, 422],
    ['POST', '/v1/factors', { type: 'totp', subject: 'user\n1' }, 422],
    ['POST', '/v1/factors', { ...TOTP, issuer: 'a:b' }, 422],
    ['POST', '/v1/factors', { ...TOTP, secret: 'mine' }, 422],
    ['POST', '/v1/factors', '{', 400],
    ['GET', '/v1/factors', undefined, 422],
    ['POST', `/v1/factors/${json.id}/confirm`, { code: 123456 }, 422],
    ['POST', `/v1/factors/${json.id}/confirm`, { code: '12345' }, 422],
    ['POST', `/v1/factors/${json.id}/confirm`, { code: '１２３４５６' }, 422],
    ['POST', `/v1/factors/${json.id}/check`, {}, 422],
    ['POST', '/v1/factors/fct_unknown/check', { code: '123456' }, 404],
    ['PUT', '/v1/factors', {}, 405],
    ['GET', `/v1/factors/${json.id}/check`, undefined, 405],
  ]
  for (const [method, path, body, status] of refused)
    assert.equal((await ask(method, path, body)).status, status, `${method} ${path} ${JSON.stringify(body)}`)
  const wrong = await ask('POST', `/v1/factors/${json.id}/confirm`, { code: wrongCodeFor(json.secret, Date.now()) })
  assert.equal(wrong.json.attempts_left, 4)
})

test('what is not six digits is no code of an authenticator app, and costs no attempt', async () => {
  const { json } = await ask('POST', '/v1/factors', { ...TOTP, subject: 'hasty' })
  const check = (code: string) => ask('POST', `/v1/factors/${json.id}/check`, { code })
  const now = Date.now()
  assert.equal((await check('12345')).status, 422, 'before it is confirmed')
  await ask('POST', `/v1/factors/${json.id}/confirm`, { code: codeFor(json.secret, 0, now) })
  for (const code of ['1', '12345', '1234567', '123 456', '12345a', 'ABCDE-23456', '１２３４５６']) {
    const refused = await check(code)
    assert.equal(refused.status, 422, code)
    assert.deepEqual(refused.json.errors, [{ path: 'code', message: 'must be a string of exactly six digits' }])
  }
  assert.equal((await check(wrongCodeFor(json.secret, now))).json.attempts_left, 4)
})
