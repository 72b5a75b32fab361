// Time as the exchange sees it. Tests hand in a clock that they move by hand, so none of them sleeps.

export type Clock = {
  now(): Date
  /** Runs it once, so many milliseconds from now; the function returned takes that back. */
  after(ms: number, run: () => void): () => void
}

export const realClock: Clock = {
  now: () => new Date(),
  after(ms, run) {
    // Unreferenced, so that a phone left ringing never keeps a process alive.
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

export type ManualClock = Clock & { advance(ms: number): Promise<void> }

/** A clock that stands still until it is advanced. What falls due is run in order, each given a turn to settle. */
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
      // What was just set off may not have set its own timers yet.
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

/** Lets everything that needs no more than promises run its course. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
