// What the transitions share: reading and changing the current delivery, and the two ways in which one is over.

import type { Challenge, Delivery, DeliveryId, DeliveryResult, DeliveryState, Failure, Outcome } from '../challenge.ts'
import type { Step } from './handler.ts'

/** Nothing is to be done in the world. Called without a change, it is the transition that ignores an event. */
export function stay(challenge: Challenge): Step {
  return { challenge, effects: [] }
}

export function currentDelivery(challenge: Challenge): Delivery {
  return challenge.deliveries.at(-1)!
}

/** Whether the person said on a call of it, or on another one of the service, that it was not them who asked. */
export function isReported({ outcome, deliveries }: Challenge): boolean {
  return outcome?.reason === 'fraud_reported' || deliveries.some(({ reportedLate }) => reportedLate)
}

export function progressOf(challenge: Challenge): DeliveryState {
  return currentDelivery(challenge).progress
}

/** Whether a delivery before the current one may have disclosed the code. */
export function disclosedEarlier({ deliveries }: Challenge): boolean {
  return deliveries.slice(0, -1).some(({ result }) => result === 'delivered' || result === 'superseded')
}

/** The challenge with its current delivery changed. */
export function withDelivery(challenge: Challenge, change: Partial<Delivery>): Challenge {
  return {
    ...challenge,
    deliveries: [...challenge.deliveries.slice(0, -1), { ...currentDelivery(challenge), ...change }],
  }
}

/** A call is noted by the carrier's name for it, so that it is never taken for the call of another delivery. */
export function withRef(challenge: Challenge, id: DeliveryId, ref: string | undefined): Challenge {
  const unnamed = challenge.deliveries.find((delivery) => delivery.id === id && delivery.ref === null)
  if (!unnamed || !ref) return challenge
  return {
    ...challenge,
    deliveries: challenge.deliveries.map((delivery) => (delivery === unnamed ? { ...delivery, ref } : delivery)),
  }
}

/** By the page's cancel, its going or its guesses, or by time. */
const ABANDONED: ReadonlySet<Outcome['reason']> = new Set(['canceled', 'expired', 'too_many_attempts'])

/** The outcome came from elsewhere than the phone: a call that rings, or reads a code worth nothing now, is hung up. */
export function close(
  challenge: Challenge,
  outcome: Outcome,
  result: DeliveryResult | null = null,
  byApp = false,
): Step {
  const { id, channel, ref, progress, result: known } = currentDelivery(challenge)
  const isRinging = channel === 'call' && (progress.state === 'placing' || progress.state === 'ringing')
  const isLive = isRinging || progress.state === 'answered'
  const isAbandoned = channel === 'call' && isLive && known === null && !byApp && ABANDONED.has(outcome.reason)
  const closed = withDelivery(
    { ...challenge, outcome },
    { result: known ?? result ?? (isRinging ? 'canceled' : null), ...(isAbandoned && { abandoned: true }) },
  )
  if (!isLive || ref === null) return stay(closed)
  return { challenge: closed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

/** A report of fraud counts whenever it comes, and ends what is under way. */
export function onReport(challenge: Challenge): Step {
  return close(challenge, { status: 'denied', reason: 'fraud_reported' })
}

/** The current delivery failed. Without a fallback channel and an earlier disclosure the challenge is undelivered. */
export function fail(challenge: Challenge, result: Failure): Step {
  const failed = withDelivery(challenge, { result })
  if (challenge.codeDisclosed) return stay(failed)
  if (challenge.fallback.length === 0) return stay({ ...failed, outcome: { status: 'undelivered', reason: result } })
  // While the line is still open nothing else may be dialled: the end of this call starts the next delivery.
  if (progressOf(failed).state !== 'ended') return stay(failed)
  return { challenge: failed, effects: [{ type: 'fall_back', channel: challenge.fallback[0]! }] }
}
