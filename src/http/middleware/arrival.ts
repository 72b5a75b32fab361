// When a request arrived: what its answer may take counts from then.

import { createMiddleware } from 'hono/factory'
import type { Clock } from '../../time/clock.ts'

/** By the instance's clock, and later by the time that the client took to send the body. */
export type Arrival = { Variables: { arrivedAt: number } }

export function withArrival(clock: Clock) {
  return createMiddleware<Arrival>((c, next) => {
    c.set('arrivedAt', clock.now())
    return next()
  })
}
