// Wrong codes in a row, of a number: neither another challenge nor another delivery begins to count anew. NIST SP 800-63B-4,
// 3.1.3.2 and 3.2.2.

import type { Challenge } from '../domain/challenge.ts'
import type { FailureChange, FailureRule } from '../store/failure-counters.ts'
import type { Lock } from '../store/rate-limits.ts'
import { askerKeys, type Recipient } from './who-asks.ts'

/** 10 minutes after 20 in a row, and twice as long after every 5 more, up to a day. After 100 no code is sent. */
const RULE: FailureRule = {
  first: 20,
  every: 5,
  seconds: 600,
  longest: 86_400,
  jitter: 0,
  forgottenAfter: 90 * 86_400,
  disablesAt: 100,
}

const COUNTED = 'code'

/** Those of a number, under which everybody guesses who has not proved it. Behind them are those of its lines and accounts. */
export function wrongCodeKeys(hashes: readonly string[]): string[] {
  return hashes.map((hash) => `${COUNTED}:${hash}`)
}

/** Those that hold for the one who asks. */
export function wrongCodeLocks(recipient: Recipient, hashes: (text: string) => string[]): Lock[] {
  return askerKeys(recipient, hashes, { all: COUNTED, named: COUNTED, owner: COUNTED })
}

/** What a change counts: a wrong code, or what proves the number. */
export function wrongCodeChange(
  before: Challenge,
  after: Challenge,
  locks: (failed: boolean) => FailureChange['keys'],
): FailureChange | null {
  const failed = after.attemptsLeft < before.attemptsLeft
  const isProved = after.outcome?.status === 'approved' && !before.outcome
  if (!failed && !isProved) return null
  return { ...RULE, keys: locks(failed), failed, refusedWhileLocked: after.flow !== 'approve' }
}
