// The connections of a pool that have nothing to do, and those who wait for one, in their order.

import { type Clock, withTimeout } from '../time/clock.ts'

export type IdleConnections<T> = {
  /** `null`: none came free in so many milliseconds. */
  take(ms: number): Promise<T | null>
  /** To the one who has waited longest; one that is not open is dropped. */
  put(connection: T): void
  remove(connection: T): void
  all(): T[]
}

export function createIdleConnections<T>(clock: Clock, isOpen: (connection: T) => boolean): IdleConnections<T> {
  let idle: T[] = []
  const waiting = new Set<(connection: T) => void>()

  function put(connection: T): void {
    if (!isOpen(connection)) return
    const [next] = waiting
    if (!next) return void idle.push(connection)
    waiting.delete(next)
    next(connection)
  }

  return {
    put,
    async take(ms) {
      const connection = idle.pop()
      if (connection) return connection
      const { promise, resolve } = Promise.withResolvers<T>()
      waiting.add(resolve)
      const found = await withTimeout(clock, ms, promise, null)
      // One may have been handed over in the moment in which the time ran out.
      if (found === null && !waiting.delete(resolve)) void promise.then(put)
      return found
    },
    remove(connection) {
      idle = idle.filter((other) => other !== connection)
    },
    all: () => [...idle],
  }
}
