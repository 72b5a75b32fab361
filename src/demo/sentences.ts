// What the page says while a challenge is pending and once it has ended. The server and the browser both use it, so it
// imports types alone.

import type { AnswerbackError, Challenge, Channel, Failure, Reason } from '../client/client.ts'

export type Stage = 'calling' | 'ringing' | 'answered' | 'code_read' | 'texting' | 'texted' | 'failed'
export type ProgressMessage = { stage: Stage; title: string; sentence: string }

/** What the page offers after an outcome: call again, text, change the number, start over. */
export type Action = 'again' | 'text' | 'number' | 'start'
export type OutcomeMessage = { tone: 'good' | 'bad' | 'calm'; title: string; sentence: string; actions: Action[] }

const INSTRUCTIONS = {
  send_code: 'Press the key we name, and we read you the code. Then type it here.',
  keypad_code: 'Now enter the code below with the keys of your phone.',
  approve: 'Listen to what it is about, then press a key.',
}

const FAILURE_TITLES: Record<Failure, string> = {
  busy: 'The line was busy',
  no_answer: 'Nobody answered',
  call_rejected: 'The call was declined',
  voicemail: 'A mailbox answered',
  hung_up: 'The call ended too soon',
  no_input: 'No key was pressed',
  unreachable: 'This number cannot be reached',
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
    sentence: 'Whoever answered the phone said that this was not them. Nothing was approved, and we have stopped here.',
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
    sentence: 'Your phone is in another call. Finish that one, then let us call again.',
    actions: ['again', 'text', 'number'],
  },
  no_answer: {
    tone: 'calm',
    title: FAILURE_TITLES.no_answer,
    sentence: 'It rang, but nobody picked up. Keep your phone at hand and let us call again.',
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
    sentence: 'You picked up, but the line dropped before it was done. Nothing was approved.',
    actions: ['again', 'text', 'number'],
  },
  no_input: {
    tone: 'calm',
    title: FAILURE_TITLES.no_input,
    sentence:
      'You picked up, but none of the keys we asked for arrived. Open the keypad of your phone during the call.',
    actions: ['again', 'text', 'number'],
  },
  unreachable: {
    tone: 'calm',
    title: FAILURE_TITLES.unreachable,
    sentence: 'The telephone network knows no way to it. Check it digit by digit.',
    actions: ['number'],
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
    sentence: 'You stopped this, so nothing was approved.',
    actions: ['again', 'start'],
  },
}

export function progressMessage({ flow, deliveries }: Challenge): ProgressMessage {
  const delivery = deliveries.at(-1)
  const earlier = deliveries.at(-2)?.result
  const because = earlier && earlier in FAILURE_TITLES ? `${FAILURE_TITLES[earlier as Failure]}. ` : ''
  if (!delivery) return { stage: 'calling', title: 'One moment…', sentence: 'We are getting ready to reach you.' }
  if (delivery.state === 'ended' && delivery.result !== 'delivered') {
    const title = FAILURE_TITLES[delivery.result as Failure] ?? 'That one has ended'
    return { stage: 'failed', title, sentence: 'A code that has reached you still works.' }
  }
  if (delivery.channel === 'sms') {
    return delivery.state === 'placing'
      ? { stage: 'texting', title: 'Sending…', sentence: `${because}We are sending you a text message.` }
      : {
          stage: 'texted',
          title: 'Text sent',
          sentence: `${because}It can take a moment to arrive. Then type the code here.`,
        }
  }
  switch (delivery.state) {
    case 'placing':
      return { stage: 'calling', title: 'Calling…', sentence: `${because}Your phone is about to ring.` }
    case 'ringing':
      return { stage: 'ringing', title: 'Ringing…', sentence: 'Please pick up your phone.' }
    case 'answered':
      return { stage: 'answered', title: 'Answered', sentence: INSTRUCTIONS[flow] }
    case 'ended':
      return { stage: 'code_read', title: 'Over to you', sentence: 'We read you the code. Type it here.' }
  }
}

export function outcomeMessage(challenge: Challenge): OutcomeMessage | null {
  if (challenge.reason === null) return null
  const end = OUTCOME_MESSAGES[challenge.reason]
  if (challenge.flow === 'send_code') return end
  return { ...end, actions: end.actions.filter((action) => action !== 'text') }
}

/** Other deliveries of the same code. None is possible while a call is live. */
export function redeliveryLabels(challenge: Challenge): Partial<Record<Channel, string>> {
  const state = challenge.deliveries.at(-1)?.state
  if (state !== 'sent' && state !== 'ended') return {}
  const { call, sms } = retryLabels(challenge)
  return challenge.flow === 'send_code' ? { call, sms } : { call }
}

export function retryLabels({ deliveries }: Challenge): Record<Channel, string> {
  return deliveries.at(-1)?.channel === 'sms'
    ? { call: 'Call me instead', sms: 'Text me again' }
    : { call: 'Call me again', sms: 'Text me instead' }
}

/** What was typed or pasted, without the separators that people and messages put into codes. */
export function stripSeparators(typed: string): string {
  return typed.replace(/[\s\p{Pd}.]/gu, '')
}

export function wrongCodeSentence(left: number): string {
  return `That is not the code. ${left === 1 ? 'One try is' : `${left} tries are`} left.`
}

/** An error of the API, as the page words it. */
export function errorSentence({ code, detail, retryAfter }: AnswerbackError): string {
  switch (code) {
    case 'country_not_allowed':
      return 'We do not call numbers of that country.'
    case 'number_blocked':
      return 'Numbers of this kind, such as premium ones, are never called. Please use another one.'
    case 'policy':
      return 'This way of confirming is switched off. Please choose another one.'
    case 'conflict':
      return 'That is not possible right now: a call to this number may still be under way.'
    case 'rate_limited':
      return `That was too often for this number. Please wait ${formatDuration(retryAfter ?? 60)}, or use another one.`
    case 'carrier_unavailable':
      return 'No telephone company could be reached, so nobody was called. Please try again in a moment.'
    case 'database_unavailable':
      return 'The service that calls you is not well. Please try again in a moment.'
    case 'unreachable':
      return 'The service that calls you did not answer, so we do not know whether that worked.'
    case 'invalid':
      return detail
    default:
      return `The service that calls you refused: ${detail}`
  }
}

export function formatDuration(seconds: number): string {
  const [count, unit] = seconds < 90 ? [Math.max(1, Math.ceil(seconds)), 'second'] : [Math.ceil(seconds / 60), 'minute']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
