// A challenge that the app canceled, or whose time is over.

import { close, currentDelivery, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'

/** The call is cut off whatever it is saying, and a message that was sent is worth nothing any more. */
export const onCanceled: Handler<'canceled'> = (challenge) => {
  const { id, ref, progress } = currentDelivery(challenge)
  const over = progress.state === 'sent' ? withDelivery(challenge, { progress: { state: 'ended' } }) : challenge
  const closed = close(over, { status: 'canceled', reason: 'canceled' }, 'canceled')
  if (progress.state !== 'answered' || ref === null) return closed
  return { ...closed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

/** An answered call says so at its next turn; a phone that only rings is hung up. */
export const onExpired: Handler<'expired'> = (challenge) => close(challenge, { status: 'expired', reason: 'expired' })
