// One try, against real servers that behave badly in every way.

import assert from 'node:assert/strict'
import type { lookup } from 'node:dns'
import { once } from 'node:events'
import https from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import tls from 'node:tls'
import { createPoster } from '../../src/webhooks/http-post.ts'
import { guardedLookup } from '../../src/webhooks/ssrf-guard.ts'
import { certificate, withoutOpenssl } from '../support/certificate.ts'
import { type Receiver, startReceiver, status } from '../support/webhook-receiver.ts'

describe('one try', () => {
  let receiver: Receiver
  before(async () => {
    receiver = await startReceiver()
  })
  after(() => receiver.close())

  test('sends the body and the headers to the whole URL', async () => {
    await tried(receiver.url)
    const { path, body, headers } = receiver.received.at(-1)!
    assert.deepEqual([path, body, headers['webhook-id']], ['/hooks?app=1', '{"é":1}', 'msg_1'])
  })

  test('only 2xx is success', async () => {
    const cases = {
      200: null,
      204: null,
      299: null,
      304: 'redirect',
      400: 'http_400',
      404: 'http_404',
      410: 'gone',
      429: 'http_429',
      500: 'http_500',
      503: 'http_503',
      599: 'http_599',
    }
    for (const [code, failure] of Object.entries(cases)) {
      receiver.answer(status(Number(code)))
      assert.equal((await tried(receiver.url)).failure, failure, code)
    }
  })

  test('no redirect is followed', async () => {
    const elsewhere = await startReceiver()
    for (const code of [301, 302, 303, 307, 308]) {
      receiver.answer(status(code, { location: elsewhere.url }))
      assert.equal((await tried(receiver.url)).failure, 'redirect')
    }
    assert.equal(elsewhere.connections(), 0)
    await elsewhere.close()
  })

  test('Retry-After counts with 429 and 503 only', async () => {
    for (const [code, wish] of Object.entries({ 429: 77, 503: 77, 500: 0 })) {
      receiver.answer(status(Number(code), { 'retry-after': '77' }))
      assert.equal((await tried(receiver.url)).retryAfterSeconds, wish, code)
    }
  })

  test('an endless body is a success and is not read', { timeout: 60_000 }, async () => {
    const cut = Promise.withResolvers<void>()
    receiver.answer((response) => {
      response.on('close', () => cut.resolve())
      response.on('error', () => {})
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      }
      response.writeHead(200).on('drain', more)
      more()
    })
    assert.equal((await tried(receiver.url, new AbortController().signal)).failure, null)
    await cut.promise
  })

  test('a silent receiver is a timeout, or stopped when the server stops first', async () => {
    for (const [reason, failure] of [
      [new DOMException('The time is over.', 'TimeoutError'), 'timeout'],
      [undefined, 'stopped'],
    ]) {
      const over = new AbortController()
      receiver.answer(() => over.abort(reason))
      assert.equal((await tried(receiver.url, over.signal)).failure, failure)
    }
  })
})

describe('endpoints that are no webhook receiver', () => {
  test('a refused connection', async () => {
    const { url, close } = await listening(() => {})
    await close()
    assert.equal((await tried(url('http'))).failure, 'refused')
  })

  test('a connection that breaks', async () => {
    const { url, close } = await listening((socket) => socket.once('data', () => socket.destroy()))
    assert.equal((await tried(url('http'))).failure, 'connection_lost')
    await close()
  })

  test('another protocol than HTTP, and than TLS', async () => {
    const { url, close } = await listening((socket) => socket.write('220 mail.example.com ESMTP\r\n'))
    assert.equal((await tried(url('http'))).failure, 'not_http')
    assert.equal((await tried(url('https'))).failure, 'tls')
    await close()
  })

  test('a name that does not resolve', async () => {
    for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
      const resolve = ((_: string, __: object, callback: (error: Error) => void) =>
        callback(Object.assign(new Error(code), { code }))) as unknown as typeof lookup
      assert.equal((await tried('http://app.example.com/', undefined, resolve)).failure, 'dns')
    }
  })

  test('a certificate counts for its own name, from an issuer that is known', { skip: withoutOpenssl }, async () => {
    const { key, cert } = certificate('DNS:app.example.com')
    const names: unknown[] = []
    const server = https.createServer({ key, cert }, (request, response) => {
      names.push([(request.socket as tls.TLSSocket).servername, request.headers.host])
      response.end()
    })
    const { port, close } = await opened(server)
    const here = ((_: string, __: object, callback: (error: null, addresses: object[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup
    const to = (host: string) => tried(`https://${host}:${port}/`, undefined, here)

    assert.equal((await to('app.example.com')).failure, 'tls')
    tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), cert])
    assert.equal((await to('app.example.com')).failure, null)
    assert.equal((await to('other.example.com')).failure, 'tls')
    assert.deepEqual(names, [['app.example.com', `app.example.com:${port}`]])
    await close()
  })
})

async function tried(url: string, signal = AbortSignal.timeout(60_000), resolve?: typeof lookup) {
  const { post, close } = createPoster(new URL(url), 'loopback', guardedLookup('loopback', resolve))
  const answer = await post({ 'webhook-id': 'msg_1' }, '{"é":1}', signal)
  signal.addEventListener('abort', close)
  return answer
}

async function listening(onSocket: (socket: Socket) => void) {
  const server = createServer((socket) => onSocket(socket.on('error', () => {})))
  const { port, close } = await opened(server)
  return { url: (protocol: string) => `${protocol}://127.0.0.1:${port}/`, close }
}

async function opened(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
