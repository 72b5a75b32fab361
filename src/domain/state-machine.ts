// The table of state and event: which transition answers an event in a state. It has no holes, since the compiler
// refuses a missing cell. What each transition does is in transitions/, one subject a file; nothing there or here knows a
// clock, a carrier, a number or a digit. A transition that returns the challenge it was given has changed nothing, and
// nothing need be saved.

import type { AnsweredCall, Challenge } from './challenge.ts'
import type { ChallengeEvent, Policy } from './events.ts'
import {
  onAnswered,
  onDocumentFailed,
  onDocumentFailedAfterEnd,
  onEnded,
  onEndedAfterOutcome,
  onRinging,
  onVoicemailDetected,
  onVoicemailDetectedAfterEnd,
} from './transitions/call-progress.ts'
import { onCanceled, onExpired, onPageLeft } from './transitions/cancel-expire.ts'
import { currentDelivery, onReport, progressOf, stay, withRef } from './transitions/common.ts'
import { onGateKey } from './transitions/gate-key.ts'
import type { Handler, Step } from './transitions/handler.ts'
import { onLateKey, onReportAfterOutcome, onReportOnly } from './transitions/late-key.ts'
import { onDelivered, onReceiptMissing, onUndelivered, secondsUntilLookup } from './transitions/message-receipt.ts'
import {
  onCallAbsent,
  onCheckDue,
  onDeliveryRequested,
  onFallbackUnavailable,
  onNotBegun,
  onPlaced,
  onPlacedLate,
  onPlacementFailed,
  onPlacementUnknown,
} from './transitions/placement.ts'
import { onQuestionKey } from './transitions/question-key.ts'
import { onReplayKey } from './transitions/replay-key.ts'
import { onCodeSubmitted, onCodesLocked } from './transitions/submitted-code.ts'

/** Where a challenge stands: the state of its current delivery, the phase of an answered call, or closed by an outcome. */
export type State =
  | 'waiting'
  | 'placing'
  | 'ringing'
  | 'gate'
  | 'code'
  | 'question'
  | 'goodbye'
  | 'sent'
  | 'ended'
  | 'closed'

type Table = { [S in State]: { [T in ChallengeEvent['type']]: Handler<T> } }

const pending = {
  code_submitted: onCodeSubmitted,
  canceled: onCanceled,
  number_reported: onReport,
  codes_locked: onCodesLocked,
  expired: onExpired,
}
/** Nothing was called or texted, so there is no code that could be known. */
const waiting = { ...pending, code_submitted: stay }
const closed = {
  code_submitted: stay,
  canceled: stay,
  number_reported: stay,
  codes_locked: stay,
  expired: stay,
  page_left: stay,
}

// biome-ignore format: a table is read in columns
const table: Table = {
  waiting:  { ...waiting, delivery_requested: onDeliveryRequested, placed: stay,         placement_unknown: stay,               call_absent: stay,         placement_failed: onNotBegun,          ringing: stay,         answered: stay,       dtmf_received: stay,                 voicemail_detected: stay,                        document_failed: stay,                     ended: stay,                delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: stay       },
  placing:  { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: onPlacementUnknown, call_absent: onCallAbsent, placement_failed: onPlacementFailed,   ringing: onRinging,    answered: onAnswered, dtmf_received: onReportOnly,         voicemail_detected: onVoicemailDetected,         document_failed: onDocumentFailed,         ended: onEnded,             delivered: onDelivered, undelivered: onUndelivered,       check_due: onPlacementUnknown, fallback_unavailable: stay,                  page_left: onPageLeft },
  ringing:  { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: onAnswered, dtmf_received: onReportOnly,         voicemail_detected: onVoicemailDetected,         document_failed: onDocumentFailed,         ended: onEnded,             delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: onPageLeft },
  gate:     { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: stay,       dtmf_received: onGateKey,            voicemail_detected: onVoicemailDetected,         document_failed: onDocumentFailed,         ended: onEnded,             delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: onPageLeft },
  code:     { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: stay,       dtmf_received: onReplayKey,          voicemail_detected: onVoicemailDetected,         document_failed: onDocumentFailed,         ended: onEnded,             delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: onPageLeft },
  question: { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: stay,       dtmf_received: onQuestionKey,        voicemail_detected: onVoicemailDetected,         document_failed: onDocumentFailed,         ended: onEnded,             delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: onPageLeft },
  goodbye:  { ...pending, delivery_requested: stay,                placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: stay,       dtmf_received: onReportOnly,         voicemail_detected: stay,                        document_failed: stay,                     ended: onEnded,             delivered: stay,        undelivered: stay,                check_due: stay,               fallback_unavailable: stay,                  page_left: stay       },
  sent:     { ...pending, delivery_requested: onDeliveryRequested, placed: onPlaced,     placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: stay,         answered: stay,       dtmf_received: onReportOnly,         voicemail_detected: stay,                        document_failed: stay,                     ended: stay,                delivered: onDelivered, undelivered: onUndelivered,       check_due: onReceiptMissing,   fallback_unavailable: onFallbackUnavailable, page_left: stay       },
  ended:    { ...pending, delivery_requested: onDeliveryRequested, placed: onPlacedLate, placement_unknown: stay,               call_absent: stay,         placement_failed: stay,                ringing: onPlacedLate, answered: onAnswered, dtmf_received: onLateKey,            voicemail_detected: onVoicemailDetectedAfterEnd, document_failed: onDocumentFailedAfterEnd, ended: onEnded,             delivered: onDelivered, undelivered: stay,                check_due: onCheckDue,         fallback_unavailable: onFallbackUnavailable, page_left: stay       },
  closed:   { ...closed,  delivery_requested: stay,                placed: onPlacedLate, placement_unknown: onPlacementUnknown, call_absent: onCallAbsent, placement_failed: onEndedAfterOutcome, ringing: onPlacedLate, answered: onAnswered, dtmf_received: onReportAfterOutcome, voicemail_detected: stay,                        document_failed: stay,                     ended: onEndedAfterOutcome, delivered: onDelivered, undelivered: onEndedAfterOutcome, check_due: onPlacementUnknown, fallback_unavailable: stay                                         },
}

