// The life of a delivery: placed, rung, answered, ended, or never any of these.

import type { Challenge, Step as Stage } from './challenge.ts'
import type { Cell, Step } from './machine.ts'
import { dials, fail, live, present, stay, withDelivery } from './steps.ts'

/** A message that was taken is on its way: from here on the code may be known to the person. */
export const sent: Cell<'placed'> = (challenge, { ref }) => {
  const delivery = present(challenge)
  if (delivery.channel === 'sms')
    return stay(withDelivery({ ...challenge, told: true }, { ref, live: { state: 'sent' } }))
  if (delivery.ref !== null) return stay(challenge)
  const placing = delivery.live.state === 'placing' ? { live: { state: 'placing' as const, unknown: false } } : {}
  return stay(withDelivery(challenge, { ref, ...placing }))
}

/** Perhaps it rings: from now on it is neither dialled again nor given up, until somebody knows. */
export const goesOn: Cell<'lost'> = (challenge) =>
  present(challenge).channel === 'sms'
    ? stay(withDelivery({ ...challenge, told: true }, { live: { state: 'sent' } }))
    : stay(withDelivery(challenge, { live: { state: 'placing', unknown: true } }))

export const refused: Cell<'refused'> = (challenge, { result, next }) => {
  const ended = withDelivery(challenge, { live: { state: 'ended' }, result })
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
  const step = challenge.outcome ? 'goodbye' : firstStep(challenge, policy.gate)
  const told = challenge.told || step === 'code'
  return stay(
    withDelivery(
      { ...challenge, told },
      {
        ref: delivery.ref ?? ref,
        live: { state: 'answered', step, turn: 1, misses: 0, repeats: 0, notice: 'none' },
        result: step === 'code' ? 'delivered' : delivery.result,
      },
    ),
  )
}

function firstStep(challenge: Challenge, gate: boolean): Stage {
  if (challenge.flow !== 'send_code') return 'question'
  return gate ? 'gate' : 'code'
}

/** A hint that no person is listening. It is believed only while nobody has pressed a key. */
export const machine: Cell<'machine'> = (challenge) => {
  const { id, ref, channel, live: at } = present(challenge)
  if (channel === 'sms' || (at.state === 'answered' && (at.notice === 'wrong' || at.notice === 'repeat')))
    return stay(challenge)
  const farewell = at.state === 'answered' ? withDelivery(challenge, { live: { ...at, step: 'goodbye' } }) : challenge
  const failed = fail(farewell, 'voicemail')
  return ref === null ? failed : { ...failed, effects: [...failed.effects, { type: 'hang_up', delivery: id, ref }] }
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
  const told = challenge.deliveries
    .slice(0, -1)
    .some((earlier) => earlier.result === 'delivered' || earlier.result === 'superseded')
  return fail(withDelivery({ ...challenge, told }, { live: { state: 'ended' } }), result)
}

/** Taken by the carrier, or ringing, after nobody wants it any more. */
export const hangsUpLate: Cell<'placed'> & Cell<'rang'> = (challenge, { ref }) => {
  const delivery = present(challenge)
  if (delivery.channel === 'sms') return stay(challenge)
  const known = delivery.ref === null ? withDelivery(challenge, { ref }) : challenge
  if (live(challenge).state === 'answered') return stay(known)
  return {
    challenge: known,
    effects: [{ type: 'hang_up', delivery: delivery.id, ref: delivery.ref ?? ref }],
  } satisfies Step
}
