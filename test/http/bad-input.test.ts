import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sanitizeText } from '../../src/domain/sanitize-text.ts'
import { nextNumber } from '../support/numbers.ts'
import { as, type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const create = (body: unknown, headers: Record<string, string> = {}) =>
  server.ask('POST', '/v1/challenges', body, headers)

/** What is wrong, and the field that is to be named. */
const WRONG: [object, string][] = [
  [{ to: undefined }, 'to'],
  [{ to: null }, 'to'],
  [{ to: 12_025_550_123 }, 'to'],
  [{ to: '' }, 'to'],
  [{ to: '+1' }, 'to'],
  [{ to: '+0123456789' }, 'to'],
  [{ to: '+999123456789' }, 'to'],
  [{ to: '+1202555012' }, 'to'],
  [{ to: '+12025550123456789' }, 'to'],
  [{ to: '911', region: 'US' }, 'to'],
  [{ to: '+12025550123; drop table' }, 'to'],
  [{ to: 'tel:+12025550123;ext=5' }, 'to'],
  [{ to: '(202) 555-0123' }, 'to'],
  [{ to: '202 555 0123', region: 'ZZ' }, 'region'],
  [{ to: '202 555 0123', region: 'us' }, 'region'],
  [{ region: 1 }, 'region'],
  [{ unknown: true }, 'unknown'],
  [{ To: '+12025550123' }, 'To'],
  [{ flow: 'sms' }, 'flow'],
  [{ flow: null }, 'flow'],
  [{ channel: 'email' }, 'channel'],
  [{ channel: 'sms', flow: 'approve' }, 'channel'],
  [{ channel: 'sms', flow: 'keypad_code' }, 'channel'],
  [{ scope: '' }, 'scope'],
  [{ scope: 'a'.repeat(41) }, 'scope'],
  [{ scope: '<b>' }, 'scope'],
  [{ locale: 'xx-XX' }, 'locale'],
  [{ locale: '' }, 'locale'],
  [{ details: '' }, 'details'],
  [{ details: ' \u200b\u202e ' }, 'details'],
  [{ details: 'ü'.repeat(201) }, 'details'],
  [{ details: 'a\u0000b' }, 'details'],
  [{ details: '\ud800' }, 'details'],
  [{ details: {} }, 'details'],
  [{ message: 'no placeholder' }, 'message'],
  [{ message: '{CODE} {TO}' }, 'message'],
  [{ message: '{code}' }, 'message'],
  [{ message: `{CODE}${'a'.repeat(300)}` }, 'message'],
  [{ message: '{CODE}', flow: 'approve' }, 'message'],
  [{ message: '{CODE\u200B}', flow: 'approve' }, 'message'],
  [{ message: '\u200B', flow: 'approve' }, 'message'],
  [{ message: '\n \u2028', flow: 'keypad_code' }, 'message'],
  // Three characters each when they are normalised.
  [{ message: `${'\u{1D160}'.repeat(110)}{CODE}` }, 'message'],
  [{ details: '\u{1D160}'.repeat(110), flow: 'approve' }, 'details'],
  // Two and three.
  [{ message: `${'\u0344'.repeat(160)}{CODE}` }, 'message'],
  [{ details: '\uFB2C'.repeat(110), flow: 'approve' }, 'details'],
  [{ details: '\u2800\u3164', flow: 'approve' }, 'details'],
  [{ details: '…', flow: 'approve' }, 'details'],
  [{ message: '\uFFFC\n. . .', flow: 'keypad_code' }, 'message'],
  [{ message: '\u0301', flow: 'approve' }, 'message'],
  [{ message: '{Ｃ\u200BODE}' }, 'message'],
  [{ to: '4915123456789', region: 'DE' }, 'to'],
  [{ locale: 'gsw-CH' }, 'locale'],
  [{ code_length: 3 }, 'code_length'],
  [{ code_length: 9 }, 'code_length'],
  [{ code_length: 6.5 }, 'code_length'],
  [{ code_length: '6' }, 'code_length'],
  [{ expires_in: 29 }, 'expires_in'],
  [{ expires_in: 601 }, 'expires_in'],
  [{ expires_in: -1 }, 'expires_in'],
  [{ metadata: null }, 'metadata'],
  [{ metadata: [] }, 'metadata'],
  [{ metadata: 'a' }, 'metadata'],
  [{ metadata: { a: 1 } }, 'metadata.a'],
  [{ metadata: { a: { b: 'c' } } }, 'metadata.a'],
  [{ metadata: { a: null } }, 'metadata.a'],
  [{ metadata: { a: 'b'.repeat(501) } }, 'metadata.a'],
  [{ metadata: { a: '\u0000' } }, 'metadata.a'],
  [{ metadata: { '': 'a' } }, 'metadata.'],
  [{ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, ''])) }, 'metadata'],
  [{ from: '12025550123' }, 'from'],
  [{ carrier: 'acme' }, 'carrier'],
  [{ carrier: 'plivo' }, 'carrier'],
  [{ fallback: 'sms' }, 'fallback'],
  [{ fallback: ['call'] }, 'fallback'],
  [{ fallback: ['sms', 'sms'] }, 'fallback'],
  [{ fallback: ['email'] }, 'fallback.0'],
  [{ fallback: ['call'], flow: 'approve' }, 'fallback'],
  [{ extension: '12a' }, 'extension'],
  [{ extension: '1'.repeat(33) }, 'extension'],
  [{ extension: ',,,' }, 'extension'],
  [{ extension: ',,,,,,,,,1' }, 'extension'],
  [{ client_ip: '1.2.3' }, 'client_ip'],
  [{ client_ip: 'example.com' }, 'client_ip'],
]

