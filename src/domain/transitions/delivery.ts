// The life of a delivery: placed, rung, answered, ended, or never any of these.

import type { Challenge, DeliveryResult, DeliveryState, CallPhase as Stage } from '../challenge.ts'
import type { Handler, On, Step } from '../state-machine.ts'
import { currentDelivery, disclosedEarlier, fail, onDeliver, stay, withDelivery } from './common.ts'

/** A message that was taken is on its way: from here on the code may be known to the person. */
export const onPlaced: Handler<'placed'> = (challenge, { ref }) => {
  const { channel, ref: known, progress: at } = currentDelivery(challenge)
  if (known !== null) return stay(challenge)
  if (channel === 'sms')
    return stay(withDelivery({ ...challenge, codeDisclosed: true }, { ref, progress: { state: 'sent' } }))
  const placing = at.state === 'placing' ? { live: { state: 'placing' as const, unknown: false } } : {}
  return stay(withDelivery(challenge, { ref, ...placing }))
}

/**
 * Perhaps it rings: from now on it is neither dialled again nor given up, until somebody knows. A message can't be
 * asked about, so it counts as sent.
 */
export const onUnknown: Handler<'lost'> & Handler<'overdue'> = (challenge, { type }) => {
  const { channel, ref, result, progress: at } = currentDelivery(challenge)
  if (at.state !== 'placing') return stay(challenge)
  if (channel === 'sms')
    return stay(withDelivery({ ...challenge, codeDisclosed: true }, { progress: onItsWay(result) }))
  if (type === 'overdue' || ref !== null || at.unknown) return stay(challenge)
  return stay(withDelivery(challenge, { progress: { state: 'placing', unknown: true } }))
}

export const onPlacementFailed: Handler<'refused'> = (challenge, { result, next, alone }) => {
  const onEnded = withDelivery(alone ? { ...challenge, fallback: [] } : challenge, {
    progress: { state: 'ended' },
    result,
  })
  return next ? onDeliver(onEnded, { type: 'deliver', next, fallback: false }, { gate: true }) : fail(onEnded, result)
}

export const onRinging: Handler<'rang'> = (challenge, { ref }) => {
  if (currentDelivery(challenge).channel === 'sms') return stay(challenge)
  return stay(withDelivery(challenge, { ref: currentDelivery(challenge).ref ?? ref, progress: { state: 'ringing' } }))
}

/** The first document of a call. One that comes after the outcome hears only a neutral goodbye. */
export const onAnswered: Handler<'answered'> = (challenge, { ref }, policy) => {
  const delivery = currentDelivery(challenge)
  if (delivery.channel === 'sms' || delivery.progress.state === 'answered' || delivery.progress.state === 'ended')
    return stay(challenge)
  const over = challenge.outcome !== null || delivery.result !== null
  const step = over ? 'goodbye' : firstStep(challenge, policy.gate)
  const told = challenge.codeDisclosed || step === 'code'
  return stay(
    withDelivery(
      { ...challenge, codeDisclosed: told },
      {
        ref: delivery.ref ?? ref,
        progress: { state: 'answered', phase: step, turn: 1, misses: 0, repeats: 0, pressed: false, notice: 'none' },
        result: step === 'code' ? 'delivered' : delivery.result,
      },
    ),
  )
}

function firstStep(challenge: Challenge, gate: boolean): Stage {
  if (challenge.flow !== 'send_code') return 'question'
  return gate ? 'gate' : 'code'
}

/**
 * A hint that no person is listening. It is believed only while nobody has pressed a key, and so never after a gate.
 * A code that a machine recorded is told to nobody: the challenge must not wait for whoever plays it.
 */
export const onVoicemail: Handler<'machine'> = (challenge, _event, { gate }) => {
  const { id, ref, channel, result, progress: at } = currentDelivery(challenge)
  const pressed = at.state === 'answered' && (at.pressed || (at.phase === 'code' && gate))
  if (channel === 'sms' || pressed || result === 'voicemail') return stay(challenge)
  const farewell =
    at.state === 'answered' ? withDelivery(challenge, { progress: { ...at, phase: 'goodbye' } }) : challenge
  const failed = fail({ ...farewell, codeDisclosed: disclosedEarlier(challenge) }, 'voicemail')
  return ref === null ? failed : { ...failed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

export const ended: Handler<'ended'> = (challenge, { result }) => {
  const delivery = currentDelivery(challenge)
  if (delivery.channel === 'sms') return stay(challenge)
  const known = delivery.result ?? (delivery.progress.state === 'answered' ? 'hung_up' : result)
  const over = withDelivery(challenge, { progress: { state: 'ended' }, result: known })
  return known === 'delivered' || known === 'canceled' || known === 'superseded' ? stay(over) : fail(over, known)
}

export const onUndelivered: Handler<'undelivered'> = (challenge, { result }) => {
  if (currentDelivery(challenge).channel !== 'sms') return stay(challenge)
  return fail(
    withDelivery({ ...challenge, codeDisclosed: disclosedEarlier(challenge) }, { progress: { state: 'ended' } }),
    result,
  )
}

/** Taken by the carrier, or ringing, after nobody wants it any more: hung up as soon as it has a name. */
export function onPlacedLate(challenge: Challenge, { type, delivery: id, ref }: On<'placed'> | On<'rang'>): Step {
  const late = challenge.deliveries.find((delivery) => delivery.id === id)
  if (!late || late.ref !== null || (late.channel === 'sms' && type === 'rang')) return stay(challenge)
  const isCall = late.channel === 'call'
  const live = isCall || late.progress.state !== 'placing' ? late.progress : onItsWay(late.result)
  const deliveries = challenge.deliveries.map((delivery) =>
    delivery === late ? { ...late, ref, progress: live } : delivery,
  )
  return {
    challenge: { ...challenge, deliveries },
    effects: isCall ? [{ type: 'hang_up', delivery: id, ref }] : [],
  }
}

/** A message can't be called back; one that was canceled is at least over for us. */
function onItsWay(result: DeliveryResult | null): DeliveryState {
  return { state: result === null ? 'sent' : 'ended' }
}
