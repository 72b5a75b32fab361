// One breaker for each carrier. It opens after repeated failures of the carrier itself, and lets one trial call through
// after a rest. A refusal that blames the number or one country says nothing about the carrier's health and isn't counted.

const FAILURES = 5
const WINDOW_MS = 30_000
const REST_MS = 10_000

export type CircuitBreaker = {
  /** Whether a call may be tried now: with an open breaker, only after its rest. */
  allows(now: number): boolean
  isOpen(): boolean
  /** A call is tried. With an open breaker it is the trial, and the next one follows after another rest. */
  begins(now: number): void
  succeeded(): void
  failed(now: number): void
}

export function circuitBreaker(): CircuitBreaker {
  let failures: number[] = []
  let openedAt: number | null = null
  return {
    isOpen: () => openedAt !== null,
    allows: (now) => openedAt === null || now - openedAt >= REST_MS,
    begins(now) {
      if (openedAt !== null) openedAt = now
    },
    succeeded() {
      failures = []
      openedAt = null
    },
    failed(now) {
      failures = [...failures.filter((at) => now - at < WINDOW_MS), now]
      if (failures.length >= FAILURES || openedAt !== null) openedAt = now
    },
  }
}
