// Adds up what is to be written about once a second, by key. What was certainly not written is written the next time.

import { hasNotHappened } from '../store/database-errors.ts'

export type UnwrittenSums<One> = {
  add(one: One): void
  write(): Promise<void>
}

export function unwrittenSums<One>(
  keyOf: (one: One) => string,
  sum: (before: One, one: One) => One,
  store: (sums: One[]) => Promise<void>,
): UnwrittenSums<One> {
  let own = new Map<string, One>()

  function add(one: One): void {
    const key = keyOf(one)
    const before = own.get(key)
    own.set(key, before === undefined ? one : sum(before, one))
  }

  return {
    add,
    async write() {
      const mine = [...own.values()]
      own = new Map()
      try {
        await store(mine)
      } catch (error) {
        if (hasNotHappened(error)) for (const one of mine) add(one)
        throw error
      }
    },
  }
}
