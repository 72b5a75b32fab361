// The carrier's receipts for a text message.

import { currentDelivery, disclosedEarlier, fail, stay, withDelivery } from './common.ts'
import type { Handler } from './handler.ts'
import { onDeliveryRequested } from './placement.ts'

export const onDelivered: Handler<'delivered'> = (challenge) => {
  const { channel, result } = currentDelivery(challenge)
  if (channel !== 'sms' || result === 'delivered') return stay(challenge)
  if (challenge.outcome && result !== null) return stay(challenge)
  return stay(
    withDelivery({ ...challenge, codeDisclosed: true }, { progress: { state: 'ended' }, result: 'delivered' }),
  )
}

export const onUndelivered: Handler<'undelivered'> = (challenge, { result, cause, next }, policy) => {
  if (currentDelivery(challenge).channel !== 'sms') return stay(challenge)
  const codeDisclosed = disclosedEarlier(challenge)
  const ended = withDelivery(
    { ...challenge, codeDisclosed },
    { progress: { state: 'ended' }, result, ...(cause && { cause }) },
  )
  if (!next) return fail(ended, result)
  return onDeliveryRequested(ended, { type: 'delivery_requested', next, fallback: false }, policy)
}

/** A receipt comes within seconds where the network sends any: so long it is waited for before each look-up. */
const LOOKUP_SECONDS = [30, 60, 120]

/** `null` once the carrier has been asked often enough. */
export function secondsUntilLookup(lookups = 0): number | null {
  return LOOKUP_SECONDS[lookups] ?? null
}

/** The carrier was asked, and has no receipt either: the other channel is tried where there is one. */
export const onReceiptMissing: Handler<'check_due'> = (challenge) => {
  const channel = challenge.fallback[0]
  if (channel !== undefined) return { challenge, effects: [{ type: 'fall_back', channel }] }
  const { progress } = currentDelivery(challenge)
  if (progress.state !== 'sent' || secondsUntilLookup(progress.lookups) === null) return stay(challenge)
  return stay(withDelivery(challenge, { progress: { state: 'sent', lookups: (progress.lookups ?? 0) + 1 } }))
}
