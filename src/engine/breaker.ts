// One fuse a carrier. It blows when the carrier itself fails again and again, and lets one trial through after a while.
// Refusals that blame the number or one country say nothing about the carrier's health and are not told to it.

const FAILURES = 5
const WINDOW_MS = 30_000
const REST_MS = 10_000

export type Breaker = {
  /** Whether a call may be tried now. On a blown fuse, true once per rest: that call is the trial. */
  allows(now: number): boolean
  succeeded(): void
  failed(now: number): void
}

export function breaker(): Breaker {
  let failures: number[] = []
  let blownAt: number | null = null
  return {
    allows(now) {
      if (blownAt === null) return true
      if (now - blownAt < REST_MS) return false
      blownAt = now
      return true
    },
    succeeded() {
      failures = []
      blownAt = null
    },
    failed(now) {
      failures = [...failures.filter((at) => now - at < WINDOW_MS), now]
      if (failures.length >= FAILURES || blownAt !== null) blownAt = now
    },
  }
}
