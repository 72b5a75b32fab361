import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { carrierConnections } from '../../src/carriers/connection-pool.ts'
import { type HttpResult, sendRequest } from '../../src/carriers/http-client.ts'
import { freePort } from '../support/free-port.ts'

test('a redirect is an answer like any other, and is not followed', async () => {
  const moved = 'HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 2\r\n\r\nhi'
  assert.deepEqual(await ask('http', (socket) => socket.once('data', () => socket.end(moved))), {
    type: 'answered',
    status: 307,
    body: 'hi',
    date: null,
  })
})

test('an endless body is cut off', async () => {
  const fetch = async () => new Response(new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(50_000)) }))
  const answer = await sendRequest(
    fetch,
    { method: 'GET', url: 'http://carrier.test/', headers: {} },
    new AbortController().signal,
  )
  assert.equal(answer.type === 'answered' && answer.body.length, 256 * 1024)
})

test('a request that was certainly not sent is told apart', async () => {
  assert.deepEqual(await post(`http://127.0.0.1:${await freePort()}/`), { type: 'not_sent', why: 'ECONNREFUSED' })

  assert.equal((await post('http://carrier.invalid/')).type, 'not_sent')
  const plain = await ask('https', (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n')))
  assert.deepEqual(plain, { type: 'not_sent', why: 'EPROTO' })
  const broken = await ask('https', (socket) => socket.once('data', () => socket.destroy()))
  assert.deepEqual(broken, { type: 'not_sent', why: 'ECONNRESET' })
  const late = await sendRequest(
    carrierConnections,
    { method: 'POST', url: 'http://carrier.test/', headers: {} },
    AbortSignal.abort(),
  )
  assert.deepEqual(late, { type: 'not_sent', why: 'no time left' })
})

test('a request that may have been sent is lost', async () => {
  assert.equal((await ask('http', (socket) => socket.once('data', () => socket.destroy()))).type, 'lost')
  assert.equal((await ask('http', (socket) => socket.once('data', () => socket.resetAndDestroy()))).type, 'lost')
  const cut = 'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"sid"'
  assert.equal((await ask('http', (socket) => socket.once('data', () => socket.end(cut)))).type, 'lost')
  const given = new AbortController()
  const silent = ask('http', (socket) => socket.once('data', () => given.abort()), given.signal)
  assert.deepEqual(await silent, { type: 'lost', why: 'AbortError' })
})

function post(url: string, signal = new AbortController().signal): Promise<HttpResult> {
  return sendRequest(
    carrierConnections,
    { method: 'POST', url, headers: { 'Content-Type': 'text/plain' }, body: 'x' },
    signal,
  )
}

/** Posts to a server that treats the connection as the test says. */
async function ask(scheme: string, answer: (socket: Socket) => void, signal?: AbortSignal): Promise<HttpResult> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await post(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`, signal)
  } finally {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}
