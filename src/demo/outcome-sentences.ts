// What the page says of an outcome, and of a delivery that failed. The browser uses it too, so it imports types alone.

import type { Challenge, Delivery, Failure, Reason } from '../client/client.ts'

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

/** A message has two reasons to fail, and neither says that the number is wrong. */
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

export function outcomeMessage({ reason, flow, deliveries }: Challenge): OutcomeMessage | null {
  if (reason === null) return null
  const texted = deliveries.at(-1)?.channel === 'sms'
  const message = (texted && TEXT_FAILURES[reason]) || OUTCOME_MESSAGES[reason]
  if (flow === 'send_code') return message
  return { ...message, actions: message.actions.filter((action) => action !== 'text') }
}

export function failureTitle({ channel, result }: Delivery): string {
  if (!isFailure(result)) return channel === 'sms' ? 'That text no longer counts' : 'That call has ended'
  return (channel === 'sms' && TEXT_FAILURES[result]?.title) || FAILURE_TITLES[result]
}

export function isFailure(result: Delivery['result']): result is Failure {
  return result !== null && Object.hasOwn(FAILURE_TITLES, result)
}
