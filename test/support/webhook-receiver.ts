// The app's webhook endpoint: a real server on loopback that keeps what it was sent and answers as a test says.

import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const OLD_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

export type Received = { id: string; timestamp: number; headers: Record<string, string>; body: string; path: string }
export type Respond = (response: http.ServerResponse, request: Received) => void

export type Receiver = Awaited<ReturnType<typeof startReceiver>>

export const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Respond =>
  (response) =>
    response.writeHead(code, headers).end()

export async function startReceiver() {
  const received: Received[] = []
  let respond = status(204)
  let arrived = Promise.withResolvers<void>()

  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      // The sender was killed in the middle of its request.
      return
    }
    const headers = request.headers as Record<string, string>
    const one = {
      id: headers['webhook-id'] ?? '',
      timestamp: Number(headers['webhook-timestamp']),
      headers,
      body: Buffer.concat(chunks).toString(),
      path: request.url ?? '',
    }
    received.push(one)
    respond(response, one)
    arrived.resolve()
    arrived = Promise.withResolvers<void>()
  })
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `http://127.0.0.1:${port}/hooks?app=1`,
    received,
    connections: () => connections,
    answer(next: Respond) {
      respond = next
    },
    /** Resolves when `count` messages have arrived in all. */
    async until(count: number) {
      while (received.length < count) await arrived.promise
    },
    types: () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The message, verified with the standard's own package; throws when the signature is wrong. */
export function verify({ body, headers }: Received, secret = SECRET): unknown {
  return new Webhook(secret).verify(body, headers)
}
