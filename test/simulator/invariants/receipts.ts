// A carrier that sends a receipt once is asked for one that did not come.

import type { ChallengeRecord, LedgerLine } from '../../../src/store/types.ts'
import type { World } from '../world.ts'
import { type Check, isUndisturbed } from './facts.ts'

const FINAL = new Set(['delivered', 'undelivered', 'failed'])
/** So long before a check is saved its look-up may have begun. */
const LOOKUP_MS = 5_000

export const receiptsAskedFor: Check = function* (world, { histories }) {
  for (const { id, commits } of histories) {
    for (const [index, { stored }] of commits.entries()) {
      const next = commits[index + 1]
      const ref = awaitedReceipt(stored)
      if (ref === null || !next || !isCheckedInVain(next.line)) continue
      if (hasReceipt(world, stored, ref) && isUndisturbed(world, next.at - LOOKUP_MS, next.at))
        yield `${id} was checked on, and the receipt of ${ref} not asked for`
    }
  }
}

/** The ref of a message that is on its way. */
function awaitedReceipt({ challenge }: ChallengeRecord): string | null {
  const { ref, progress } = challenge.deliveries.at(-1)!
  return !challenge.outcome && progress.state === 'sent' ? ref : null
}

/** The check found no receipt, and the other channel was tried where there is one. */
function isCheckedInVain({ type, facts }: LedgerLine): boolean {
  return type === 'check_due' || (type === 'delivery_requested' && facts.fallback === true)
}

function hasReceipt({ exchange }: World, { request }: ChallengeRecord, ref: string): boolean {
  const message = request.to === null ? null : exchange.phone(request.to).messages.find(({ id }) => id === ref)
  return FINAL.has(message?.state ?? '')
}
