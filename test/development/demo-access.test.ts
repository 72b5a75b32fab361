// With a carrier set the demo places real calls, so who reaches it decides who pays. The console shows people's logins.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { startDevelopment } from '../pages/development-server.ts'

const CARRIER = {
  TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
  TWILIO_AUTH_TOKEN: 'fedcba9876543210'.repeat(2),
  TWILIO_FROM: '+12025550199',
  // Nothing listens there, so no call can leave this machine.
  TWILIO_BASE_URL: 'http://127.0.0.1:9',
}

/** This machine's addresses in its networks, if it has any. */
const ADDRESSES = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .map(({ address }) => address)
  .filter((address) => !/^127\.|:/.test(address))

/** The status of a request that says `Host: localhost`, by whatever address it goes. */
function statusOf(port: number, path: string, address = '127.0.0.1', headers: Record<string, string> = {}) {
  return new Promise<number>((resolve, reject) => {
    request({ host: address, port, path, headers: { host: `localhost:${port}`, ...headers } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

/** Of a request that is written as it is given. */
async function statusOfRaw(port: number, ...lines: string[]): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}

/** A reverse proxy that rewrites Host, as `proxy_pass http://localhost:3000` does; it may say whom it forwards for. */
async function plainProxy(t: TestContext, port: number, headers: Record<string, string> = {}): Promise<number> {
  const proxy = createServer(async (incoming, outgoing) => {
    outgoing.writeHead(await statusOf(port, incoming.url ?? '/', '127.0.0.1', headers)).end()
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => proxy.close())
  return (proxy.address() as { port: number }).port
}

test('with a carrier there is neither a demo nor an exchange, also through a proxy that says localhost', async (t) => {
  const server = await startDevelopment(CARRIER)
  t.after(() => server.stop())
  const proxy = await plainProxy(t, server.port)
  for (const path of ['/demo', '/phones', '/']) {
    assert.equal(await statusOf(server.port, path), 404, path)
    assert.equal(await statusOf(proxy, path), 404, path)
  }
  assert.equal(await statusOf(proxy, '/healthz'), 200)
})

test('DEMO=on mounts the demo for this machine alone', async (t) => {
  const server = await startDevelopment({ ...CARRIER, DEMO: 'on', HOST: '0.0.0.0' })
  t.after(() => server.stop())
  assert.equal(await statusOf(server.port, '/demo'), 200)
  assert.equal(await statusOf(server.port, '/phones'), 404)
  assert.equal(await statusOf(server.port, '/demo', '127.0.0.1', { host: 'demo.example.com' }), 404)
  const proxy = await plainProxy(t, server.port, { 'x-forwarded-for': '203.0.113.7' })
  assert.equal(await statusOf(proxy, '/demo'), 404)
  for (const address of ADDRESSES) {
    assert.equal(await statusOf(server.port, '/healthz', address), 200)
    assert.equal(await statusOf(server.port, '/demo', address), 404, 'by an address of the network')
  }
})

for (const [carriers, settings] of [
  ['without a carrier', {}],
  ['with one', CARRIER],
] as const)
  test(`the console is for this machine alone in development, ${carriers}`, async (t) => {
    const server = await startDevelopment({ ...settings, HOST: '0.0.0.0' })
    t.after(() => server.stop())
    const proxy = await plainProxy(t, server.port, { 'x-forwarded-for': '127.0.0.1' })
    for (const path of ['/console/live', '/console/search', '/console/console.css', '/console/live-events?x']) {
      if (!path.includes('events')) assert.equal(await statusOf(server.port, path), 200, path)
      assert.equal(await statusOf(server.port, path, '127.0.0.1', { host: 'console.example.com' }), 404, path)
      assert.equal(await statusOf(proxy, path), 404, path)
      for (const address of ADDRESSES) assert.equal(await statusOf(server.port, path, address), 404, path)
    }
  })

test('what a proxy on this machine may send is not taken for this machine: console, demo and metrics', async (t) => {
  const server = await startDevelopment({ ...CARRIER, DEMO: 'on' })
  t.after(() => server.stop())
  const { port } = server
  const host = `Host: localhost:${port}`
  for (const path of ['/console/live', '/demo', '/metrics']) {
    assert.equal(await statusOfRaw(port, `GET ${path} HTTP/1.1`, host), 200, path)
    assert.equal(await statusOfRaw(port, `GET ${path} HTTP/1.0`), 404, `${path} without Host`)
    assert.equal(await statusOfRaw(port, `GET http://localhost:${port}${path} HTTP/1.1`, host), 404, 'absolute form')
    for (const name of ['X-Forwarded-Proto', 'X-Forwarded-Server', 'X-Real-IP', 'Forwarded', 'Via', 'CF-Ray'])
      assert.equal(await statusOfRaw(port, `GET ${path} HTTP/1.1`, host, `${name}: a`), 404, `${path} ${name}`)
  }
  assert.equal(await statusOfRaw(port, 'GET /healthz HTTP/1.0'), 200)
})

test('with a real carrier and a PUBLIC_URL the console wants a sign-in, since a proxy may lead strangers here', async (t) => {
  const real = { ...CARRIER, TWILIO_BASE_URL: 'https://carrier.invalid' }
  const server = await startDevelopment({ ...real, PUBLIC_URL: 'https://verify.example.com' })
  t.after(() => server.stop())
  const proxy = await plainProxy(t, server.port)
  for (const path of ['/console/live', '/console/search', '/console/console.css']) {
    assert.equal(await statusOf(proxy, path), 404, 'without an account there is no console')
    assert.equal(await statusOf(server.port, path), 404)
  }
  assert.match(server.output(), /Console .* npm run operator -- add/)
})

test('with a real carrier that nothing leads back to, the console is open to this machine', async (t) => {
  const server = await startDevelopment({ ...CARRIER, TWILIO_BASE_URL: 'https://carrier.invalid' })
  t.after(() => server.stop())
  assert.equal(await statusOf(server.port, '/console/live'), 200)
  assert.match(server.output(), /Console .* for this machine alone/)
})
