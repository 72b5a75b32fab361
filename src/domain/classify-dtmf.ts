// What an entry of keys means. The digits go no further than this: the state machine, the ledger and the log hold none.
// docs/dtmf.md has the table of it, for each phase and for each carrier.

import { approveKeyOf, type ScriptContext, secondsUntilKeyIsNamed } from './call-script.ts'
import type { AnsweredCall, Challenge, DeliveryId, OpenTurn } from './challenge.ts'
import type { DtmfVerdict } from './events.ts'
import { sameText } from './one-time-codes.ts'

/** `context` is what the caller was told in this turn, and `seconds` how long these keys have been named. */
export function classifyDtmf(
  challenge: Challenge,
  id: DeliveryId,
  digits: string,
  context: ScriptContext,
  seconds: number,
): DtmfVerdict {
  const turn = turnOf(challenge, id)
  if (digits === '') return 'none'
  if (turn === null) return 'malformed'
  const isReported = context.sharedPhrase !== null
  // The code is being read: star reads it again, and so does any other key.
  if (turn.phase === 'code') return turn.turn === 1 && isReported && digits.startsWith('9') ? 'report' : 'repeat'
  const isEarly = () => seconds < secondsUntilKeyIsNamed(challenge, turn, context)
  if (turn.phase === 'gate') return classifyGate(digits, context.gate, isEarly())
  if (challenge.flow === 'keypad_code')
    return isReported && digits === '9' ? 'report' : classifyCode(digits, context.code)
  return classifyApproval(digits, approveKeyOf(turn, context), turn.keyDrawn && isEarly())
}

/** Whether keys were drawn for this turn that can't have been named yet: to hear it again is then to hear it first. */
export function isUnheard(challenge: Challenge, id: DeliveryId, context: ScriptContext, seconds: number): boolean {
  const turn = turnOf(challenge, id)
  if (!turn || (turn.phase !== 'gate' && !turn.keyDrawn)) return false
  return seconds < secondsUntilKeyIsNamed(challenge, turn, context)
}

/**
 * What the call was at, also when it has ended or another delivery has begun meanwhile. Of a call that was hung up, that the
 * carrier failed, or whose answer is not on record (a standby may take over without the last saves), keys may have been
 * awaited: there only a report counts, but it is still told from other keys.
 */
function turnOf(challenge: Challenge, id: DeliveryId): AnsweredCall | OpenTurn | null {
  const { flow, deliveries } = challenge
  const delivery = deliveries.find((one) => one.id === id)
  if (delivery?.progress.state === 'answered') return delivery.progress
  const phase = flow === 'send_code' ? 'gate' : 'question'
  const unknown = { phase, turn: 0, notice: 'none', keyDrawn: false, turnStartedAt: null } as const
  if (delivery?.progress.state === 'placing' || delivery?.progress.state === 'ringing') return unknown
  if (delivery?.progress.state !== 'ended') return null
  if (delivery.progress.openTurn) return delivery.progress.openTurn
  // Or it was hung up since the challenge had ended. While a code is read 9 is a key like others.
  const isClosed = challenge.outcome !== null && !challenge.codeDisclosed
  return isClosed || delivery.result === 'hung_up' || delivery.result === 'carrier_failed' ? unknown : null
}

/** `isEarly`: the keys came before the sentence that names them could have been heard, so they are a guess. */
function classifyGate(digits: string, gate: string, isEarly: boolean): DtmfVerdict {
  if (digits.includes('9')) return 'report'
  if (digits.includes('*')) return 'repeat'
  if (digits === '#') return 'finish'
  return !isEarly && sameText(digits, gate) ? 'right' : 'wrong'
}

/** `isEarly`: as at the gate. What cannot be an answer neither approves nor refuses. */
function classifyApproval(digits: string, approveKey: string, isEarly: boolean): DtmfVerdict {
  if (digits.startsWith('9')) return 'report'
  if (digits.includes('*')) return 'repeat'
  if (digits.length !== 1 || isEarly) return 'malformed'
  return digits === approveKey ? 'right' : 'wrong'
}

/** A slip of the finger is no guess: only as many digits as the code has cost an attempt. */
function classifyCode(digits: string, code: string): DtmfVerdict {
  if (digits.includes('*')) return 'repeat'
  if (digits === '#') return 'finish'
  if (!/^\d+$/.test(digits) || digits.length !== code.length) return 'malformed'
  return sameText(digits, code) ? 'right' : 'wrong'
}
