// A page token lies in a stranger's browser. What one page may hold open at once is bounded, on each instance.

import type { Refused } from '../problems.ts'

const MOST = 100

export const TOO_MANY_WAITS: Refused = {
  refused: 'rate_limited',
  detail: 'This page holds too many open waits.',
  retryAfter: 5,
}

/** Lets so many in for each id: what comes back is to be called on leaving, or `null` when it is full. */
export function connectionLimit(): (id: string) => (() => void) | null {
  const inside = new Map<string, number>()
  return (id) => {
    const count = inside.get(id) ?? 0
    if (count >= MOST) return null
    inside.set(id, count + 1)
    return () => {
      const left = inside.get(id)! - 1
      if (left > 0) inside.set(id, left)
      else inside.delete(id)
    }
  }
}
