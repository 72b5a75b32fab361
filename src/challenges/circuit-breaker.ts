// One fuse a carrier. It blows when the carrier itself fails again and again, and lets one trial through after a while.
// Refusals that blame the number or one country say nothing about the carrier's health and are not told to it.

const FAILURES = 5
const WINDOW_MS = 30_000
const REST_MS = 10_000

export type CircuitBreaker = {
  /** Whether a call may be tried now: on a blown fuse, when it has rested. */
  allows(now: number): boolean
  /** A call is tried. On a blown fuse it is the trial, and the next may come after another rest. */
  begins(now: number): void
  succeeded(): void
  failed(now: number): void
}

export function circuitBreaker(): CircuitBreaker {
  let failures: number[] = []
  let blownAt: number | null = null
  return {
    allows: (now) => blownAt === null || now - blownAt >= REST_MS,
    begins(now) {
      if (blownAt !== null) blownAt = now
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
