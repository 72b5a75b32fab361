// A body that breaks off, over a real socket.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { serve } from '@hono/node-server'
import { type Server, startServer } from './test-server.ts'

let server: Server
before(async () => {
  server = await startServer()
})
after(() => server.stop())

test('a webhook whose body breaks off is answered with 400, and no error is logged', async () => {
  const listener = serve({ fetch: server.app.fetch, port: 0, hostname: '127.0.0.1' })
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const before = server.logged.length
  for (const path of ['/voice/twilio/en-US/chl_x/dlv_x/answer', '/sms/twilio/chl_x/dlv_x']) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.end(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\na=1`)
    socket.resume()
    await once(socket, 'close')
  }
  await new Promise((resolve) => listener.close(resolve))
  const lines = server.logged.slice(before).map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ level, msg, status }) => [level, msg, status]),
    Array(2).fill(['debug', 'request answered', 400]),
  )
})
