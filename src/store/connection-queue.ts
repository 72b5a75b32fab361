// Which of a pool's connections takes the next statement, and those who wait for one, in their order.

import { type Clock, withTimeout } from '../time/clock.ts'

/** What the queue knows of a connection. */
export type Load = {
  /** Statements that were given to it and are not answered. */
  inFlight: number
  /** So many may be; with more than one, the next is sent before the one before it is answered. */
  most: number
  /** By the clock: when it last gave an answer, or took a statement with nothing else to do. */
  activeAt: number
}

/** A statement that waits for a lock holds up what is sent behind it, so nothing more is after so many milliseconds. */
const STALLED_MS = 20

export type ConnectionQueue<T> = {
  /** With one statement more in flight. `null`: none came free in so many milliseconds. */
  take(ms: number): T | Promise<T | null>
  /** One of its statements was answered. */
  answered(connection: T): void
  /** A connection was opened: it goes to the one who has waited longest. */
  serve(): void
}

/** `open`: the connections in use, the one to be used most first. */
export function createConnectionQueue<T extends Load>(clock: Clock, open: () => readonly T[]): ConnectionQueue<T> {
  const waiting = new Set<(connection: T) => void>()

  /** An idle one, or else the one with the fewest statements. */
  function free(): T | null {
    let found: T | null = null
    for (const connection of open()) {
      const { inFlight, most, activeAt } = connection
      if (inFlight === 0) return connection
      if (inFlight >= most || (found && found.inFlight <= inFlight)) continue
      if (clock.now() - activeAt < STALLED_MS) found = connection
    }
    return found
  }

  function count<C extends T>(connection: C): C {
    if (connection.inFlight === 0) connection.activeAt = clock.now()
    connection.inFlight++
    return connection
  }

  function serve(): void {
    for (const hand of waiting) {
      const connection = free()
      if (!connection) return
      waiting.delete(hand)
      hand(count(connection))
    }
  }

  function answered(connection: T): void {
    connection.inFlight--
    connection.activeAt = clock.now()
    serve()
  }

  return {
    take(ms) {
      const connection = free()
      return connection ? count(connection) : wait(ms)
    },
    answered,
    serve,
  }

  async function wait(ms: number): Promise<T | null> {
    const { promise, resolve } = Promise.withResolvers<T>()
    waiting.add(resolve)
    const found = await withTimeout(clock, ms, promise, null)
    // One may have been handed over in the moment in which the time ran out.
    if (found === null && !waiting.delete(resolve)) void promise.then(answered)
    return found
  }
}
