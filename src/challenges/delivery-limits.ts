// Every delivery counts against the limits of its number, of numbers like it, and of the client that asked for it.

import type { E164 } from '../domain/challenge.ts'
import { numberHash } from '../domain/one-time-codes.ts'
import type { Refusal } from '../domain/refusal.ts'
import { consume, type GuardSettings, limitsFor } from '../guard/guard.ts'
import type { Limit, RateLimits } from '../store/rate-limits.ts'
import type { BackgroundTasks } from './background-tasks.ts'

export type DeliveryLimits = {
  hash(text: string): string
  limitsOf(to: E164, clientIp: string | null): Limit[]
  consume(limits: Limit[]): Promise<Refusal | null>
  refund(limits: Limit[]): void
}

type Deps = { rateLimits: RateLimits; settings: GuardSettings & { secrets: string[] }; tasks: BackgroundTasks }

export function createDeliveryLimits({ rateLimits, settings, tasks }: Deps): DeliveryLimits {
  /** Limits must count one number as one, whichever secret is the newest: the oldest one names it. */
  const hash = (text: string) => numberHash(settings.secrets.at(-1)!, text as E164)
  return {
    hash,
    limitsOf: (to, clientIp) =>
      limitsFor(settings, { to, numberHash: hash(to), clientIpHash: clientIp && hash(clientIp) }, hash),
    consume: (limits) => consume(rateLimits, limits),
    refund: (limits) => tasks.add(rateLimits.refund(limits)),
  }
}
