import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { listen } from '../../src/http/listen.ts'
import { health } from '../../src/http/routes/health.ts'

const app = health({ ready: async () => true, stopping: new AbortController().signal })
const listener = listen(app as never, { port: 0, host: '127.0.0.1' }, () => {})

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

test('a request whose body never ends is given up', () => {
  // Node looks for such requests every 30 s, too seldom to be waited for here.
  const { requestTimeout, headersTimeout } = listener as Server
  assert.deepEqual({ requestTimeout, headersTimeout }, { requestTimeout: 30_000, headersTimeout: 30_000 })
})
