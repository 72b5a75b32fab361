import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createConnectionPool } from '../../src/carriers/connection-pool.ts'
import { type Fetch, type HttpResult, sendRequest } from '../../src/carriers/http-client.ts'

const MINUTE = 60_000
const OPTIONS = { connections: 2, idle: MINUTE, age: MINUTE }

test('requests one after another use one connection', async (t) => {
  const { url, sockets } = await server(t, answers)
  const pool = createConnectionPool(OPTIONS)
  for (let count = 0; count < 3; count++) assert.deepEqual(await post(pool, url), TAKEN)
  assert.equal(sockets.length, 1)
})

test('no more connections are opened than may be, and a request waits for one', async (t) => {
  const open: ServerResponse[] = []
  const { url, sockets } = await server(t, (_request, response) => {
    open.push(response)
    if (open.length === 2) for (const one of open.splice(0)) one.end('taken')
  })
  const pool = createConnectionPool(OPTIONS)
  const four = Array.from({ length: 4 }, () => post(pool, url))
  assert.deepEqual(await Promise.all(four), [TAKEN, TAKEN, TAKEN, TAKEN])
  assert.equal(sockets.length, 2)
})

test('a request that is given up before it has a connection was not sent', async (t) => {
  const { url, requests } = await server(t, () => {})
  const pool = createConnectionPool({ ...OPTIONS, connections: 1 })
  const [first, second] = [new AbortController(), new AbortController()]
  const silent = post(pool, url, first.signal)
  const waiting = post(pool, url, second.signal)
  await until(() => requests.length === 1)
  second.abort()
  assert.deepEqual(await waiting, { type: 'not_sent', why: 'AbortError' })
  first.abort()
  assert.deepEqual(await silent, { type: 'lost', why: 'AbortError' })
  assert.equal(requests.length, 1)
})

test('a connection that is old enough is not used again, so that a new one asks the DNS', async (t) => {
  const { url, sockets } = await server(t, answers)
  const pool = createConnectionPool({ ...OPTIONS, age: 0 })
  assert.deepEqual([await post(pool, url), await post(pool, url)], [TAKEN, TAKEN])
  assert.equal(sockets.length, 2)
})

test('a request that meets the end of a kept connection is lost, and is not sent again', async (t) => {
  const { url, sockets, requests } = await server(t, (request, response) => {
    if (requests.length === 1) answers(request, response)
    else request.socket.destroy()
  })
  const pool = createConnectionPool(OPTIONS)
  assert.deepEqual(await post(pool, url), TAKEN)
  assert.equal((await post(pool, url)).type, 'lost')
  assert.deepEqual([sockets.length, requests.length], [1, 2])
  // The next one has a connection of its own.
  requests.length = 0
  assert.deepEqual(await post(pool, url), TAKEN)
  assert.equal(sockets.length, 2)
})

test('a kept connection that the carrier has closed meanwhile is not used', async (t) => {
  const { url, sockets } = await server(t, answers)
  const pool = createConnectionPool(OPTIONS)
  assert.deepEqual(await post(pool, url), TAKEN)
  const closed = once(sockets[0]!, 'close')
  sockets[0]!.end()
  await closed
  assert.deepEqual(await post(pool, url), TAKEN)
  assert.equal(sockets.length, 2)
})

test('an answer in parts is put together, and an endless one cut off', async (t) => {
  const { url, requests } = await server(t, (_request, response) => {
    if (requests.length > 1) return endless(response)
    // The middle of a letter.
    response.write(Buffer.from('\u00e9').subarray(0, 1))
    setImmediate(() => response.end(Buffer.from('\u00e9').subarray(1)))
  })
  const pool = createConnectionPool(OPTIONS)
  assert.deepEqual(await post(pool, url), { ...TAKEN, body: '\u00e9' })
  const cut = await post(pool, url)
  assert.equal(cut.type === 'answered' && cut.body.length, 256 * 1024)
})

test('a request that is given up in the midst of its answer is lost', async (t) => {
  const given = new AbortController()
  const { url } = await server(t, (_request, response) => {
    response.write('tak')
    response.on('close', () => response.end())
  })
  const pool: Fetch = async (...asked) => {
    const response = await createConnectionPool(OPTIONS)(...asked)
    setImmediate(() => given.abort())
    return response
  }
  assert.equal((await post(pool, url, given.signal)).type, 'lost')
})

test('a request that is answered by another protocol is lost', async (t) => {
  const { url, sockets } = await server(t, ({ socket }) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
  )
  assert.deepEqual(await post(createConnectionPool(OPTIONS), url), { type: 'lost', why: 'UPGRADED' })
  await until(() => sockets.every(({ destroyed }) => destroyed))
})

test('a request that is given up once it has its answer leaves the connection to the next one', async (t) => {
  const { url, sockets, requests } = await server(t, (request, response) => {
    if (requests.length !== 2) return answers(request, response)
    given.abort()
    setImmediate(() => answers(request, response))
  })
  const given = new AbortController()
  const pool = createConnectionPool(OPTIONS)
  assert.deepEqual(await post(pool, url, given.signal), TAKEN)
  assert.deepEqual(await post(pool, url), TAKEN)
  assert.deepEqual([sockets.length, requests.length], [1, 2])
})

const TAKEN: HttpResult = { type: 'answered', status: 201, body: 'taken', date: null }

function answers(_request: IncomingMessage, response: ServerResponse): void {
  response.end('taken')
}

function endless(response: ServerResponse): void {
  while (!response.destroyed && response.write('x'.repeat(10_000)));
  response.once('drain', () => endless(response))
}

function post(pool: Fetch, url: string, signal = new AbortController().signal): Promise<HttpResult> {
  return sendRequest(pool, { method: 'POST', url, headers: { 'Content-Type': 'text/plain' }, body: 'x' }, signal)
}

async function server(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const [sockets, requests]: [Socket[], IncomingMessage[]] = [[], []]
  const server = createServer((request, response) => {
    requests.push(request.resume())
    response.statusCode = 201
    response.sendDate = false
    answer(request, response)
  })
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets, requests }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate)
}
