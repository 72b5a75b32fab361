// A call that rings, is answered, turns out to be a voicemail box, and ends.

import type { CallPhase, Challenge, Failure, OpenTurn } from '../challenge.ts'
import type { Policy } from '../events.ts'
import { currentDelivery, disclosedEarlier, fail, stay, withDelivery, withRef } from './common.ts'
import type { Handler } from './handler.ts'

export const onRinging: Handler<'ringing'> = (challenge, { ref }) => {
  const { channel, ref: known } = currentDelivery(challenge)
  if (channel === 'sms') return stay(challenge)
  return stay(withDelivery(challenge, { ref: known ?? ref, progress: { state: 'ringing' } }))
}

/** The first document of a call was asked for. After the outcome the caller hears only a neutral goodbye. */
export const onAnswered: Handler<'answered'> = (challenge, { ref }, policy) => {
  const delivery = currentDelivery(challenge)
  if (delivery.channel === 'sms' || delivery.progress.state === 'answered') return stay(challenge)
  if (delivery.progress.state === 'ended') return stay(documentHad(withRef(challenge, delivery.id, ref)))
  const isOver = challenge.outcome !== null || delivery.result !== null
  const phase = isOver ? 'goodbye' : firstPhase(challenge, policy.gate)
  const codeDisclosed = challenge.codeDisclosed || phase === 'code'
  return stay(
    withDelivery(
      { ...challenge, codeDisclosed },
      {
        ref: delivery.ref ?? ref,
        progress: { ...FIRST_TURN, phase, keyDrawn: policy.drawnKey },
        result: phase === 'code' ? 'delivered' : delivery.result,
      },
    ),
  )
}

export const FIRST_TURN = {
  state: 'answered',
  turn: 1,
  turnStartedAt: '',
  misses: 0,
  wrongGates: 0,
  repeats: 0,
  notice: 'none',
} as const

function firstPhase(challenge: Challenge, gate: boolean): CallPhase {
  if (challenge.flow !== 'send_code') return 'question'
  return gate ? 'gate' : 'code'
}

/**
 * The carrier hears no person. Keys prove nothing against it, since a greeting may play tones; only the two keys of the
 * gate do. A code that went to a recording was disclosed to nobody: the challenge must not wait for it to be typed.
 */
export const onVoicemailDetected: Handler<'voicemail_detected'> = (challenge, _event, { gate }) => {
  const { id, ref, channel, result, progress } = currentDelivery(challenge)
  const isGatePassed = progress.state === 'answered' && progress.phase === 'code' && gate
  if (channel === 'sms' || isGatePassed || result === 'voicemail') return stay(challenge)
  const silenced =
    progress.state === 'answered' ? withDelivery(challenge, { progress: { ...progress, phase: 'goodbye' } }) : challenge
  const failed = fail({ ...silenced, codeDisclosed: disclosedEarlier(challenge) }, 'voicemail')
  return ref === null ? failed : { ...failed, effects: [{ type: 'hang_up', delivery: id, ref }] }
}

/**
 * The person hears the carrier's apology and then the line drops: a failure of ours or the carrier's, which must not be
 * reported as the person hanging up.
 */
export const onDocumentFailed: Handler<'document_failed'> = (challenge) => {
  const { channel, result, progress } = currentDelivery(challenge)
  if (channel === 'sms' || result !== null) return stay(challenge)
  const silenced =
    progress.state === 'answered' ? withDelivery(challenge, { progress: { ...progress, phase: 'goodbye' } }) : challenge
  return fail(silenced, 'carrier_failed')
}

/** The end of the call overtook it, so the call was taken for hung up. */
export const onDocumentFailedAfterEnd: Handler<'document_failed'> = (challenge) => {
  const { channel, result } = currentDelivery(challenge)
  if (channel === 'sms' || result !== 'hung_up') return stay(challenge)
  return stay(withDelivery(challenge, { result: 'carrier_failed' }))
}

