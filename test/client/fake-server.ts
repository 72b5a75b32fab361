// A real HTTP server, and a clock that no test waits for.

import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Challenge, Clock } from '../../src/client/client.ts'

export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((closed) => server.close(closed))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

/** Pauses between tries are over at once and move the time; limits, which alone carry a signal here, wait for `ring`. */
export class TestClock implements Clock {
  time = 0
  pauses: number[] = []
  #limits = new EventTarget()

  now() {
    return this.time
  }

  pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!signal) {
      this.time += milliseconds
      this.pauses.push(milliseconds)
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      this.#limits.addEventListener(`${milliseconds}`, () => resolve(), { signal })
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }

  /** Ends every pause of that length. */
  ring(milliseconds: number) {
    this.#limits.dispatchEvent(new Event(`${milliseconds}`))
  }
}

const born = {
  id: 'chl_1',
  flow: 'send_code',
  scope: 'login',
  to: '+1••••••0123',
  locale: 'en-US',
  details: null,
  attempts_left: 5,
  created_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-01T00:05:00.000Z',
  deliveries: [],
  metadata: {},
} as const satisfies Partial<Challenge>

export function pending(version = 1, details: string | null = null): Challenge {
  return { ...born, deliveries: [], details, version, status: 'pending', reason: null, ended_at: null }
}

export function busy(version: number): Challenge {
  const ended_at = '2026-01-01T00:00:10.000Z'
  return { ...born, deliveries: [], version, status: 'undelivered', reason: 'busy', ended_at }
}