test('a wrong field is 422, is named, and no call is placed', async () => {
  for (const [wrong, path] of WRONG) {
    const { status, json } = await create({ to: '+12025550123', ...wrong })
    assert.equal(status, 422, JSON.stringify(wrong))
    assert.equal(json.code, 'invalid')
    assert.ok(
      json.errors!.some((error) => error.path === path),
      `${JSON.stringify(wrong)}: ${JSON.stringify(json)}`,
    )
    for (const { message } of json.errors!) assert.doesNotMatch(message, OF_ZOD, JSON.stringify(wrong))
    assert.equal(new Set(json.errors!.map((error) => error.path)).size, json.errors!.length, JSON.stringify(json))
  }
  assert.equal(server.phones.phone('+12025550123').calls.length, 0)
})

/** How Zod words what a schema has no words for. */
const OF_ZOD = /^(Invalid|Too|Unrecognized)|expected|received|undefined/i

test('what is wrong is said in words of the API', async () => {
  const to = '+12025550123'
  const challenge = `/v1/challenges/${(await create({ to: nextNumber() })).json.id}`
  const expected: [method: string, path: string, body: unknown, message: string][] = [
    ['POST', '/v1/challenges', {}, 'to: is missing.'],
    ['POST', '/v1/challenges', { to: 1 }, 'to: must be a string.'],
    ['POST', '/v1/challenges', { to: '' }, 'to: must have at least 1 character.'],
    ['POST', '/v1/challenges', [], 'The body: must be an object.'],
    ['POST', '/v1/challenges', { to, flow: 'sms' }, 'flow: must be one of send_code, keypad_code, approve.'],
    ['POST', '/v1/challenges', { to, metadata: [] }, 'metadata: must be an object.'],
    ['POST', '/v1/challenges', { to, fallback: 'sms' }, 'fallback: must be a list.'],
    ['POST', '/v1/challenges', { to, fallback: ['sms', 'sms'] }, 'fallback: must have at most 1 item.'],
    ['POST', '/v1/challenges', { to, require_waiter: 1 }, 'require_waiter: must be true or false.'],
    ['POST', `${challenge}/check`, {}, 'code: is missing.'],
    ['POST', `${challenge}/deliveries`, { channel: null }, 'channel: must be one of call, sms.'],
    ['POST', '/v1/factors', {}, 'type: is missing.'],
    ['POST', '/v1/factors', { type: 'sms' }, 'type: must be one of totp, recovery_codes.'],
    ['GET', '/v1/factors', undefined, 'subject: is missing.'],
    ['GET', '/v1/challenges?limit=1&limit=2', undefined, 'limit: is given more than once.'],
    ['GET', '/v1/challenges?metadata[k]=1&metadata[k]=2', undefined, 'metadata[k]: is given more than once.'],
    ['GET', `${challenge}?wait=1&wait=2`, undefined, 'wait: is given more than once.'],
    ['GET', `${challenge}?wait=x`, undefined, 'wait: must be a whole number of seconds, 0 to 55.'],
  ]
  for (const [method, path, body, message] of expected) {
    const { status, json } = await server.ask(method, path, body)
    assert.deepEqual([status, json.detail], [422, message], `${method} ${path} ${JSON.stringify(body)}`)
  }
})

test('of metadata that can not be kept it is said why', async () => {
  for (const metadata of [{ a: '\u0000' }, { a: '\ud800' }, { '\u0000': 'a' }, { '\ud800': 'a' }]) {
    const { json } = await create({ to: '+12025550123', metadata })
    assert.match(json.errors![0]!.message, /must be well-formed Unicode without NUL$/)
  }
  for (const metadata of [{ '': 'a' }, { ['k'.repeat(41)]: 'a' }]) {
    const { json } = await create({ to: '+12025550123', metadata })
    assert.match(json.errors![0]!.message, /^must have 1 to 40 characters/)
  }
})

