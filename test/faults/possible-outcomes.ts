// What may have come of a story, by what the exchange saw: the phone's own record, which no fault of ours can touch.

import type { Challenge } from '../../src/client/client.ts'
import type { Call } from '../../src/exchange/simulator/call.ts'
import type { Scenario } from './scenario.ts'

const NOT_CALLED = ['undelivered carrier_failed', 'expired expired']
/** A call that was cut short by a fault, or whose end was told to an instance that died with it. */
const BROKEN_OFF = ['undelivered hung_up', 'expired expired']
const APOLOGY = /Sorry, we cannot finish this call/

const FAREWELLS: [RegExp, string[]][] = [
  [/that is confirmed/, ['approved key_pressed', 'approved code_matched']],
  [/You have refused/, ['denied rejected']],
  [/The request has been stopped/, ['denied fraud_reported']],
]

export function possibleOutcomes({ behaviour, phone, challenge, valid }: Scenario): string[] {
  const [call] = phone.calls
  if (!call) return NOT_CALLED
  if (call.answeredAt === null && call.ending === 'no_answer') return ['undelivered no_answer', 'expired expired']
  if (call.ending === 'canceled') return NOT_CALLED
  const heard = FAREWELLS.find(([words]) => words.test(said(call)))
  if (heard) return heard[1]
  const pressed = outcomeOf(keyed(call), challenge)
  if (pressed && challenge.flow !== 'send_code') return [pressed, ...brokenOff(call)]
  // Asked afterwards, the company tells a refusal from an engaged line no more.
  if (behaviour === 'declines') return ['undelivered call_rejected', 'undelivered busy', 'expired expired']
  if (valid) return ['approved code_matched']
  if (challenge.flow === 'send_code' && /code is/.test(said(call))) return ['expired expired']
  return brokenOff(call)
}

/** A document that could not be fetched is our failure or the carrier's, and never told of a person who just hung up. */
function brokenOff(call: Call): string[] {
  const failed = call.hungUpBy !== 'person' || APOLOGY.test(said(call))
  return failed ? [...BROKEN_OFF, 'undelivered carrier_failed'] : BROKEN_OFF
}

function outcomeOf(keys: string, { flow, display_code }: Challenge): string | null {
  if (flow === 'keypad_code') return display_code && keys.includes(display_code) ? 'approved code_matched' : null
  if (keys.includes('1')) return 'approved key_pressed'
  if (keys.includes('9')) return 'denied fraud_reported'
  return keys === '' ? null : 'denied rejected'
}

function said({ transcript }: Call): string {
  return transcript
    .filter(({ kind }) => kind === 'said')
    .map(({ text }) => text)
    .join(' ')
}

function keyed({ transcript }: Call): string {
  return transcript
    .filter(({ kind }) => kind === 'key')
    .map(({ text }) => text)
    .join('')
}
