// The clock of one instance, for timeouts and intervals. Whether something is late by the contract is decided by the
// database's clock.

export type Clock = {
  /** Milliseconds since any fixed moment. */
  now(): number
  /** Runs it once, so many milliseconds from now; the function returned cancels it. */
  after(ms: number, run: () => void): () => void
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve))
}

/** Whichever comes first: the answer, or `late` after so many milliseconds. */
export function withTimeout<T, Late>(clock: Clock, ms: number, answer: Promise<T>, late: Late): Promise<T | Late> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(late))
    answer.then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error) => {
        cancel()
        reject(error)
      },
    )
  })
}

/** Work that is given up after so many milliseconds. */
export async function withAbortTimeout<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const giveUp = new AbortController()
  const cancel = clock.after(ms, () => giveUp.abort(new DOMException('The time is over.', 'TimeoutError')))
  return work(giveUp.signal).finally(cancel)
}

/** Runs it again and again, each time so many milliseconds after it began. Returns how to stop. */
export function repeat(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = clock.after(ms, tick)
  function tick(): void {
    cancel = clock.after(ms, tick)
    run()
  }
  return () => cancel()
}
