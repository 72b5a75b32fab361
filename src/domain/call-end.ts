// Whether a change ended a call, and how far the call had come.

import type { Challenge, DeliveryState } from './challenge.ts'

/** The state in which the call was that is over now; `null`: none has ended. */
export function endedCallState(before: Challenge, after: Challenge): DeliveryState['state'] | null {
  const was = before.deliveries.at(-1)!
  // The first delivery of a challenge that waited for a page takes the place of the one that waited.
  const is = after.deliveries.find(({ id }) => id === was.id)
  return was.channel === 'call' && is?.progress.state === 'ended' ? was.progress.state : null
}
