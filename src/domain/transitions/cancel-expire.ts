// A challenge that the app canceled, whose page has gone, or whose time is over.

import { close, currentDelivery, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'

/** A message that was sent is worth nothing any more. */
export const onCanceled: Handler<'canceled'> = (challenge, { by }) => {
  const isSent = currentDelivery(challenge).progress.state === 'sent'
  const over = isSent ? withDelivery(challenge, { progress: { state: 'ended' } }) : challenge
  return close(over, { status: 'canceled', reason: 'canceled' }, 'canceled', by !== 'page')
}

/** Of a delivery that is being placed or a call on the line: it ends as canceled, since nobody is there to be called for. */
export const onPageLeft: Handler<'page_left'> = (challenge) =>
  close(challenge, { status: 'canceled', reason: 'canceled' }, 'canceled')

export const onExpired: Handler<'expired'> = (challenge) => close(challenge, { status: 'expired', reason: 'expired' })
