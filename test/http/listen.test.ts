import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { Hono } from 'hono'
import { listen } from '../../src/http/listen.ts'
import { health } from '../../src/http/routes/health.ts'

const { promise: answering, resolve: answer } = Promise.withResolvers<void>()
const { promise: read, resolve: hasRead } = Promise.withResolvers<void>()
const app = new Hono()
  .onError((_, c) => c.body(null, 400))
  .route('/', health({ ready: async () => true, stopping: new AbortController().signal }))
  .post('/slow', async (c) => c.text(await c.req.text()))
  .post('/late', async (c) => {
    await c.req.text()
    hasRead()
    await answering
    return c.text('late')
  })
const listener = listen(app, { port: 0, host: '127.0.0.1' }, () => {})

before(() => once(listener, 'listening'))
after(() => {
  listener.close()
})

function send(request: string): Promise<string> {
  const { port } = listener.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  return text(socket)
}

test('a health check of HTTP/1.0 without Host is answered', async () => {
  assert.match(await send('GET /healthz HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /)
})

test('an idle connection outlives those of load balancers', async () => {
  const { port } = listener.address() as { port: number }
  const response = await fetch(`http://127.0.0.1:${port}/healthz`)
  assert.match(response.headers.get('keep-alive') ?? '', /timeout=75/)
})

test('a connection that a load balancer opened ahead outlives its pool too', () => {
  // Node looks for such connections every 30 s, too seldom to be waited for here.
  const { requestTimeout, headersTimeout } = listener as Server
  assert.deepEqual({ requestTimeout, headersTimeout }, { requestTimeout: 75_000, headersTimeout: 75_000 })
})

for (const [name, head] of [
  ['a length', 'Content-Length: 100'],
  ['chunks', 'Transfer-Encoding: chunked'],
] as const) {
  test(`a request whose body, sent in ${name}, never ends is given up after 30 s`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { port } = listener.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    const answer = text(socket)
    const asked = once(listener, 'request')
    socket.write(`POST /slow HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n1`)
    await asked
    t.mock.timers.tick(29_999)
    assert.equal(socket.readyState, 'open')
    t.mock.timers.tick(1)
    assert.match(await answer, /^HTTP\/1\.1 408 /)
  })
}

test('a request that has been read may be answered late', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { port } = listener.address() as { port: number }
  const asked = once(listener, 'request')
  const answered = fetch(`http://127.0.0.1:${port}/late`, { method: 'POST', body: 'whole' })
  await asked
  await read
  t.mock.timers.tick(60_000)
  answer()
  assert.equal((await answered).status, 200)
})
