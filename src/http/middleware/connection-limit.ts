// How many waits (held answers and event streams) this instance keeps open. Carriers' webhooks share its connections, and
// a page token is in the browser of an unauthenticated person.

import type { Refused } from '../problems.ts'

/** Tabs of one page. The newest win: a reload is the tab in use. */
export const WAITS_PER_PAGE = 5
/** 18 KiB each (measured), 180 MiB in all. fly.toml lets in 13,000 connections, which leaves 3,000 to carriers and calls. */
export const WAITS_PER_INSTANCE = 10_000

export const TOO_MANY_WAITS: Refused = {
  refused: 'rate_limited',
  detail: 'This instance holds as many open waits as it may.',
  retryAfter: 5,
}

/**
 * Returns how to leave, or `null` when the instance is full. `page`: the challenge whose page waits, or `null` for an app.
 * `end` is called when a newer wait of the same page takes the place.
 */
export type EnterWait = (page: string | null, end: () => void) => (() => void) | null

export function connectionLimit(): EnterWait {
  const pages = new Map<string, Set<() => void>>()
  let open = 0
  return (page, end) => {
    const waits = page === null ? null : (pages.get(page) ?? new Set())
    const [oldest] = waits ?? []
    if (waits && oldest && waits.size >= WAITS_PER_PAGE) {
      waits.delete(oldest)
      oldest()
    } else if (open >= WAITS_PER_INSTANCE) return null
    open++
    if (page !== null && waits) pages.set(page, waits.add(end))
    let left = false
    return () => {
      if (left) return
      left = true
      open--
      waits?.delete(end)
      if (page !== null && waits?.size === 0 && pages.get(page) === waits) pages.delete(page)
    }
  }
}
