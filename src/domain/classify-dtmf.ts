// What an entry of keys means. The digits go no further than this: the state machine, the ledger and the log hold none.
// docs/dtmf.md has the table of it, for each phase and for each carrier.

import { type ScriptContext, secondsUntilGateIsNamed } from './call-script.ts'
import type { AnsweredCall, Challenge, DeliveryId } from './challenge.ts'
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
  const call = callOf(challenge, id)
  if (digits === '') return 'none'
  if (call === null) return 'malformed'
  // The code is being read: star reads it again, and so does any other key.
  if (call.phase === 'code') return 'repeat'
  if (call.phase === 'gate')
    return classifyGate(digits, context.gate, seconds < secondsUntilGateIsNamed(challenge, context))
  return challenge.flow === 'keypad_code' ? classifyCode(digits, context.code) : classifyApproval(digits)
}

/** The call as the keys found it, also when it has ended or another delivery has begun meanwhile. */
function callOf({ deliveries }: Challenge, id: DeliveryId): Pick<AnsweredCall, 'phase' | 'turn'> | null {
  const progress = deliveries.find((delivery) => delivery.id === id)?.progress
  if (progress?.state === 'answered') return progress
  return progress?.state === 'ended' ? (progress.openTurn ?? null) : null
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
