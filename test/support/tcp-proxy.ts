// Stands between the instances and Postgres, and fails as networks do.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  readonly port: number
  /** Holds every byte, new connections' too; `listeners`: only of connections that have said LISTEN. */
  stall(which?: 'all' | 'listeners'): void
  /** Stalls as soon as a client has said so, which still gets through: the answer does not. */
  stallAfter(words: string): void
  resume(): void
  /** Resolves when a client next sends these words. */
  sent(words: string): Promise<void>
  /** Every answer of the server comes so many milliseconds late. */
  slow(ms: number): void
  /** Breaks every connection. The next ones are let in. */
  cut(): void
  /** Breaks every connection and accepts no other. */
  refuse(): Promise<void>
  accept(): Promise<void>
  close(): void
}

type Pair = { client: Socket; server: Socket; listens: boolean }

export async function startTcpProxy({ hostname, port: target }: URL): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let held: 'none' | 'all' | 'listeners' = 'none'
  let trigger: string | null = null
  const awaited = new Map<string, PromiseWithResolvers<void>>()
  let latency = 0
  let port = 0

  const isHeld = (pair: Pair) => held === 'all' || (held === 'listeners' && pair.listens)

  function hold(pair: Pair): void {
    for (const socket of [pair.client, pair.server]) isHeld(pair) ? socket.pause() : socket.resume()
  }

  function join(client: Socket): void {
    const server = connect(Number(target || 5432), hostname)
    const pair = { client, server, listens: false }
    pairs.add(pair)
    client.on('data', (bytes) => {
      server.write(bytes)
      for (const [words, seen] of awaited) {
        if (!bytes.includes(words)) continue
        awaited.delete(words)
        seen.resolve()
      }
      pair.listens ||= bytes.includes('listen "')
      if (trigger !== null && bytes.includes(trigger)) stall('all')
      else hold(pair)
    })
    let lastArrival = 0
    server.on('data', (bytes) => {
      const now = performance.now()
      // Bytes keep their order when the latency falls.
      lastArrival = Math.max(now + latency, lastArrival)
      if (lastArrival <= now) client.write(bytes)
      else setTimeout(() => client.writable && client.write(bytes), lastArrival - now)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.setNoDelay()
      one.on('error', () => {})
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
    hold(pair)
  }

  function stall(which: 'all' | 'listeners' = 'all'): void {
    held = which
    trigger = null
    pairs.forEach(hold)
  }

  function cut(): void {
    for (const { client, server } of pairs) for (const socket of [client, server]) reset(socket)
  }

  let listener = createServer(join)

  async function accept(): Promise<void> {
    listener = createServer(join).listen(port, '127.0.0.1').unref()
    await once(listener, 'listening')
    port = (listener.address() as { port: number }).port
  }

  await accept()
  return {
    get port() {
      return port
    },
    stall,
    stallAfter(words) {
      trigger = words
    },
    resume() {
      held = 'none'
      trigger = null
      pairs.forEach(hold)
    },
    sent(words) {
      const seen = awaited.get(words) ?? Promise.withResolvers<void>()
      awaited.set(words, seen)
      return seen.promise
    },
    slow(ms) {
      latency = ms
    },
    cut,
    async refuse() {
      const closed = once(listener, 'close')
      listener.close()
      cut()
      await closed
    },
    accept,
    close() {
      listener.close()
      cut()
    },
  }
}

/** A socket that is closing already cannot be reset, and Node never ends the process of one that was asked to. */
function reset(socket: Socket): void {
  if (socket.readyState === 'open') socket.resetAndDestroy()
  else socket.destroy()
}
