// What an entry of keys means. The digits go no further than this: the state machine, the ledger and the log hold none.
// docs/dtmf.md has the table of it, for each phase and for each carrier.

import { type ScriptContext, secondsUntilGateIsNamed } from './call-script.ts'
import type { CallPhase, Challenge, DeliveryId } from './challenge.ts'
import type { DtmfVerdict } from './events.ts'
import { sameText } from './one-time-codes.ts'

/** `context` is what the caller was told in this turn, and `seconds` how long ago the turn began. */
export function classifyDtmf(
  challenge: Challenge,
  id: DeliveryId,
  digits: string,
  context: ScriptContext,
  seconds: number,
): DtmfVerdict {
  const phase = phaseOf(challenge, id)
  if (digits === '') return 'none'
  if (phase === null) return 'malformed'
  // The code is being read: star reads it again, and so does any other key.
  if (phase === 'code') return 'repeat'
  if (phase === 'gate') return classifyGate(digits, context.gate, seconds < secondsUntilGateIsNamed(challenge, context))
  return challenge.flow === 'keypad_code' ? classifyCode(digits, context.code) : classifyApproval(digits)
}

/**
 * What the call was at, also when it has ended or another delivery has begun meanwhile. Of a call that was hung up, or that
 * the carrier failed, keys may have been awaited: so much later only a report counts, but it is still told from other keys.
 */
function phaseOf({ flow, deliveries }: Challenge, id: DeliveryId): CallPhase | null {
  const delivery = deliveries.find((one) => one.id === id)
  if (delivery?.progress.state === 'answered') return delivery.progress.phase
  if (delivery?.progress.state !== 'ended') return null
  if (delivery.progress.openTurn) return delivery.progress.openTurn.phase
  if (delivery.result !== 'hung_up' && delivery.result !== 'carrier_failed') return null
  return flow === 'send_code' ? 'gate' : 'question'
}

/** `isEarly`: the keys came before the sentence that names them could have been heard, so they are a guess. */
function classifyGate(digits: string, gate: string, isEarly: boolean): DtmfVerdict {
  if (digits.includes('9')) return 'report'
  if (digits.includes('*')) return 'repeat'
  if (digits === '#') return 'finish'
  return !isEarly && sameText(digits, gate) ? 'right' : 'wrong'
}

function classifyApproval(digits: string): DtmfVerdict {
  if (digits.startsWith('9')) return 'report'
  if (digits.includes('*')) return 'repeat'
  if (digits.length !== 1) return 'malformed'
  return digits === '1' ? 'right' : 'wrong'
}

/** A slip of the finger is no guess: only as many digits as the code has cost an attempt. */
function classifyCode(digits: string, code: string): DtmfVerdict {
  if (digits.includes('*')) return 'repeat'
  if (digits === '#') return 'finish'
  if (!/^\d+$/.test(digits) || digits.length !== code.length) return 'malformed'
  return sameText(digits, code) ? 'right' : 'wrong'
}
