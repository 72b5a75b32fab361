// A delivery from the request for it until the carrier has taken or refused it, and what is due when nothing confirms it.

import type { Challenge, DeliveryResult, DeliveryState, Failure, OpenTurn } from '../challenge.ts'
import { currentDelivery, fail, progressOf, stay, withDelivery } from './common.ts'
import type { EventOf, Handler, Step } from './handler.ts'

export const onDeliveryRequested: Handler<'delivery_requested'> = (challenge, { next, fallback }) => {
  const superseded =
    progressOf(challenge).state === 'sent'
      ? withDelivery(challenge, { progress: { state: 'ended' }, result: 'superseded' })
      : challenge
  const before = superseded.deliveries.filter(({ progress }) => progress.state !== 'waiting')
  const left = fallback ? challenge.fallback.filter((channel) => channel !== next.channel) : challenge.fallback
  return {
    challenge: { ...superseded, fallback: left, deliveries: [...before, next] },
    effects: [{ type: 'place', delivery: next.id }],
  }
}

/** A message that the carrier took is on its way: from now on the person may know the code. */
export const onPlaced: Handler<'placed'> = (challenge, { ref }) => {
  const { channel, ref: known, progress } = currentDelivery(challenge)
  const isAbsent = progress.state === 'placing' && progress.absent
  if (known !== null && !isAbsent) return stay(challenge)
  if (channel === 'sms')
    return stay(withDelivery({ ...challenge, codeDisclosed: true }, { ref, progress: { state: 'sent' } }))
  const isPlacing = progress.state === 'placing'
  return stay(
    withDelivery(challenge, {
      ref: known ?? ref,
      progress: isPlacing ? { state: 'placing', unknown: false } : progress,
    }),
  )
}

/**
 * The phone may ring or not: it is neither dialled again nor given up until the carrier says which. A message can't be
 * looked up without its ref, so it counts as sent.
 */
export const onPlacementUnknown: Handler<'placement_unknown'> & Handler<'check_due'> = (challenge, { type }) => {
  const { channel, ref, result, progress } = currentDelivery(challenge)
  if (progress.state !== 'placing') return stay(challenge)
  if (channel === 'sms')
    return stay(withDelivery({ ...challenge, codeDisclosed: true }, { progress: sentUnlessOver(result) }))
  if (type === 'check_due' || ref !== null || progress.unknown) return stay(challenge)
  return stay(withDelivery(challenge, { progress: { state: 'placing', unknown: true } }))
}

/** A list may be a moment behind, so one answer without the call is not enough. */
export const onCallAbsent: Handler<'call_absent'> = (challenge) => {
  const { channel, progress } = currentDelivery(challenge)
  if (channel === 'sms' || progress.state !== 'placing' || progress.absent) return stay(challenge)
  return stay(withDelivery(challenge, { progress: { state: 'placing', unknown: true, absent: true } }))
}

export const onPlacementFailed: Handler<'placement_failed'> = (
  challenge,
  { result, cause, next, ref, alone },
  policy,
) => {
  const ended = withDelivery(alone ? { ...challenge, fallback: [] } : challenge, {
    ref: currentDelivery(challenge).ref ?? ref ?? null,
    progress: { state: 'ended' },
    result,
    ...(cause && { cause }),
  })
  if (!next) return fail(ended, result)
  return onDeliveryRequested(ended, { type: 'delivery_requested', next, fallback: false }, policy)
}

/** What waited for a page could not begin: neither another carrier nor a fallback could, either. */
export const onNotBegun: Handler<'placement_failed'> = (challenge, event, policy) =>
  onPlacementFailed(challenge, { ...event, next: null, alone: true }, policy)

/** A delivery that is no longer wanted was taken, or rings: a call is hung up as soon as the carrier has named it. */
export function onPlacedLate(
  challenge: Challenge,
  { type, delivery: id, ref }: EventOf<'placed'> | EventOf<'ringing'>,
): Step {
  const late = challenge.deliveries.find((delivery) => delivery.id === id)
  if (!late || late.ref !== null || (late.channel === 'sms' && type === 'ringing')) return stay(challenge)
  const isCall = late.channel === 'call'
  const progress = isCall || late.progress.state !== 'placing' ? late.progress : sentUnlessOver(late.result)
  const deliveries = challenge.deliveries.map((delivery) => (delivery === late ? { ...late, ref, progress } : delivery))
  return {
    challenge: { ...challenge, deliveries },
    effects: isCall ? [{ type: 'hang_up', delivery: id, ref }] : [],
  }
}

/** A failed delivery whose fallback did not start. A code that was heard needs none. */
export const onCheckDue: Handler<'check_due'> = (challenge) => {
  const { progress, result: known } = currentDelivery(challenge)
  const channel = challenge.fallback[0]
  const openTurn = progress.state === 'ended' ? progress.openTurn : undefined
  const result = openTurn && isSilent(openTurn) && known === 'hung_up' ? 'carrier_failed' : known
  // The keys of the open turn have not come.
  if (openTurn && isFailure(result) && (challenge.codeDisclosed || !channel))
    return fail(withDelivery(challenge, { progress: { state: 'ended' } }), result)
  if (channel === undefined || challenge.codeDisclosed) return stay(challenge)
  const told = result === known ? challenge : withDelivery(challenge, { result })
  return { challenge: told, effects: [{ type: 'fall_back', channel }] }
}

/** No request for its document was noted: the carrier could not reach us, or we the database. The person is not blamed. */
function isSilent({ turnStartedAt, hadDocument }: OpenTurn): boolean {
  return turnStartedAt === null && !hadDocument
}

/** Without a fallback left the failure becomes the outcome; a message that was sent may still arrive. */
export const onFallbackUnavailable: Handler<'fallback_unavailable'> = (challenge, { channel }) => {
  if (challenge.fallback[0] !== channel) return stay(challenge)
  const left = { ...challenge, fallback: challenge.fallback.slice(1) }
  const { progress, result } = currentDelivery(challenge)
  const isFailed = progress.state === 'ended' && isFailure(result)
  return isFailed ? fail(left, result) : stay(left)
}

export function isFailure(result: DeliveryResult | null): result is Failure {
  return result !== null && result !== 'delivered' && result !== 'canceled' && result !== 'superseded'
}

/** A message can't be called back; one that was canceled is over at least for us. */
function sentUnlessOver(result: DeliveryResult | null): DeliveryState {
  return { state: result === null ? 'sent' : 'ended' }
}
