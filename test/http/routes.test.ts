import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Hono } from 'hono'
import { connectionLimit, WAITS_PER_INSTANCE, WAITS_PER_PAGE } from '../../src/http/middleware/connection-limit.ts'
import { matches } from './conforms.ts'
import { operations } from './openapi-document.ts'
import { as, type Server, startServer } from './test-server.ts'

/** The routes without authentication. A new route needs it until it is listed here. */
const PUBLIC = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /.well-known/jwks.json',
  'GET /openapi.json',
  'GET /docs',
  'GET /docs/docs.js',
  'GET /docs/scalar.js',
  'GET /docs/problems',
  'GET /docs/problems.css',
  'GET /modules/*',
  'GET /hosted/hosted.js',
  'GET /hosted/hosted.css',
  'GET /c/:id{chl_[\\w-]{1,64}}',
]

const NOBODY = `chl_${'x'.repeat(24)}`
const BODIES: Record<string, object> = { check: { code: '123456' }, deliveries: { channel: 'sms' } }

type Route = { method: string; path: string }

let server: Server
before(async () => {
  server = await startServer({}, ['twilio', 'bandwidth'])
})
after(() => server.stop())

function routes(): Route[] {
  return server.app.routes.filter(({ method }) => method !== 'ALL')
}

/** Those of the console too, which are in the app only once it is loaded. */
async function allRoutes(): Promise<Route[]> {
  const { routes: ofConsole } = new Hono().route('/console', await server.operatorConsole())
  assert.ok(ofConsole.length > 20)
  return [...routes(), ...ofConsole.filter(({ method }) => method !== 'ALL')]
}

function filled(path: string, id: string): string {
  const names: Record<string, string> = { id, carrier: 'twilio', locale: 'en-US', challenge: id, delivery: 'dlv_x' }
  return path.replace(/:(\w+)(\{[^/]*\})?/g, (_, name, pattern?: string) =>
    pattern ? (/[a-z]+/.exec(pattern)?.[0] ?? '1').replace(/^z$/, '1') : (names[name] ?? '1'),
  )
}

function bodyFor(path: string): object {
  return BODIES[path.split('/').at(-1)!] ?? (path === '/v1/challenges' ? { to: '+12125550100' } : {})
}

test('every route refuses a request without valid credentials, unless it is listed as public', async () => {
  const { json } = await server.create()
  for (const { method, path } of await allRoutes()) {
    if (PUBLIC.includes(`${method} ${path}`)) continue
    for (const authorization of [
      '',
      'Bearer',
      'Bearer wrong',
      'Basic d3Jvbmc6d3Jvbmc=',
      'Bearer a b',
      `Token ${server.key}`,
    ]) {
      const response = await server.app.request(filled(path, json.id), {
        method,
        headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
        ...(method === 'POST' && { body: JSON.stringify(bodyFor(path)) }),
      })
      assert.equal(response.status, refusalOf(path), `${method} ${path} with "${authorization}"`)
    }
  }
  const { json: untouched } = await server.ask('GET', `/v1/challenges/${json.id}`)
  assert.equal(untouched.status, 'pending')
})

/**
 * Bandwidth asks again with its credentials when told to: dev.bandwidth.com/docs/voice/webhooks. The console is for this
 * machine, which a request without a socket does not come from.
 */
function refusalOf(path: string): number {
  if (path.startsWith('/console')) return 404
  return path.startsWith('/v1/') || path.includes('/bandwidth') ? 401 : 403
}

test("the routes fit Hono's fastest router, which tries none after another", async () => {
  await server.ask('GET', '/healthz')
  assert.equal(server.app.router.name, 'SmartRouter + RegExpRouter')
})

test('every route listed as public exists', () => {
  const existing = routes().map(({ method, path }) => `${method} ${path}`)
  for (const route of PUBLIC) assert.ok(existing.includes(route), route)
})

