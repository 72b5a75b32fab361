// The time as the client sees it: replaced in tests, so that no test waits for a pause.

export type Clock = {
  /** Milliseconds since any fixed moment. */
  now(): number
  /** Resolves after that many milliseconds, rejects when the signal aborts first. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  pause(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, milliseconds)
      signal?.addEventListener('abort', stop, { once: true })
    })
  },
}

export const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 15_000

/** Doubles with each failure, and is spread at random, so that many pages do not reconnect at the same moment. */
export function backOff(failures: number, first: number, retryAfter: number | null = null): number {
  const longest = Math.min(Math.max(first, LONGEST_PAUSE), first * 2 ** (failures - 1))
  return Math.max(longest / 2 + (Math.random() * longest) / 2, (retryAfter ?? 0) * 1000)
}
