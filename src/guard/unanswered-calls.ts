// Calls in a row that the person did not answer or refused: the next one waits, longer each time, until an approval.

import type { Challenge, DeliveryResult, Failure } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import { neverRang } from '../domain/unrung-delivery.ts'
import type { FailureChange, FailureRule } from '../store/failure-counters.ts'
import type { Lock } from '../store/rate-limits.ts'
import { askerKeys, type Recipient } from './who-asks.ts'

/** After the third a minute, and twice as long after each one more, up to 32; each up to a fifth longer. */
const RULE: FailureRule = {
  first: 3,
  every: 1,
  seconds: 60,
  longest: 1920,
  jitter: 0.2,
  forgottenAfter: 86_400,
  disablesAt: null,
}

export const UNANSWERED = { all: 'unanswered', named: 'unanswered_named', owner: 'unanswered_owner' } as const

/** Those of a number. Behind them are those of its inside lines, and of accounts that have proved it. */
export function unansweredKeys(hashes: readonly string[]): string[] {
  return Object.values(UNANSWERED).flatMap((what) => hashes.map((hash) => `${what}:${hash}`))
}

/** Those that hold for the one who asks. */
export function unansweredLocks(recipient: Recipient, hashes: (text: string) => string[]): Lock[] {
  return askerKeys(recipient, hashes, UNANSWERED)
}

/** The phone rang, or its line was busy. A call that found no phone, or that the app canceled, is not among them. */
const NOT_WANTED: ReadonlySet<DeliveryResult> = new Set<Failure>([
  'busy',
  'no_answer',
  'call_rejected',
  'voicemail',
  'no_input',
])

/** What a change counts: a call that was not wanted, or an approval. */
export function unansweredChange(
  before: Challenge,
  event: ChallengeEvent,
  after: Challenge,
  locks: (failed: boolean) => Lock[],
): FailureChange | null {
  const isProved = after.outcome?.status === 'approved' && !before.outcome
  const failed = !isProved && ((notWanted(after) && !notWanted(before)) || isAbandonedEnd(before, event, after))
  return failed || isProved ? { ...RULE, keys: locks(failed), failed, refusedWhileLocked: false } : null
}

/** A key that refuses may still come when the call has ended. */
function notWanted({ deliveries, outcome }: Challenge): boolean {
  const { channel, progress, result } = deliveries.at(-1)!
  if (channel !== 'call' || progress.state !== 'ended' || outcome?.status === 'approved') return false
  return outcome?.reason === 'rejected' || (result !== null && NOT_WANTED.has(result))
}

/** The end of a call that its page or time had given up, unless the phone certainly did not ring. */
function isAbandonedEnd(before: Challenge, event: ChallengeEvent, after: Challenge): boolean {
  const [was, is] = [before.deliveries.at(-1)!, after.deliveries.at(-1)!]
  if (!is.abandoned || was.progress.state === 'ended' || is.progress.state !== 'ended' || notWanted(after)) return false
  if (was.progress.state !== 'placing') return true
  return (event.type === 'ended' || event.type === 'placement_failed') && !neverRang(was, event)
}
