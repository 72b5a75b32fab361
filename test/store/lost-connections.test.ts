// Errors of a connection that is gone, as Node makes them. Not all of them bear an errno.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { asUnavailable, DatabaseUnavailable, leavesConnectionUnusable } from '../../src/store/database-errors.ts'

const errorOf = async (socket: Socket) => ((await once(socket, 'error')) as [NodeJS.ErrnoException])[0]

const writeError = (socket: Socket) => new Promise<Error>((resolve) => socket.write('x', (error) => resolve(error!)))

const FAULTS: [string, (socket: Socket, port: number) => Promise<Error>][] = [
  [
    'a write after the other side has ended it',
    async (socket) => {
      socket.resume()
      // Node's own listener ends ours after this one.
      await once(socket, 'end')
      await new Promise(process.nextTick)
      socket.on('error', () => {})
      return writeError(socket)
    },
  ],
  [
    'a write after it was destroyed',
    async (socket) => {
      socket.destroy()
      return writeError(socket)
    },
  ],
  ['TLS that is cut off before it is agreed on', (_, port) => errorOf(connectTls({ port, host: '127.0.0.1' }))],
]

for (const [what, fail] of FAULTS)
  test(`${what} is an outage, and the connection is not used again`, async (t) => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1')
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    const error = await fail(socket, port)
    assert.ok(!('errno' in error), error.message)
    assert.ok(asUnavailable(error) instanceof DatabaseUnavailable, error.message)
    assert.ok(leavesConnectionUnusable(error), error.message)
  })

test('an error of the server is not taken for one of the connection', () => {
  const error = Object.assign(new Error('no such column'), { severity: 'ERROR', code: '42703' })
  assert.equal(asUnavailable(error), error)
  assert.equal(leavesConnectionUnusable(error), false)
})
