// The exchange's clock. Tests pass one that they advance themselves, so that none of them sleeps.

export type Clock = {
  now(): Date
  /** Runs it once, `ms` milliseconds from now. The function returned cancels it. */
  after(ms: number, run: () => void): () => void
}

export const realClock: Clock = {
  now: () => new Date(),
  after(ms, run) {
    // Unreferenced, so that a ringing phone doesn't keep the process alive.
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

export type ManualClock = Clock & { advance(ms: number): Promise<void> }

/** A clock that stands still until it is advanced. Due timers run in order, each with a turn of the event loop after it. */
export function manualClock(start = new Date('2026-01-05T12:00:00Z')): ManualClock {
  let now = start.getTime()
  const timers = new Set<{ at: number; run: () => void }>()
  const due = (until: number) =>
    [...timers].filter((timer) => timer.at <= until).sort((one, other) => one.at - other.at)[0]

  return {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      // Work that has just started may not have set its own timers yet.
      await turn()
      const until = now + ms
      for (let timer = due(until); timer; timer = due(until)) {
        timers.delete(timer)
        now = timer.at
        timer.run()
        await turn()
      }
      now = until
      await turn()
    },
  }
}

/** Lets all pending promises settle. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
