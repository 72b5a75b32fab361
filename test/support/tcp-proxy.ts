// Stands between the instances and Postgres, and fails as networks do.

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  readonly port: number
  /** Holds every byte, new connections' too; `listeners`: only of connections that have said LISTEN. */
  stall(whom?: 'all' | 'listeners'): void
  /** Stalls as soon as a client has said so, which still gets through: the answer does not. */
  stallAfter(words: string): void
  resume(): void
  /** Breaks every connection. The next ones are let in. */
  cut(): void
  /** Breaks every connection and lets nobody in. */
  refuse(): Promise<void>
  accept(): Promise<void>
  close(): void
}

type Pair = { client: Socket; server: Socket; listens: boolean }

export async function startTcpProxy({ hostname, port: target }: URL): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let held: 'nobody' | 'all' | 'listeners' = 'nobody'
  let trigger: string | null = null
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
      pair.listens ||= bytes.includes('listen "')
      if (trigger !== null && bytes.includes(trigger)) stall('all')
      else hold(pair)
    })
    server.on('data', (bytes) => client.write(bytes))
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

  function stall(whom: 'all' | 'listeners' = 'all'): void {
    held = whom
    trigger = null
    pairs.forEach(hold)
  }

  function cut(): void {
    for (const { client, server } of pairs) for (const socket of [client, server]) reset(socket)
  }

  let door = createServer(join)

  async function accept(): Promise<void> {
    door = createServer(join).listen(port, '127.0.0.1').unref()
    await once(door, 'listening')
    port = (door.address() as { port: number }).port
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
      held = 'nobody'
      trigger = null
      pairs.forEach(hold)
    },
    cut,
    async refuse() {
      const closed = once(door, 'close')
      door.close()
      cut()
      await closed
    },
    accept,
    close() {
      door.close()
      cut()
    },
  }
}

/** A socket that is closing already cannot be reset, and Node never ends the process of one that was asked to. */
function reset(socket: Socket): void {
  if (socket.readyState === 'open') socket.resetAndDestroy()
  else socket.destroy()
}