test('every wrong field is named at once', async () => {
  const { json } = await create({ to: 1, code_length: 'x', more: 1 })
  assert.deepEqual(json.errors!.map(({ path }) => path).sort(), ['code_length', 'more', 'to'])
})

test('numbers outside the range of a field are 422, however JSON writes them', async () => {
  for (const number of ['1e999', '-0', '1E400', '99999999999999999999', '4e-1']) {
    assert.equal((await create(`{"to":"+12025550123","expires_in":${number}}`)).status, 422, number)
  }
})

test('a body that cannot be read is told apart from one that is wrong', async () => {
  assert.equal((await create('{"to":')).status, 400)
  assert.equal((await create('')).status, 400)
  assert.equal((await create('[]')).status, 422)
  assert.equal((await create('null')).status, 422)
  assert.equal((await create('{"to":"+12025550123","__proto__":{"x":1}}')).status, 422)
  assert.equal((await create({ to: '+12025550123' }, { 'Content-Type': 'text/plain' })).status, 415)
  assert.equal((await create({ details: 'a'.repeat(70_000) })).status, 413)
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  assert.equal((await create(`{"to":"+12025550123","metadata":${deep}}`)).status, 400)
})

test('every field is taken at its greatest length', async () => {
  const { status, json } = await create({
    to: nextNumber(),
    details: '🙂'.repeat(200),
    message: `${'語'.repeat(294)}{CODE}`,
    scope: 'é'.repeat(40),
    metadata: Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`${'k'.repeat(38)}${10 + i}`, '値'.repeat(500)]),
    ),
  })
  assert.equal(status, 201, JSON.stringify(json))
})

test('no body, however strange, is a 500 or accepted', async () => {
  const fields = fc.record(
    Object.fromEntries(
      [
        'to',
        'region',
        'flow',
        'channel',
        'scope',
        'locale',
        'details',
        'message',
        'code_length',
        'expires_in',
        'metadata',
      ]
        .concat(['from', 'carrier', 'fallback', 'extension', 'client_ip', '__proto__', 'x'])
        .map((name) => [name, fc.jsonValue()]),
    ),
    { requiredKeys: [] },
  )
  const nearly = fc.record({
    to: fc.constant('+999'),
    details: fc.string({ unit: 'binary' }),
    message: fc.string({ unit: 'binary' }).map((text) => `{CODE}${text}`),
    scope: fc.string({ unit: 'grapheme' }),
    metadata: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
  })
  const bodies = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    fields.map((json) => JSON.stringify(json)),
    nearly.map((json) => JSON.stringify(json)),
  )
  const { json } = await server.create()
  const paths = ['/v1/challenges', ...['check', 'deliveries'].map((verb) => `/v1/challenges/${json.id}/${verb}`)]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), bodies, async (path, body) => {
      const { status } = await server.ask('POST', path, body)
      assert.ok(status === 400 || status === 422, `${status}`)
    }),
    { numRuns: 400 },
  )
})

test('well-formed text of every script is accepted, and returned as it will be spoken', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((value) => /\p{L}/u.test(value))
  await fc.assert(
    fc.asyncProperty(text, text, async (details, value) => {
      const { status, json } = await server.create({ details, metadata: { value } })
      assert.equal(status, 201, JSON.stringify(json))
      assert.equal(json.details, sanitizeText(details, 200))
      assert.equal(json.metadata!.value, value)
    }),
    { numRuns: 25 },
  )
})

test('whatever stands in a path is 404 or refused, at every route', async () => {
  const document = (await server.ask('GET', '/openapi.json')).json as unknown as { paths: Record<string, object> }
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, ':id')] as const),
  )
  const pages = [
    ['GET', '/console/challenges/:id'],
    ['POST', '/voice/twilio/:id/:id/answer'],
    ['POST', '/sms/twilio/:id/:id'],
  ] as const
  const withId = [...described, ...pages].filter(([, path]) => path.includes(':id'))
  assert.ok(withId.length > 12)
  for (const [method, path] of withId)
    for (const id of [
      '%00',
      'chl_%00',
      'fct_%00',
      'fct_%ED%A0%80',
      'chl_%FF',
      `fct_${'a'.repeat(5_000)}`,
      '__proto__',
    ]) {
      const { status } = await server.app.request(path.replaceAll(':id', id), {
        method,
        headers: { ...as(server.key), 'Content-Type': 'application/json' },
        ...(method === 'POST' && { body: '{"code":"123456"}' }),
      })
      assert.ok(status >= 400 && status < 500, `${method} ${path} ${id}: ${status}`)
    }
})
