// The life of a delivery: placed, rung, answered, ended, or never any of these.

import type { Challenge, Live, Result, Step as Stage } from '../challenge.ts'
import type { Cell, On, Step } from '../state-machine.ts'
import { dials, fail, present, stay, toldBefore, withDelivery } from './common.ts'

/** A message that was taken is on its way: from here on the code may be known to the person. */
export const sent: Cell<'placed'> = (challenge, { ref }) => {
  const { channel, ref: known, live: at } = present(challenge)
  if (known !== null) return stay(challenge)
  if (channel === 'sms') return stay(withDelivery({ ...challenge, told: true }, { ref, live: { state: 'sent' } }))
  const placing = at.state === 'placing' ? { live: { state: 'placing' as const, unknown: false } } : {}
  return stay(withDelivery(challenge, { ref, ...placing }))
}

/**
 * Perhaps it rings: from now on it is neither dialled again nor given up, until somebody knows. A message can't be
 * asked about, so it counts as sent.
 */
export const goesOn: Cell<'lost'> & Cell<'overdue'> = (challenge, { type }) => {
  const { channel, ref, result, live: at } = present(challenge)
  if (at.state !== 'placing') return stay(challenge)
  if (channel === 'sms') return stay(withDelivery({ ...challenge, told: true }, { live: onItsWay(result) }))
  if (type === 'overdue' || ref !== null || at.unknown) return stay(challenge)
  return stay(withDelivery(challenge, { live: { state: 'placing', unknown: true } }))
}

export const refused: Cell<'refused'> = (challenge, { result, next, alone }) => {
  const ended = withDelivery(alone ? { ...challenge, fallback: [] } : challenge, { live: { state: 'ended' }, result })
  return next ? dials(ended, { type: 'deliver', next, fallback: false }, { gate: true }) : fail(ended, result)
}

export const rings: Cell<'rang'> = (challenge, { ref }) => {
  if (present(challenge).channel === 'sms') return stay(challenge)
  return stay(withDelivery(challenge, { ref: present(challenge).ref ?? ref, live: { state: 'ringing' } }))
}

/** The first document of a call. One that comes after the outcome hears only a neutral goodbye. */
export const answer: Cell<'answered'> = (challenge, { ref }, policy) => {
  const delivery = present(challenge)
  if (delivery.channel === 'sms' || delivery.live.state === 'answered' || delivery.live.state === 'ended')
    return stay(challenge)
  const over = challenge.outcome !== null || delivery.result !== null
  const step = over ? 'goodbye' : firstStep(challenge, policy.gate)
  const told = challenge.told || step === 'code'
  return stay(
    withDelivery(
      { ...challenge, told },
      {
        ref: delivery.ref ?? ref,
        live: { state: 'answered', step, turn: 1, misses: 0, repeats: 0, pressed: false, notice: 'none' },
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
export const machine: Cell<'machine'> = (challenge, _event, { gate }) => {
  const { id, ref, channel, result, live: at } = present(challenge)
  const pressed = at.state === 'answered' && (at.pressed || (at.step === 'code' && gate))
  if (channel === 'sms' || pressed || result === 'voicemail') return stay(challenge)
  const farewell = at.state === 'answered' ? withDelivery(challenge, { live: { ...at, step: 'goodbye' } }) : challenge
  const failed = fail({ ...farewell, told: toldBefore(challenge) }, 'voicemail')
  return ref === null ? failed : { ...failed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

export const ended: Cell<'ended'> = (challenge, { result }) => {
  const delivery = present(challenge)
  if (delivery.channel === 'sms') return stay(challenge)
  const known = delivery.result ?? (delivery.live.state === 'answered' ? 'hung_up' : result)
  const over = withDelivery(challenge, { live: { state: 'ended' }, result: known })
  return known === 'delivered' || known === 'canceled' || known === 'superseded' ? stay(over) : fail(over, known)
}

export const undelivered: Cell<'undelivered'> = (challenge, { result }) => {
  if (present(challenge).channel !== 'sms') return stay(challenge)
  return fail(withDelivery({ ...challenge, told: toldBefore(challenge) }, { live: { state: 'ended' } }), result)
}

/** Taken by the carrier, or ringing, after nobody wants it any more: hung up as soon as it has a name. */
export function comesLate(challenge: Challenge, { type, delivery: id, ref }: On<'placed'> | On<'rang'>): Step {
  const late = challenge.deliveries.find((delivery) => delivery.id === id)
  if (!late || late.ref !== null || (late.channel === 'sms' && type === 'rang')) return stay(challenge)
  const isCall = late.channel === 'call'
  const live = isCall || late.live.state !== 'placing' ? late.live : onItsWay(late.result)
  const deliveries = challenge.deliveries.map((delivery) => (delivery === late ? { ...late, ref, live } : delivery))
  return {
    challenge: { ...challenge, deliveries },
    effects: isCall ? [{ type: 'hang_up', delivery: id, ref }] : [],
  }
}

/** A message can't be called back; one that was canceled is at least over for us. */
function onItsWay(result: Result | null): Live {
  return { state: result === null ? 'sent' : 'ended' }
}
