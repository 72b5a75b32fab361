// What the page says of an outcome, and of a delivery that failed. The browser uses it too, so it imports types alone.

import type { Challenge, Delivery, Failure, FailureCause, Reason } from '../client/client.ts'

/** What the page offers after an outcome: call again, text, change the number, start over. */
export type Action = 'again' | 'text' | 'number' | 'start'
export type OutcomeMessage = { tone: 'good' | 'bad' | 'calm'; title: string; sentence: string; actions: Action[] }

const FAILURE_TITLES: Record<Failure, string> = {
  busy: 'The line was busy',
  no_answer: 'Nobody answered',
  call_rejected: 'The call was declined',
  voicemail: 'A mailbox answered',
  hung_up: 'The call ended too soon',
  no_input: 'No key was pressed',
  unreachable: 'Your phone could not be reached',
  carrier_failed: 'We could not get through',
}

const OUTCOME_MESSAGES: Record<Reason, OutcomeMessage> = {
  code_matched: { tone: 'good', title: 'Confirmed', sentence: 'The code was right.', actions: [] },
  key_pressed: { tone: 'good', title: 'Confirmed', sentence: 'You approved it on your phone.', actions: [] },
  rejected: {
    tone: 'bad',
    title: 'Refused on the phone',
    sentence: 'A key was pressed that refuses, so nothing was approved. If your finger slipped, ask for another call.',
    actions: ['again', 'start'],
  },
  fraud_reported: {
    tone: 'bad',
    title: 'Reported as not you',
    sentence: 'The person who answered said that this was not them. Nothing was approved, and we have stopped here.',
    actions: ['start'],
  },
  too_many_attempts: {
    tone: 'bad',
    title: 'Too many wrong codes',
    sentence: 'This code no longer counts, even if the next guess were right. Start over to get a new one.',
    actions: ['start'],
  },
  busy: {
    tone: 'calm',
    title: FAILURE_TITLES.busy,
    sentence: 'Your phone may be in another call. Finish that one, then let us call again.',
    actions: ['again', 'text', 'number'],
  },
  no_answer: {
    tone: 'calm',
    title: FAILURE_TITLES.no_answer,
    sentence: 'Nobody picked up in time. Keep your phone at hand and let us call again.',
    actions: ['again', 'text', 'number'],
  },
  call_rejected: {
    tone: 'calm',
    title: FAILURE_TITLES.call_rejected,
    sentence: 'The phone turned our call away. Some phones do that by themselves with callers they do not know.',
    actions: ['again', 'text', 'number'],
  },
  voicemail: {
    tone: 'calm',
    title: FAILURE_TITLES.voicemail,
    sentence: 'We hung up, and left no code in it. Let us call again when you can pick up yourself.',
    actions: ['again', 'text', 'number'],
  },
  hung_up: {
    tone: 'calm',
    title: FAILURE_TITLES.hung_up,
    sentence: 'The call was answered, but it ended before it was done. Nothing was approved.',
    actions: ['again', 'text', 'number'],
  },
  no_input: {
    tone: 'calm',
    title: FAILURE_TITLES.no_input,
    sentence:
      'The call was answered, perhaps by a mailbox, and none of the keys we asked for was pressed. ' +
      'If it was you, open the keypad of your phone during the call.',
    actions: ['again', 'text', 'number'],
  },
  unreachable: {
    tone: 'calm',
    title: FAILURE_TITLES.unreachable,
    sentence: 'It did not ring: it may be switched off or out of reach, or the number may be wrong.',
    actions: ['again', 'text', 'number'],
  },
  carrier_failed: {
    tone: 'calm',
    title: FAILURE_TITLES.carrier_failed,
    sentence: 'The fault is at our end, not at yours. It may work if you try once more.',
    actions: ['again', 'text', 'number'],
  },
  expired: {
    tone: 'calm',
    title: 'Time is up',
    sentence: 'This was not confirmed in time, so it no longer counts.',
    actions: ['again', 'text', 'start'],
  },
  canceled: {
    tone: 'calm',
    title: 'Canceled',
    sentence: 'This was stopped, so nothing was approved.',
    actions: ['again', 'start'],
  },
}