export function stateOf(challenge: Challenge): State {
  if (challenge.outcome) return 'closed'
  const progress = progressOf(challenge)
  return progress.state === 'answered' ? progress.phase : progress.state
}

export function step(challenge: Challenge, event: ChallengeEvent, policy: Policy): Step {
  if ('delivery' in event && event.delivery !== currentDelivery(challenge).id)
    return ofPastDelivery(challenge, event, policy)
  const handler = table[stateOf(challenge)][event.type] as Handler<typeof event.type>
  return handler(challenge, event as never, policy)
}

/** An event of a delivery that another one has replaced: a call that still rings is hung up, and a report counts. */
function ofPastDelivery(challenge: Challenge, event: ChallengeEvent, policy: Policy): Step {
  if (event.type === 'dtmf_received' && challenge.outcome) return onReportAfterOutcome(challenge, event, policy)
  if (event.type === 'dtmf_received' && event.key === 'report') return onReport(challenge)
  if (event.type === 'placed' || event.type === 'ringing') return onPlacedLate(challenge, event)
  return 'ref' in event ? stay(withRef(challenge, event.delivery, event.ref)) : stay(challenge)
}

/** So long the keys of a turn count after the hang-up that overtook them, and a fallback waits. */
const KEYS_AFTER_END_SECONDS = 5

/**
 * From the answer that was lost to the first question about the call, and from there to the second. Twilio and SignalWire
 * have a call in their lists once they have taken it, so what they don't list after four seconds, asked twice, they never had;
 * and with the wait for the answer and the reconciler's rounds it is declared absent within ten seconds (deadlines.test.ts).
 */
export const SECONDS_TO_LOOK_UP = 2

/**
 * How many seconds may pass without an event before the reconciler asks the carrier: an answer or a callback may be
 * lost, or this process may have crashed. `null`: nothing is under way but the wait for a guess or for time.
 */
export function secondsUntilCheck(challenge: Challenge): number | null {
  const { channel, ref, progress } = currentDelivery(challenge)
  if (progress.state === 'waiting') return null
  // A message can't be looked up before its ref is known, so it is waited for longer than the carrier's queue and its answer may take.
  if (progress.state === 'placing') return channel === 'sms' ? 20 : progress.unknown ? SECONDS_TO_LOOK_UP : 10
  if (progress.state === 'ringing') return challenge.outcome ? SECONDS_TO_HANG_UP : 40
  if (progress.state === 'answered') return challenge.outcome ? secondsToHangUp(progress) : 60
  if (challenge.outcome) return null
  if (progress.state === 'ended' && progress.openTurn) return KEYS_AFTER_END_SECONDS
  const isFallbackLeft = challenge.fallback.length > 0
  if (progress.state === 'sent') return ref !== null || isFallbackLeft ? secondsUntilLookup(progress.lookups) : null
  if (!isFallbackLeft) return null
  return challenge.codeDisclosed ? null : 2
}

/** After the outcome a call is hung up, which a crash or a lost acknowledgement of the save may have prevented. */
const SECONDS_TO_HANG_UP = 5

/** After the outcome: a call that was hung up should be over at once, one that says goodbye once it has. */
function secondsToHangUp({ phase }: AnsweredCall): number {
  return phase === 'goodbye' ? 20 : SECONDS_TO_HANG_UP
}

/** A call that may still ring or speak: while there is one, no other may be placed to its number. */
export function hasActiveCall(challenge: Challenge): boolean {
  const { channel, progress } = currentDelivery(challenge)
  return channel === 'call' && progress.state !== 'ended' && progress.state !== 'waiting'
}
