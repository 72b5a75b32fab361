// A client that waits for a challenge's events over a bare socket, so that ten thousand of them fit beside the server.

import { connect, type Socket } from 'node:net'
import { API_KEY } from './bench-account.ts'

export type Waiter = {
  /** Resolves when the first event has come. */
  opened: Promise<void>
  /** Resolves when the outcome has come. */
  outcome: Promise<void>
  close(): void
}

export function waitForOutcome(port: number, id: string): Waiter {
  const opened = Promise.withResolvers<void>()
  const outcome = Promise.withResolvers<void>()
  const socket: Socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8')
  socket.write(
    `GET /v1/challenges/${id}/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`,
  )
  socket.on('data', (text: unknown) => {
    received += String(text)
    if (received.includes('"status":"')) opened.resolve()
    if (/"status":"(?!pending)\w/.test(received)) outcome.resolve()
  })
  const fail = () => {
    const error = new Error(`The events of ${id} broke off: ${received.slice(-500)}`)
    opened.reject(error)
    outcome.reject(error)
  }
  socket.on('error', fail)
  socket.on('close', fail)
  // Only those who wait for it want to know.
  opened.promise.catch(() => {})
  outcome.promise.catch(() => {})
  return { opened: opened.promise, outcome: outcome.promise, close: () => socket.destroy() }
}
