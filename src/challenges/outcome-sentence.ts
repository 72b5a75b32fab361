// How a challenge ended, at the end of a sentence of its timeline.

import type { Outcome } from '../domain/challenge.ts'

const OUTCOMES: Record<Outcome['reason'], string> = {
  code_matched: 'approved',
  key_pressed: 'approved',
  rejected: 'denied, since the person refused',
  fraud_reported: 'denied, since the person reported a fraud',
  too_many_attempts: 'denied, after too many wrong codes',
  busy: 'undelivered: the line was busy',
  no_answer: 'undelivered: nobody answered',
  call_rejected: 'undelivered: the call was declined on the phone',
  voicemail: 'undelivered: a mailbox had picked up',
  hung_up: 'undelivered: the call ended before there was a decision',
  no_input: 'undelivered: nobody pressed a key that counts, perhaps since a mailbox had picked up',
  unreachable: 'undelivered: the phone could not be reached',
  carrier_failed: 'undelivered by a fault of the carriers, which says nothing about the person',
  expired: 'expired',
  canceled: 'canceled',
}

export function outcomeSentence(reason: Outcome['reason'] | undefined): string {
  return reason ? `The challenge is ${OUTCOMES[reason]}.` : ''
}
