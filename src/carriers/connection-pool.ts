// Kept connections to the carriers: a handshake costs two round trips, in which a caller waits. They are bounded, and not
// kept for ever, since a carrier moves by its DNS. A request is sent once: one that a kept connection loses may have
// arrived, so it is not sent again on another.

import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { urlToHttpOptions } from 'node:url'
import { rememberLast } from '../domain/remember-last.ts'
import { type Fetch, type HttpResponse, NotConnected } from './http-client.ts'

type Options = {
  /** To one origin. A request beyond them waits within its own time. */
  connections: number
  /** Milliseconds that an unused one is kept; less where the server announces less. */
  idle: number
  /** Milliseconds after which one is no longer used, so that the next asks the DNS. */
  age: number
}

/** Load balancers give an idle connection up after a minute or more. */
export const carrierConnections = createConnectionPool({ connections: 128, idle: 30_000, age: 60_000 })

export function createConnectionPool({ connections, idle, age }: Options): Fetch {
  const options = { keepAlive: true, maxSockets: connections, timeout: idle }
  const plain = withMaxAge(new PlainAgent(options), age)
  const tls = withMaxAge(new TlsAgent(options), age)

  // Calls are asked for at one address, which Node would take apart for each.
  const targetOf = rememberLast((url) => urlToHttpOptions(new URL(url)))

  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new NotConnected(signal.reason))
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
      const sent = { ...targetOf(url), method, headers: { 'User-Agent': 'answerback', ...headers, ...length } }
      const request = url.startsWith('https:')
        ? tlsRequest({ ...sent, agent: tls })
        : plainRequest({ ...sent, agent: plain })
      let isConnected = false
      whenConnected(request, () => {
        isConnected = true
      })
      // Not by Node's own option, which listens for more; and it would tell one that waits for a connection only once it has one.
      signal.addEventListener('abort', () => {
        if (!isConnected) reject(new NotConnected(signal.reason))
        request.destroy(signal.reason)
      })
      request.once('response', (response) => resolve(responseOf(response)))
      // Without a listener Node closes the connection and tells nobody.
      request.once('upgrade', (_response, socket) => {
        socket.destroy()
        reject(Object.assign(new Error('answered by another protocol'), { code: 'UPGRADED' }))
      })
      request.once('error', (error) => reject(isConnected ? error : new NotConnected(error)))
      request.end(body)
    })
}

/** What is written to a connection leaves once it is there, and for TLS once the certificate has been found good. */
function whenConnected(request: ClientRequest, run: () => void): void {
  request.once('socket', (socket: Socket) => {
    if (request.reusedSocket) run()
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', run)
  })
}

function responseOf(response: IncomingMessage): HttpResponse {
  return {
    status: response.statusCode ?? 0,
    headers: { get: (name) => response.headers[name.toLowerCase()]?.toString() ?? null },
    body: response,
  }
}

/** An agent asks before it keeps a connection for the next request. */
function withMaxAge<A extends Agent>(agent: A, age: number): A {
  const usedSince = new WeakMap<Duplex, number>()
  const keeps = agent.keepSocketAlive.bind(agent)
  agent.keepSocketAlive = (socket) => {
    const since = usedSince.get(socket) ?? performance.now()
    usedSince.set(socket, since)
    return performance.now() - since < age && keeps(socket)
  }
  return agent
}
