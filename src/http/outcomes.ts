// Every outcome of a challenge, and what it means to the app.

import type { Failure, FailureCause, Outcome } from '../domain/challenge.ts'

type Reasons<S> = Extract<Outcome, { status: S }>['reason']

export const FAILURES = {
  busy: 'The line was busy.',
  no_answer: 'Nobody answered in time.',
  call_rejected: 'The call was declined on the phone. Nobody heard what it was for.',
  voicemail: 'A machine answered. No code was spoken to it.',
  hung_up:
    'The call was answered, and ended before a decision. Told five to six seconds after the hang-up, since keys may still be on their way.',
  no_input: 'The call was answered, and nobody pressed a key that counts. It may have been a mailbox.',
  unreachable:
    'The call did not ring, or the message was not delivered: the phone is off or out of reach, takes no such message, or the number is wrong.',
  carrier_failed: 'The carriers failed. It says nothing about the person.',
} as const satisfies Record<Failure, string>

/** Beside a failure, where the carrier names it: what exactly kept the delivery from the person. */
export const FAILURE_CAUSES = {
  landline: 'The number takes no text messages: a landline.',
  handset_off: 'The phone is off or out of reach.',
  number_unknown: 'The network knows no such number, or it is not in service.',
  blocked: 'The phone, its owner or its network blocks the message.',
  opted_out: 'The person has asked for no more messages from the sender.',
  filtered: 'The message was taken for spam on its way.',
} as const satisfies Record<FailureCause, string>

export const OUTCOMES = {
  approved: {
    code_matched: 'The right code was typed, or keyed on the phone.',
    key_pressed: 'The person pressed 1.',
  },
  denied: {
    rejected: 'The person refused.',
    fraud_reported: 'The person pressed 9: it was not them who asked.',
    too_many_attempts:
      'The budget of wrong codes is used up: of the challenge, or of the number over all its challenges.',
  },
  undelivered: FAILURES,
  expired: { expired: 'Its time ran out.' },
  canceled: { canceled: 'The app or the page ended it.' },
} as const satisfies { [S in Outcome['status']]: Record<Reasons<S>, string> }

export const STATUSES = ['pending', ...keys(OUTCOMES)] as const
export const REASONS = Object.values(OUTCOMES).flatMap((reasons) => keys<Record<Outcome['reason'], string>>(reasons))
export const CAUSES = keys<Record<FailureCause, string>>(FAILURE_CAUSES)
export const RESULTS = ['delivered', ...keys(FAILURES), 'canceled', 'superseded'] as const

function keys<T extends object>(table: Partial<T>): (keyof T)[] {
  return Object.keys(table) as (keyof T)[]
}