/** The end of the call overtook it: a machine does not hang up on us. A code that was spoken may have been heard, and stays. */
export const onVoicemailDetectedAfterEnd: Handler<'voicemail_detected'> = (challenge) => {
  const { channel, result, progress } = currentDelivery(challenge)
  const isOpen = channel === 'call' && progress.state === 'ended' && progress.openTurn && result === 'hung_up'
  return stay(isOpen ? withDelivery(documentHad(challenge), { result: 'voicemail' }) : challenge)
}

/** Keys were awaited. A webhook that says that the call is over may overtake the one that has them. */
function isListening(phase: CallPhase): boolean {
  return phase === 'gate' || phase === 'question'
}

/**
 * The turn whose keys may still come. A call that is said to be completed, and has asked for no document yet, is at its
 * first: the request for the document may be late, or has failed, and then it was not the person who hung up.
 */
function openTurnOf(challenge: Challenge, result: Failure, policy: Policy): OpenTurn | null {
  const { result: known, progress } = currentDelivery(challenge)
  if (known !== null || result === 'carrier_failed') return null
  if (progress.state === 'answered') {
    const { phase, turn, notice, keyDrawn, turnStartedAt } = progress
    return isListening(phase) ? { phase, turn, notice, keyDrawn, turnStartedAt } : null
  }
  if (result !== 'hung_up') return null
  const phase = firstPhase(challenge, policy.gate)
  return { phase, turn: 1, notice: 'none', keyDrawn: policy.drawnKey, turnStartedAt: null }
}

/** What came after the end of the call shows that it had its first document, so that it was not the carrier that failed. */
export function documentHad(challenge: Challenge): Challenge {
  const { progress } = currentDelivery(challenge)
  const openTurn = progress.state === 'ended' ? progress.openTurn : undefined
  if (openTurn?.turnStartedAt !== null || openTurn.hadDocument) return challenge
  return withDelivery(challenge, { progress: { state: 'ended', openTurn: { ...openTurn, hadDocument: true } } })
}

export const onEnded: Handler<'ended'> = (challenge, { result, cause, ref: told }, policy) => {
  const delivery = currentDelivery(challenge)
  if (delivery.channel === 'sms') return stay(challenge)
  const { progress } = delivery
  if (progress.state === 'ended') return stay(withRef(challenge, delivery.id, told))
  const ref = delivery.ref ?? told ?? null
  const openTurn = openTurnOf(challenge, result, policy)
  if (openTurn) return stay(withDelivery(challenge, { ref, progress: { state: 'ended', openTurn }, result: 'hung_up' }))
  // A failure of the carrier's, or of ours, is not the person hanging up.
  const isHungUp = progress.state === 'answered' && result !== 'carrier_failed'
  const known = delivery.result ?? (isHungUp ? 'hung_up' : result)
  const exact = known === result && cause ? { cause } : {}
  const ended = withDelivery(challenge, { ref, progress: { state: 'ended' }, result: known, ...exact })
  return known === 'delivered' || known === 'canceled' || known === 'superseded' ? stay(ended) : fail(ended, known)
}

/** The outcome stands, and the delivery is over as well. An answered call ended because the last sentence was said. */
export const onEndedAfterOutcome: Handler<'ended'> & Handler<'placement_failed'> & Handler<'undelivered'> = (
  challenge,
  event,
) => {
  const { type, result, cause } = event
  const { channel, result: known, progress } = currentDelivery(challenge)
  const isOtherChannel = type === (channel === 'sms' ? 'ended' : 'undelivered')
  if (isOtherChannel) return stay(challenge)
  const named = 'ref' in event ? withRef(challenge, event.delivery, event.ref) : challenge
  if (progress.state === 'ended') return stay(named)
  const meaning = known ?? (progress.state === 'answered' ? 'canceled' : result)
  const exact = meaning === result && cause ? { cause } : {}
  return stay(withDelivery(named, { progress: { state: 'ended' }, result: meaning, ...exact }))
}
