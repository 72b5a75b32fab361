// Digits become a judgement here and go no further: neither the machine, the ledger nor a log ever holds one.

import type { Challenge } from './challenge.ts'
import type { DtmfVerdict } from './events.ts'
import { sameText } from './one-time-codes.ts'
import { progressOf } from './transitions/common.ts'

/** What was keyed, for the step that is being heard. `code` and `gate` are derived for this one look. */
export function classifyDtmf(
  challenge: Challenge,
  digits: string,
  secret: { code: string; gate: string },
): DtmfVerdict {
  const call = progressOf(challenge)
  if (digits === '') return 'none'
  if (digits.includes('*')) return 'repeat'
  if (call.state !== 'answered') return 'malformed'
  if (challenge.flow === 'keypad_code') return judgeCode(digits, secret.code)
  if (digits.length !== 1) return 'malformed'
  if (digits === '9') return 'report'
  return digits === (call.phase === 'gate' ? secret.gate : '1') ? 'right' : 'wrong'
}

/** A slip of the finger is no guess: only as many digits as the code has cost an attempt. */
function judgeCode(digits: string, code: string): DtmfVerdict {
  // The finish key with nothing before it, where a carrier tells of it: nothing was entered.
  if (digits === '#') return 'none'
  if (!/^\d+$/.test(digits) || digits.length !== code.length) return 'malformed'
  return sameText(digits, code) ? 'right' : 'wrong'
}
