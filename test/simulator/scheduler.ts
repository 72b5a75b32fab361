// Virtual time. Whatever waits is in one queue; what is due at the same moment comes in an order that the prng decide.
// Between two things everything runs that needs no more than promises.

import { setImmediate } from 'node:timers'
import type { Prng } from '../support/prng.ts'

export type Scheduler = {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs it once, so many milliseconds from now; the function returned takes that back. */
  after(ms: number, run: () => void): () => void
  sleep(ms: number): Promise<void>
  /** Goes on until `over`, `last`, or nothing is left to happen. `step` is called whenever all is still. */
  run(last: number, over: () => boolean, step: () => void): Promise<void>
}

type Item = { at: number; order: number; run: (() => void) | null }

export const START_MS = Date.parse('2026-01-05T12:00:00Z')

export function createScheduler({ next: roll }: Prng): Scheduler {
  const queue = heap()
  let now = START_MS

  const after = (ms: number, run: () => void) => {
    const item: Item = { at: now + Math.max(0, Math.ceil(ms)), order: roll(), run }
    queue.push(item)
    return () => {
      item.run = null
    }
  }

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async run(last, over, step) {
      await settle()
      for (let item = queue.pop(); item && item.at <= last; item = queue.pop()) {
        if (!item.run) continue
        now = item.at
        item.run()
        await settle()
        step()
        if (over()) return
      }
    },
  }
}

/** Node's own, which patched-globals.ts leaves alone. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

function heap() {
  const items: Item[] = []
  const before = (one: Item, other: Item) => one.at < other.at || (one.at === other.at && one.order < other.order)

  return {
    push(item: Item) {
      let place = items.length
      while (place > 0) {
        const above = (place - 1) >> 1
        if (!before(item, items[above]!)) break
        items[place] = items[above]!
        place = above
      }
      items[place] = item
    },
    pop(): Item | undefined {
      const first = items[0]
      const last = items.pop()
      if (!first || !last || items.length === 0) return first
      let place = 0
      for (;;) {
        let below = 2 * place + 1
        if (below >= items.length) break
        if (below + 1 < items.length && before(items[below + 1]!, items[below]!)) below++
        if (!before(items[below]!, last)) break
        items[place] = items[below]!
        place = below
      }
      items[place] = last
      return first
    },
  }
}