/** What is said instead where the last delivery was a text: neither reason says that the number is wrong. */
const TEXT_FAILURES: Partial<Record<Reason, OutcomeMessage>> = {
  unreachable: {
    tone: 'calm',
    title: 'The text could not be delivered',
    sentence:
      'The phone may be switched off, or a landline that takes no texts, or the number may be wrong. ' +
      'A call reaches landlines too.',
    actions: ['again', 'text', 'number'],
  },
  carrier_failed: {
    tone: 'calm',
    title: 'The text could not be sent',
    sentence: 'The fault is at our end, not at yours. A call may get through.',
    actions: ['again', 'text', 'number'],
  },
}

/** Where the carrier names what kept a text from its phone. Another text is offered only where it may arrive. */
const TEXT_CAUSES: Record<FailureCause, OutcomeMessage> = {
  landline: {
    tone: 'calm',
    title: 'That number takes no texts',
    sentence: 'It seems to be a landline. We can call it and read you the code.',
    actions: ['again', 'number'],
  },
  handset_off: {
    tone: 'calm',
    title: 'The text could not be delivered',
    sentence: 'Your phone seems to be switched off or out of reach. Once it is back, let us call you or text again.',
    actions: ['again', 'text', 'number'],
  },
  number_unknown: {
    tone: 'calm',
    title: 'The text could not be delivered',
    sentence: 'Its network does not know this number. Please check it, or let us call it if you are sure.',
    actions: ['again', 'number'],
  },
  blocked: {
    tone: 'calm',
    title: 'The text was blocked',
    sentence: 'Your phone or its network takes no texts from us. A call may get through.',
    actions: ['again', 'number'],
  },
  opted_out: {
    tone: 'calm',
    title: 'Texts to this number are stopped',
    sentence: 'Our texts were answered with STOP once, so we may send no more. We can call you instead.',
    actions: ['again', 'number'],
  },
  filtered: {
    tone: 'calm',
    title: 'The text was filtered out',
    sentence: 'A filter on the way took it for unwanted; the number is fine. A call may get through.',
    actions: ['again', 'text', 'number'],
  },
}

/** Where the network tells why a phone did not ring. */
const CALL_CAUSES: Partial<Record<FailureCause, OutcomeMessage>> = {
  handset_off: {
    tone: 'calm',
    title: FAILURE_TITLES.unreachable,
    sentence: 'It did not ring: it seems to be switched off or out of reach. Once it is back, let us call again.',
    actions: ['again', 'text', 'number'],
  },
  number_unknown: {
    tone: 'calm',
    title: 'That number could not be called',
    sentence: 'It did not ring: the network does not know this number. Please check it.',
    actions: ['again', 'number'],
  },
}

export function outcomeMessage({ reason, flow, deliveries }: Challenge): OutcomeMessage | null {
  if (reason === null) return null
  const last = deliveries.at(-1)
  const message = (last?.result === reason && failureMessage(last)) || OUTCOME_MESSAGES[reason]
  if (flow === 'send_code') return message
  return { ...message, actions: message.actions.filter((action) => action !== 'text') }
}

/** What there is to say of this delivery beyond its reason. */
export function failureMessage({ channel, result, cause }: Delivery): OutcomeMessage | undefined {
  const named = cause && (channel === 'sms' ? TEXT_CAUSES : CALL_CAUSES)[cause]
  return named ?? (channel === 'sms' && isFailure(result) ? TEXT_FAILURES[result] : undefined)
}

export function failureTitle(delivery: Delivery): string {
  const { channel, result } = delivery
  if (!isFailure(result)) return channel === 'sms' ? 'That text no longer counts' : 'That call has ended'
  return failureMessage(delivery)?.title ?? FAILURE_TITLES[result]
}

/** Where the carrier has named what keeps texts from this number, another one may be of no use. */
export function mayTextAgain({ channel, cause }: Delivery): boolean {
  return channel !== 'sms' || cause === undefined || TEXT_CAUSES[cause].actions.includes('text')
}

export function isFailure(result: Delivery['result']): result is Failure {
  return result !== null && Object.hasOwn(FAILURE_TITLES, result)
}
