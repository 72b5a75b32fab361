// What the page says while a challenge is pending and once it has ended. The server and the browser both use it, so it
// imports types alone.

import type { Challenge, Channel, Delivery, Failure, Reason } from '../client/client.ts'

export type Stage = 'calling' | 'ringing' | 'answered' | 'code_read' | 'texting' | 'texted' | 'failed'
export type ProgressMessage = { stage: Stage; title: string; sentence: string }

/** What the page offers after an outcome: call again, text, change the number, start over. */
export type Action = 'again' | 'text' | 'number' | 'start'
export type OutcomeMessage = { tone: 'good' | 'bad' | 'calm'; title: string; sentence: string; actions: Action[] }

/** Wrong codes that a challenge allows. */
const ATTEMPTS = 5

/** A placed call rings within seconds. After these, the carrier's answer is probably lost and the call looked for. */
const SLOW_SECONDS = 6

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

/** `now` is the server's time in milliseconds. */
export function progressMessage(challenge: Challenge, now: number): ProgressMessage {
  const delivery = challenge.deliveries.at(-1)
  if (!delivery) return { stage: 'calling', title: 'One moment…', sentence: 'We are getting ready to reach you.' }
  if (delivery.state === 'ended' && delivery.result !== 'delivered') {
    return { stage: 'failed', title: failureTitle(delivery), sentence: 'A code that has reached you still works.' }
  }
  const before = challenge.deliveries.at(-2)
  return delivery.channel === 'sms' ? textProgress(delivery, before) : callProgress(challenge, delivery, before, now)
}

function textProgress(delivery: Delivery, before: Delivery | undefined): ProgressMessage {
  switch (delivery.state) {
    case 'placing':
      return { stage: 'texting', title: 'Sending…', sentence: `${because(before)}We are sending you a text message.` }
    case 'ended':
      return { stage: 'texted', title: 'Text delivered', sentence: 'The text has arrived. Type its code here.' }
    default: {
      const sentence = `${because(before)}It can take a moment to arrive. Then type the code here.`
      return { stage: 'texted', title: 'Text sent', sentence }
    }
  }
}

function callProgress(
  challenge: Challenge,
  delivery: Delivery,
  before: Delivery | undefined,
  now: number,
): ProgressMessage {
  switch (delivery.state) {
    case 'placing':
      if (now - Date.parse(delivery.created_at) > SLOW_SECONDS * 1000) {
        const sentence = 'The call has not gone through yet. If it does not, we try another way.'
        return { stage: 'calling', title: 'Still trying…', sentence }
      }
      if (before?.result === 'carrier_failed') {
        const sentence = `${because(before)}We are calling you another way.`
        return { stage: 'calling', title: 'Trying another way…', sentence }
      }
      return { stage: 'calling', title: 'Calling…', sentence: `${because(before)}Your phone is about to ring.` }
    case 'ringing':
      return { stage: 'ringing', title: 'Ringing…', sentence: 'Please pick up your phone.' }
    case 'answered':
      return answeredCall(challenge, delivery)
    default:
      return { stage: 'code_read', title: 'Over to you', sentence: 'We read you the code. Type it here.' }
  }
}

function answeredCall({ flow, attempts_left }: Challenge, delivery: Delivery): ProgressMessage {
  const title = 'Answered'
  if (flow === 'approve') {
    return { stage: 'answered', title, sentence: 'Listen to what it is about, then press a key.' }
  }
  if (flow === 'keypad_code') {
    if (attempts_left === ATTEMPTS) {
      return { stage: 'answered', title, sentence: 'Now enter the code below with the keys of your phone.' }
    }
    return {
      stage: 'answered',
      title: 'That was not the code',
      sentence: `${triesLeft(attempts_left)} Enter it again.`,
    }
  }
  switch ('phase' in delivery ? delivery.phase : undefined) {
    case 'code':
      return { stage: 'answered', title: 'Reading your code', sentence: 'Listen to the code, and type it here.' }
    case 'goodbye':
      return { stage: 'code_read', title: 'Over to you', sentence: 'We read you the code. Type it here.' }
    default: {
      const sentence = 'Press the keys we name, and we read you the code. Then type it here.'
      return { stage: 'answered', title, sentence }
    }
  }
}

/** Why the delivery before this one reached nobody, as the beginning of a sentence. */
function because(before: Delivery | undefined): string {
  return before && isFailure(before.result) ? `${failureTitle(before)}. ` : ''
}

function failureTitle({ channel, result }: Delivery): string {
  if (!isFailure(result)) return channel === 'sms' ? 'That text no longer counts' : 'That call has ended'
  return (channel === 'sms' && TEXT_FAILURES[result]?.title) || FAILURE_TITLES[result]
}

function isFailure(result: Delivery['result']): result is Failure {
  return result !== null && Object.hasOwn(FAILURE_TITLES, result)
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

/** What is wrong with a code before it is sent, where it would cost an attempt or be refused; `null` when nothing is. */
export function codeProblem(code: string, length: number): string | null {
  if (!/^\d+$/.test(code)) return 'Please type the digits of your code.'
  if (code.length === length) return null
  return `The code has ${length} digits, and you typed ${code.length}. That cost you no try.`
}

export function wrongCodeSentence(left: number): string {
  return `That is not the code. ${triesLeft(left)}`
}

function triesLeft(left: number): string {
  return `${left === 1 ? 'One try is' : `${left} tries are`} left.`
}
