// The numbers whose phones always do the same, for tests of apps: the one table, from which docs/testing.md and the phones
// page are made.

import type { CarrierName } from './carrier-name.ts'
import type { Refusal } from './fault-injection.ts'
import type { Behaviour } from './line.ts'
import type { Receipt } from './message.ts'

/** A status and a reason of Answerback's API; `pending`: the phone leaves the rest to the page or to the test. */
type Outcome = 'pending' | `${'approved' | 'denied' | 'undelivered'} ${string}`

export type TestNumber = {
  /** The last two digits. */
  digits: string
  /** What its phone does. */
  does: string
  call: Behaviour
  message: Receipt
  /** The app's requests for this number are refused, by one carrier or by all. */
  refusal?: Refusal & { carrier: CarrierName | null }
  /** How a challenge to this number ends: a call of each flow, and a text. */
  outcomes: { send_code: Outcome; keypad_code: Outcome; approve: Outcome; sms: Outcome }
}

/**
 * 555-01xx is kept free for fiction in every area of North America (nationalnanpa.com). Several areas, since a number can
 * be in one call only, and tests run at once.
 */
export const TEST_AREAS = ['701', '702', '703', '704'] as const

const answers = { send_code: 'pending', keypad_code: 'pending', approve: 'approved key_pressed' } as const
const TOO_MANY = { status: 429, code: 20429, message: 'Too many requests' }
const always = (outcome: Outcome) => ({ send_code: outcome, keypad_code: outcome, approve: outcome })

export const TEST_NUMBERS: readonly TestNumber[] = [
  {
    digits: '01',
    does: 'Approves. It presses the keys that are named and hears the code out; a code to key in is left to the test.',
    call: 'approves',
    message: 'delivered',
    outcomes: { ...answers, sms: 'pending' },
  },
  {
    digits: '02',
    does: 'Refuses: with another key when it is asked to approve, else by hanging up.',
    call: 'refuses',
    message: 'delivered',
    outcomes: {
      send_code: 'undelivered hung_up',
      keypad_code: 'undelivered hung_up',
      approve: 'denied rejected',
      sms: 'pending',
    },
  },
  {
    digits: '03',
    does: 'Reports fraud. Where a code is to be keyed there is no key for it, and it hangs up.',
    call: 'reports_fraud',
    message: 'delivered',
    outcomes: {
      send_code: 'denied fraud_reported',
      keypad_code: 'undelivered hung_up',
      approve: 'denied fraud_reported',
      sms: 'pending',
    },
  },
  {
    digits: '04',
    does: 'Listens and hangs up: after the code, or after the question.',
    call: 'hangs_up',
    message: 'delivered',
    outcomes: {
      send_code: 'pending',
      keypad_code: 'undelivered hung_up',
      approve: 'undelivered hung_up',
      sms: 'pending',
    },
  },
  {
    digits: '05',
    does: 'Keys wrong codes twice and leaves the right one to the test; presses one wrong gate, then the right one.',
    call: 'wrong_twice',
    message: 'delivered',
    outcomes: { ...answers, sms: 'pending' },
  },
  {
    digits: '06',
    does: 'Answers and presses nothing.',
    call: 'answer',
    message: 'delivered',
    outcomes: { ...always('undelivered no_input'), sms: 'pending' },
  },
  {
    digits: '11',
    does: 'Is busy.',
    call: 'busy',
    message: 'delivered',
    outcomes: { ...always('undelivered busy'), sms: 'pending' },
  },
  {
    digits: '12',
    does: 'Declines the call.',
    call: 'decline',
    message: 'delivered',
    outcomes: { ...always('undelivered call_rejected'), sms: 'pending' },
  },
  {
    digits: '13',
    does: 'Rings in vain.',
    call: 'no_answer',
    message: 'delivered',
    outcomes: { ...always('undelivered no_answer'), sms: 'pending' },
  },
  {
    digits: '14',
    does: 'Goes to voicemail. With DETECT_VOICEMAIL=on the reason is voicemail.',
    call: 'voicemail',
    message: 'delivered',
    outcomes: { ...always('undelivered no_input'), sms: 'pending' },
  },
  {
    digits: '15',
    does: 'Is switched off.',
    call: 'unreachable',
    message: 'unreachable',
    outcomes: { ...always('undelivered unreachable'), sms: 'undelivered unreachable' },
  },
  {
    digits: '16',
    does: 'Does not exist.',
    call: 'no_such_number',
    message: 'unreachable',
    outcomes: { ...always('undelivered unreachable'), sms: 'undelivered unreachable' },
  },
  {
    digits: '21',
    does: 'Gets no texts. Calls are approved.',
    call: 'approves',
    message: 'unreachable',
    outcomes: { ...answers, sms: 'undelivered unreachable' },
  },
  {
    digits: '22',
    does: 'Is a landline, which takes no texts. Calls are approved.',
    call: 'approves',
    message: 'landline',
    outcomes: { ...answers, sms: 'undelivered unreachable' },
  },
  {
    digits: '23',
    does: 'Has its texts filtered out by the carrier. Calls are approved.',
    call: 'approves',
    message: 'blocked',
    outcomes: { ...answers, sms: 'undelivered carrier_failed' },
  },
  {
    digits: '24',
    does: 'Reports no receipt for a text. Calls are approved.',
    call: 'approves',
    message: 'none',
    outcomes: { ...answers, sms: 'pending' },
  },
  {
    digits: '31',
    does: 'Cannot be connected: every carrier takes the call or the text, and then fails.',
    call: 'carrier_failed',
    message: 'carrier_failed',
    outcomes: { ...always('undelivered carrier_failed'), sms: 'undelivered carrier_failed' },
  },
  {
    digits: '32',
    does: 'Every carrier refuses the call or the text with 429.',
    call: 'ring',
    message: 'delivered',
    refusal: { ...TOO_MANY, carrier: null },
    outcomes: { ...always('undelivered carrier_failed'), sms: 'undelivered carrier_failed' },
  },
  {
    digits: '33',
    does: 'Twilio refuses with 429, and the next carrier takes it. Calls are approved.',
    call: 'approves',
    message: 'delivered',
    refusal: { ...TOO_MANY, carrier: 'Twilio' },
    outcomes: { ...answers, sms: 'pending' },
  },
  {
    digits: '34',
    does: 'Every carrier is down and answers 503. Each is asked for some seconds whether it dialled; a text stays open.',
    call: 'ring',
    message: 'delivered',
    refusal: { status: 503, code: 20503, message: 'Service unavailable', carrier: null },
    outcomes: { ...always('undelivered carrier_failed'), sms: 'pending' },
  },
]

/** The numbers that do the same. */
export function numbersOf({ digits }: TestNumber): string[] {
  return TEST_AREAS.map((area) => `+1${area}55501${digits}`)
}

const BY_NUMBER = new Map(TEST_NUMBERS.flatMap((one) => numbersOf(one).map((number) => [number, one])))

export function findTestNumber(number: string): TestNumber | null {
  return BY_NUMBER.get(number) ?? null
}
