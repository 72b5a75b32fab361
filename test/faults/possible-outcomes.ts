// The outcomes that a scenario may have, by the exchange's own record of the call, which no injected fault changes.

import type { Challenge } from '../../src/client/client.ts'
import type { Call } from '../../src/exchange/simulator/call.ts'
import type { Scenario } from './scenario.ts'

const NOT_CALLED = ['undelivered carrier_failed', 'expired expired']
const HUNG_UP = ['undelivered hung_up', 'expired expired']
const HOLD = 'One moment, please.'
const APOLOGY = /Sorry, we cannot finish this call/
const NO_LONGER_NEEDED = /This call is no longer needed/

const FAREWELLS: [RegExp, string[]][] = [
  [/that is confirmed/, ['approved key_pressed', 'approved code_matched']],
  [/You have refused/, ['denied rejected']],
  [/The request has been stopped/, ['denied fraud_reported']],
  // The person waits for the app's answer, which an instance that was killed delays, before they press a key.
  [/We did not get an answer/, ['undelivered no_input']],
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
  // A carrier that is asked afterwards reports a declined call as busy.
  if (behaviour === 'declines') return ['undelivered call_rejected', 'undelivered busy', 'expired expired']
  if (valid) return ['approved code_matched']
  if (challenge.flow === 'send_code' && /code is/.test(said(call))) return ['expired expired']
  return brokenOff(call)
}

/** A call that was cut short, by whom and with which last words. `expired`: the webhook of its end was lost with an instance. */
function brokenOff(call: Call): string[] {
  // A person who hangs up having heard nothing may have met a document that could not be had: its instance was killed.
  // So has one who was only asked to wait: an instance that did not reach the database said so, and noted nothing.
  const heard = said(call).replaceAll(HOLD, '').trim()
  if (call.hungUpBy === 'person' && heard !== '' && !APOLOGY.test(heard)) return HUNG_UP
  // We hang up, or say that the call is no longer needed, only after an outcome: it can't be the end of this call.
  if (call.hungUpBy === 'app' || NO_LONGER_NEEDED.test(said(call))) return NOT_CALLED
  // A document of ours could not be fetched, or was fetched from an instance that could not save the failure.
  return [...HUNG_UP, 'undelivered carrier_failed']
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
