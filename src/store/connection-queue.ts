// Which of a pool's connections takes the next statement, and those who wait for one, in their order.

import { type Clock, withTimeout } from '../time/clock.ts'

/** What the queue knows of a connection. */
export type Load = {
  /** It has a statement that is not answered. */
  busy: boolean
  /** By the clock: when it last took a statement. */
  takenAt: number
}

export type ConnectionQueue<T> = {
  /** A connection that has nothing to do, and now is busy. `null`: none came free in so many milliseconds. */
  take(ms: number): T | Promise<T | null>
  /** Its statement was answered. */
  answered(connection: T): void
  /** A connection was opened: it goes to the one who has waited longest. */
  serve(): void
}

/** `open`: the connections in use, the one to be used most first. */
export function createConnectionQueue<T extends Load>(clock: Clock, open: () => readonly T[]): ConnectionQueue<T> {
  const waiting = new Set<(connection: T) => void>()

  const free = () => open().find(({ busy }) => !busy) ?? null

  function occupied<C extends T>(connection: C): C {
    connection.busy = true
    connection.takenAt = clock.now()
    return connection
  }

  function serve(): void {
    for (const hand of waiting) {
      const connection = free()
      if (!connection) return
      waiting.delete(hand)
      hand(occupied(connection))
    }
  }

  function answered(connection: T): void {
    connection.busy = false
    serve()
  }

  return {
    take(ms) {
      const connection = free()
      return connection ? occupied(connection) : wait(ms)
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