test("another service's challenge cannot be told from one that does not exist, by key or by page token", async () => {
  const mine = (await server.create()).json
  const other = (await server.create()).json
  const strangers = [as(server.foreignKey), as(other.page_token), as(`${mine.page_token.slice(0, -1)}!`), as('pgt_')]
  for (const { method, path } of routes().filter(({ path }) => path.startsWith('/v1/challenges/:id'))) {
    for (const bearer of strangers) {
      const asked = (id: string) =>
        server.ask(method, filled(path, id), method === 'POST' ? bodyFor(path) : undefined, {
          ...bearer,
          'X-Request-Id': 'the-same',
        })
      const [foreign, missing] = [await asked(mine.id), await asked(NOBODY)]
      assert.equal(foreign.status, 404, `${method} ${path}`)
      assert.equal(foreign.text, missing.text)
      assert.deepEqual([...foreign.headers], [...missing.headers])
    }
  }
  assert.equal((await server.ask('GET', `/v1/challenges/${mine.id}`)).json.status, 'pending')
})

test('a page that is asked for with a slash behind it is led to, and nothing that a program asks for', async () => {
  const location = async (path: string, method = 'GET') => {
    const { status, headers } = await server.ask(method, path)
    return [status, headers.get('location')]
  }
  assert.deepEqual(await location('/docs/'), [302, '../docs'])
  assert.deepEqual(await location('/c/chl_1/?return_url=a%2Fb'), [302, '../chl_1?return_url=a%2Fb'])
  assert.deepEqual(await location('/docs/problems/'), [302, '../problems'])
  assert.deepEqual(await location('/console/'), [302, '../console'])
  for (const path of ['/v1/challenges/', '/v1/factors/fct_x/', '/voice/twilio/', '/sms/bandwidth/'])
    assert.deepEqual(await location(path), [404, null], path)
  assert.deepEqual(await location('/docs/', 'POST'), [404, null])
})

test('an id of any other shape is 404', async () => {
  for (const id of [
    'chl_',
    '%00',
    'chl_%00',
    'chl_%27%3B--',
    '..%2F..',
    '%E0%A4%A',
    'chl_ü',
    `chl_${'a'.repeat(5000)}`,
  ]) {
    assert.equal((await server.ask('GET', `/v1/challenges/${id}`)).status, 404, id)
  }
})

test("the app's metadata stays with the app", async () => {
  const { json } = await server.create({ metadata: { user: 'u-1' } })
  assert.deepEqual(json.metadata, { user: 'u-1' })
  const page = as(json.page_token)
  const at = `/v1/challenges/${json.id}`
  assert.equal('metadata' in (await server.ask('GET', at, undefined, page)).json, false)
  assert.equal('metadata' in (await server.ask('POST', `${at}/cancel`, undefined, page)).json, false)
  assert.doesNotMatch((await server.ask('GET', `${at}/events`, undefined, page)).text, /metadata|u-1/)
  assert.match((await server.ask('GET', `${at}/events`)).text, /u-1/)
  assert.deepEqual((await server.ask('GET', at)).json.metadata, { user: 'u-1' })
})

test('a page token serves its own challenge and creates none', async () => {
  const { json } = await server.create({ flow: 'send_code' })
  const page = as(json.page_token)
  const at = `/v1/challenges/${json.id}`
  assert.equal((await server.ask('POST', '/v1/challenges', { to: '+12125550101' }, page)).status, 401)
  assert.equal((await server.ask('GET', at, undefined, page)).status, 200)
  assert.equal((await server.ask('POST', `${at}/check`, { code: '000' }, page)).status, 422)
  assert.equal((await server.ask('POST', `${at}/deliveries`, { channel: 'call' }, page)).status, 409)
  assert.equal((await server.ask('POST', `${at}/cancel`, undefined, page)).json.status, 'canceled')
  assert.match((await server.ask('GET', `${at}/events`, undefined, page)).text, /"status":"canceled"/)
})

test('a page holds five waits open, and the newest win', { timeout: 60_000 }, async () => {
  const { json } = await server.create()
  const wait = () => server.app.request(`/v1/challenges/${json.id}/events`, { headers: as(json.page_token) })
  const open: Response[] = []
  while (open.length < WAITS_PER_PAGE) open.push(await wait())
  const held = server.ask('GET', `/v1/challenges/${json.id}?wait=55`, undefined, as(json.page_token))
  assert.match(await open[0]!.text(), /"status":"pending"/, 'the oldest is ended')
  const newest = await wait()
  await open[1]!.text()
  for (const { body } of open.slice(2)) await body!.cancel()
  const others = await Promise.all(Array.from({ length: 3 }, wait))
  assert.ok(others.every(({ status }) => status === 200))
  await wait()
  const { json: answered, status } = await held
  assert.deepEqual([status, answered.status], [200, 'pending'], 'a held answer is given')
  await server.ask('POST', `/v1/challenges/${json.id}/cancel`)
  assert.match(await newest.text(), /"status":"canceled"/)
})

