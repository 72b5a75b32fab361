// With a carrier set the demo places real calls, so who reaches it decides who pays. The console shows people's logins.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
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
