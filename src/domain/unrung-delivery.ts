// Whether a delivery ended without having rung, which must cost the person none of their limits.

import type { Challenge, Delivery } from './challenge.ts'
import type { ChallengeEvent } from './events.ts'
import type { EventOf } from './transitions/handler.ts'

/** `carrier`: the carrier's, or this server's. `other`: the number's, or the client canceled before the carrier was asked. */
export type UnrungFault = 'carrier' | 'other'

/**
 * Whose fault it was, when the event ended the current delivery and the phone certainly did not ring. `null` in every
 * other case, and when the same try goes on through another carrier. A call that may have rung, since nothing certain is
 * known of it or its ringing was not reported, counts.
 */
export function unrungFault(before: Challenge, event: ChallengeEvent, after: Challenge): UnrungFault | null {
  const [was, is] = [before.deliveries.at(-1)!, after.deliveries.at(-1)!]
  const isUnderWay = was.progress.state !== 'ended' && was.progress.state !== 'waiting'
  if (was.id !== is.id || !isUnderWay || is.progress.state !== 'ended') return null
  if (event.type === 'undelivered') return faultOf(event.result)
  if (!neverRang(was, event)) return null
  if (was.result === null) return faultOf(event.result)
  // Canceled or expired before the carrier took it. Every other result was seen on a call.
  return was.result === 'canceled' && event.type === 'placement_failed' ? 'other' : null
}

/** Whether the event ends a call that certainly did not ring: it was still being placed, and reached no phone. */
export function neverRang(was: Delivery, event: ChallengeEvent): event is EventOf<'placement_failed' | 'ended'> {
  if (was.progress.state !== 'placing') return false
  if (event.type !== 'placement_failed' && event.type !== 'ended') return false
  return !event.mayHaveRung && (event.type === 'placement_failed' || faultOf(event.result) !== null)
}

function faultOf(result: string): UnrungFault | null {
  if (result === 'carrier_failed') return 'carrier'
  // A busy line counts: carriers say the same of a call that rang and was declined.
  return result === 'unreachable' ? 'other' : null
}
