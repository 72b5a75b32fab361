// A challenge's state in the words of the pages.

import type { AnsweredCall, CarrierName, Channel, Delivery, Flow, Outcome, Status } from '../../domain/challenge.ts'
import type { ChallengeRecord } from '../../store/types.ts'

export const FLOW_WORDS: Record<Flow, string> = {
  send_code: 'code to the phone',
  keypad_code: 'code keyed on the phone',
  approve: 'question on the phone',
}

export const CHANNEL_WORDS: Record<Channel, string> = { call: 'call', sms: 'text' }

export const CARRIER_NAMES: Record<CarrierName, string> = {
  twilio: 'Twilio',
  signalwire: 'SignalWire',
  bandwidth: 'Bandwidth',
  plivo: 'Plivo',
}

export const STATUS_WORDS: Record<Status, string> = {
  pending: 'Pending',
  approved: 'Approved',
  denied: 'Denied',
  undelivered: 'Undelivered',
  expired: 'Expired',
  canceled: 'Canceled',
}

export const REASON_WORDS: Record<Outcome['reason'], string> = {
  code_matched: 'Right code',
  key_pressed: 'Key pressed',
  rejected: 'Refused on the phone',
  fraud_reported: 'Reported as fraud',
  too_many_attempts: 'Too many wrong codes',
  busy: 'Line busy',
  no_answer: 'Nobody answered',
  call_rejected: 'Declined on the phone',
  voicemail: 'Mailbox picked up',
  hung_up: 'Hung up before a decision',
  no_input: 'No key that counts',
  unreachable: 'Phone not reached',
  carrier_failed: 'Carriers failed',
  expired: 'Time over',
  canceled: 'By the app or the page',
}

const ON_THE_LINE: Record<AnsweredCall['phase'], string> = {
  gate: 'Asking for the two keys',
  code: 'Reading the code',
  question: 'Waiting for a key',
  goodbye: 'Saying goodbye',
}

/** One that is overdue has expired, though nothing has noted it yet. */
export function statusOf({ challenge, expired }: ChallengeRecord): Status {
  return expired ? 'expired' : (challenge.outcome?.status ?? 'pending')
}

export function reasonOf({ challenge, expired }: ChallengeRecord): Outcome['reason'] | null {
  return expired ? 'expired' : (challenge.outcome?.reason ?? null)
}

/** How it ended, or what is going on. */
export function stateWords(record: ChallengeRecord): string {
  const reason = reasonOf(record)
  return reason === null ? progressOf(record) : REASON_WORDS[reason]
}

function progressOf({ challenge }: ChallengeRecord): string {
  const delivery = challenge.deliveries.at(-1)
  if (!delivery) return 'Beginning'
  const { progress, channel } = delivery
  switch (progress.state) {
    case 'waiting':
      return 'Waiting for its page'
    case 'placing':
      return progress.unknown ? 'Answer of the carrier lost' : channel === 'sms' ? 'Sending' : 'Calling'
    case 'ringing':
      return 'Ringing'
    case 'answered':
      return ON_THE_LINE[progress.phase]
    case 'sent':
      return 'Text sent'
    case 'ended':
      return challenge.codeDisclosed ? 'Waiting for the code' : 'Between two tries'
  }
}

export function deliveryWords({ channel, carrier }: Pick<Delivery, 'channel' | 'carrier'>): string {
  return `${CHANNEL_WORDS[channel]} through ${CARRIER_NAMES[carrier]}`
}

export function dateOf(at: string): string {
  return at.slice(0, 10)
}

export function timeOf(at: string): string {
  return at.slice(11, 19)
}
