// The few moves every cell of the table is made of.

import type { Challenge, Delivery, DeliveryResult, DeliveryState, Outcome } from '../challenge.ts'
import type { Handler, Step } from '../state-machine.ts'

export function stay(challenge: Challenge): Step {
  return { challenge, effects: [] }
}

export function currentDelivery(challenge: Challenge): Delivery {
  return challenge.deliveries.at(-1)!
}

export function progressOf(challenge: Challenge): DeliveryState {
  return currentDelivery(challenge).progress
}

/** Whether an earlier delivery may have told the code. */
export function disclosedEarlier({ deliveries }: Challenge): boolean {
  return deliveries.slice(0, -1).some(({ result }) => result === 'delivered' || result === 'superseded')
}

/** The challenge with its present delivery changed. */
export function withDelivery(challenge: Challenge, change: Partial<Delivery>): Challenge {
  return {
    ...challenge,
    deliveries: [...challenge.deliveries.slice(0, -1), { ...currentDelivery(challenge), ...change }],
  }
}

/** The outcome, once. A call that still rings is hung up; one that is being spoken says its last sentence by itself. */
export function close(challenge: Challenge, outcome: Outcome, result: DeliveryResult | null = null): Step {
  const delivery = currentDelivery(challenge)
  const rings =
    delivery.channel === 'call' && (delivery.progress.state === 'placing' || delivery.progress.state === 'ringing')
  const closed = withDelivery(
    { ...challenge, outcome },
    { result: delivery.result ?? result ?? (rings ? 'canceled' : null) },
  )
  if (!rings || delivery.ref === null) return stay(closed)
  return { challenge: closed, effects: [{ type: 'hang_up', delivery: delivery.id, ref: delivery.ref }] }
}

/** The present delivery reached nobody. With another channel left the challenge waits for it; else that was its fate. */
export function fail(
  challenge: Challenge,
  result: Exclude<DeliveryResult, 'delivered' | 'canceled' | 'superseded'>,
): Step {
  const failed = withDelivery(challenge, { result })
  if (challenge.codeDisclosed) return stay(failed)
  if (challenge.fallback.length === 0) return stay({ ...failed, outcome: { status: 'undelivered', reason: result } })
  // While the line is still open nothing else may be dialled: the end of this call starts the next delivery.
  if (progressOf(failed).state !== 'ended') return stay(failed)
  return { challenge: failed, effects: [{ type: 'fall_back', channel: challenge.fallback[0]! }] }
}

export const onDeliver: Handler<'deliver'> = (challenge, { next, fallback }) => {
  const superseded =
    progressOf(challenge).state === 'sent'
      ? withDelivery(challenge, { progress: { state: 'ended' }, result: 'superseded' })
      : challenge
  const left = fallback ? challenge.fallback.filter((channel) => channel !== next.channel) : challenge.fallback
  return {
    challenge: { ...superseded, fallback: left, deliveries: [...superseded.deliveries, next] },
    effects: [{ type: 'place', delivery: next.id }],
  }
}

/** A message that nobody confirmed, or a failure whose fallback was not begun. A code that was heard needs none. */
export const onCheckDue: Handler<'overdue'> = (challenge) => {
  const channel = challenge.fallback[0]
  if (channel === undefined || (challenge.codeDisclosed && progressOf(challenge).state === 'ended'))
    return stay(challenge)
  return { challenge, effects: [{ type: 'fall_back', channel }] }
}

/** Nothing hangs on this delivery any more: it is just over. A call that was answered ended because we had done. */
export const onEndedAfterOutcome: Handler<'ended'> & Handler<'refused'> & Handler<'undelivered'> = (
  challenge,
  { type, result },
) => {
  const { channel, result: known, progress: at } = currentDelivery(challenge)
  const foreign = type === (channel === 'sms' ? 'ended' : 'undelivered')
  if (foreign || at.state === 'ended') return stay(challenge)
  const meaning = known ?? (at.state === 'answered' ? 'canceled' : result)
  return stay(withDelivery(challenge, { progress: { state: 'ended' }, result: meaning }))
}

export const onDelivered: Handler<'delivered'> = (challenge) => {
  const delivery = currentDelivery(challenge)
  if (delivery.channel !== 'sms' || delivery.result === 'delivered') return stay(challenge)
  if (challenge.outcome && delivery.result !== null) return stay(challenge)
  return stay(
    withDelivery({ ...challenge, codeDisclosed: true }, { progress: { state: 'ended' }, result: 'delivered' }),
  )
}