test('an instance holds so many waits and no more, so that carriers find a connection', () => {
  const enter = connectionLimit()
  const end = () => assert.fail('nobody takes the place of another challenge')
  const waits = Array.from({ length: WAITS_PER_INSTANCE }, () => enter(null, end))
  assert.ok(waits.every((leave) => leave !== null))
  assert.equal(enter(null, end), null)
  assert.equal(enter('chl_page', end), null)
  waits[0]!()
  waits[0]!()
  assert.ok(enter('chl_page', end))
  assert.equal(enter(null, end), null)
})

test('a wrong method is 405 with the allowed ones, and an unknown path is a problem document', async () => {
  const wrong: [string, string, string][] = [
    ['DELETE', '/v1/challenges', 'POST, GET, HEAD'],
    ['PUT', '/v1/challenges', 'POST, GET, HEAD'],
    ['PUT', `/v1/challenges/${NOBODY}`, 'GET, HEAD'],
    ['GET', `/v1/challenges/${NOBODY}/check`, 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
  ]
  for (const [method, path, allow] of wrong) {
    const answer = await server.ask(method, path)
    assert.equal(answer.status, 405, path)
    assert.equal(answer.headers.get('allow'), allow)
    assert.equal(answer.json.code, 'method_not_allowed')
  }
  for (const path of ['/', '/v1', '/v1/', '/v1/challenges/', '/v2/challenges', `/v1/challenges/${NOBODY}/nothing`]) {
    assert.equal((await server.ask('GET', path)).json.code, 'not_found', path)
  }
})

test('pages of other origins may ask, with a bearer and nothing else', async () => {
  const preflight = await server.app.request('/v1/challenges/chl_x', {
    method: 'OPTIONS',
    headers: { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'GET' },
  })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization.*Last-Event-ID/)
  assert.equal(preflight.headers.get('access-control-allow-credentials'), null)
  const refused = await server.app.request('/v1/challenges/chl_x', { headers: { Origin: 'https://app.example.com' } })
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('access-control-allow-origin'), '*')
})

test('no answer of the API may be cached', async () => {
  const { json, headers } = await server.create()
  const answers = [
    headers,
    (await server.ask('GET', `/v1/challenges/${json.id}`)).headers,
    (await server.ask('POST', '/v1/challenges', '{')).headers,
    (await server.ask('GET', '/v1/nothing')).headers,
    (await server.ask('POST', `/v1/challenges/${json.id}/cancel`)).headers,
    (await server.ask('GET', `/v1/challenges/${json.id}/events`)).headers,
  ]
  for (const answer of answers) assert.match(answer.get('cache-control') ?? '', /^no-store(, no-transform)?$/)
})

test('a HEAD is answered like its GET and holds nothing open', async () => {
  const { json } = await server.create()
  for (const path of ['/healthz', '/docs', `/v1/challenges/${json.id}`, `/v1/challenges/${json.id}/events`]) {
    const head = await server.ask('HEAD', path)
    assert.equal(head.status, 200, path)
    assert.equal(head.text, '')
  }
})

test('every route of the API is described, and everything described is routed', () => {
  // The carriers' webhooks, the metrics and the console are not for apps; the description does not describe itself.
  const ours = routes().filter(
    ({ path }) => !/^\/(voice|sms|metrics|docs|openapi|modules|console|hosted|c\b)/.test(path),
  )
  for (const { method, path } of ours) {
    const known = operations.some((each) => each.method === method.toLowerCase() && matches(path, each.path))
    assert.ok(known, `not described: ${method} ${path}`)
  }
  for (const { method, path } of operations) {
    const known = ours.some((route) => route.method === method.toUpperCase() && matches(route.path, path))
    assert.ok(known, `not routed: ${method} ${path}`)
  }
})
