// The limits by their public names: nothing in one tells a number, or who has proved it.

export const RATE_LIMITS = [
  'per-number',
  'per-prefix',
  'per-client',
  'per-network',
  'per-session',
  'per-account',
  'per-service',
  'unanswered-calls',
  'wrong-codes',
  'unverified-calls',
  'spending',
  'cooldown',
] as const

export type RateLimitName = (typeof RATE_LIMITS)[number]

/** So many in so many seconds. */
export type Quota = { max: number; seconds: number }

/** Of a limit that is exhausted; `null`: it is none of so many in a time. */
export type ReachedLimit = { name: RateLimitName; quota: Quota | null }
