// What the page says while a challenge is pending. The server and the browser both use it.

import type { Challenge, Channel, Delivery } from '../client/client.ts'
import { failureMessage, failureTitle, isFailure, mayTextAgain } from './outcome-sentences.ts'

export type Stage = 'calling' | 'ringing' | 'answered' | 'code_read' | 'texting' | 'texted' | 'failed'
export type ProgressMessage = { stage: Stage; title: string; sentence: string }

/** Wrong codes that a challenge allows. */
const ATTEMPTS = 5

/** A placed call rings within seconds. After these, the carrier's answer is probably lost and the call looked for. */
const SLOW_SECONDS = 6

/** Whether a carrier tells when the phone rings. Of a call through another one nothing is known until it is answered. */
const REPORTS_RINGING: Record<Delivery['carrier'], boolean> = {
  twilio: true,
  signalwire: true,
  bandwidth: false,
  plivo: true,
}

/** `now` is the server's time in milliseconds. */
export function progressMessage(challenge: Challenge, now: number): ProgressMessage {
  const delivery = challenge.deliveries.at(-1)
  if (!delivery) return { stage: 'calling', title: 'One moment…', sentence: 'We are getting ready to reach you.' }
  if (delivery.state === 'ended' && delivery.result !== 'delivered') {
    const why = delivery.cause === undefined ? undefined : failureMessage(delivery)?.sentence
    const sentence = `${why === undefined ? '' : `${why} `}A code that has reached you still works.`
    return { stage: 'failed', title: failureTitle(delivery), sentence }
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
        if (!REPORTS_RINGING[delivery.carrier]) {
          const sentence = 'Your phone should be ringing by now. If it is not, we try another way.'
          return { stage: 'calling', title: 'Calling…', sentence }
        }
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

/** Other deliveries of the same code. None is possible while a call is live. */
export function redeliveryLabels(challenge: Challenge): Partial<Record<Channel, string>> {
  const last = challenge.deliveries.at(-1)
  if (last?.state !== 'sent' && last?.state !== 'ended') return {}
  const { call, sms } = retryLabels(challenge)
  return challenge.flow === 'send_code' && mayTextAgain(last) ? { call, sms } : { call }
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
