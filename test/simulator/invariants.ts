// What must hold of every run, whatever the faultRates.

import { type Check, collectFacts } from './invariants/facts.ts'
import { keysHeard } from './invariants/keys.ts'
import { limitsKept, unrungIsFree, wrongCodesCounted, wrongGatesStop } from './invariants/limits.ts'
import {
  codeBehindGate,
  noCallAfterEnd,
  oneLiveDelivery,
  ownCalls,
  placementResolved,
  twoLiveCalls,
} from './invariants/live-calls.ts'
import { nothingLeaks, outcomePushed, waitersInformed } from './invariants/notifications.ts'
import {
  approvalGivenOnce,
  approvedByProof,
  attemptBudget,
  codeAcceptedOnce,
  oneOutcome,
} from './invariants/outcome.ts'
import { onlyWithPage } from './invariants/pages.ts'
import { receiptsAskedFor } from './invariants/receipts.ts'
import { reportedIsFrozen } from './invariants/reports.ts'
import {
  appAnswered,
  everythingEnds,
  fallbackTried,
  honestOutcome,
  idempotentCreation,
  nextCarrierTried,
  receiptsNoted,
  webhooksAnswered,
} from './invariants/service.ts'
import { blockedBeginsNot, trafficCounted } from './invariants/traffic.ts'
import { approvalUsedOnce } from './invariants/uses.ts'
import type { World } from './world.ts'

export type Violation = { invariant: string; what: string }

export const INVARIANTS: Record<string, { description: string; check: Check }> = {
  I1: {
    description: 'a challenge has at most one outcome, which never changes, and everybody is shown that one',
    check: oneOutcome,
  },
  I2: {
    description: 'approved means that a proof was given in time, before any denial, and no forged webhook counts',
    check: approvedByProof,
  },
  I3: { description: 'an approval is given to one asker only', check: approvalGivenOnce },
  used: { description: 'an approval is used once, and who used it gets one receipt', check: approvalUsedOnce },
  I4: { description: 'a code is accepted once, a right one always, a wrong one never', check: codeAcceptedOnce },
  I5: {
    description: 'each wrong guess costs one attempt, nothing else does, and none comes back',
    check: attemptBudget,
  },
  I6: {
    description: 'never two live calls to a number, or of a challenge; each is asked for once',
    check: oneLiveDelivery,
  },
  I7: { description: "no document holds a code before that call's gate was passed", check: codeBehindGate },
  I8: {
    description: 'no call is placed after the end; one that rings on is hung up and asks nothing',
    check: noCallAfterEnd,
  },
  I9: {
    description:
      'every call asked for is placed, or absent within 10 seconds by two answers of its carrier, and then tried elsewhere, or given up within 60',
    check: placementResolved,
  },
  I10: { description: 'every outcome is pushed at least once, under one name', check: outcomePushed },
  I11: { description: 'every waiter learns the outcome within seconds, through any instance', check: waitersInformed },
  I12: { description: 'every delivery is counted, and no limit is exceeded', check: limitsKept },
  unrung: {
    description: 'a delivery that rang nobody is given back, once, and one that rang never',
    check: unrungIsFree,
  },
  gates: {
    description: 'after three wrong gates no code is spoken to a number, until a right one',
    check: wrongGatesStop,
  },
  codes: {
    description: 'every wrong code is counted on its number, once, until the number is proved',
    check: wrongCodesCounted,
  },
  I13: { description: 'no code and no full number in logs, URLs, events, pushes or the ledger', check: nothingLeaks },
  keys: {
    description:
      'a proof, a refusal or a report that is keyed decides, also for 5 s after the hang-up, a report always',
    check: keysHeard,
  },
  documents: {
    description: 'every webhook is answered within 2 seconds, with a valid document where one is awaited',
    check: webhooksAnswered,
  },
  receipts: { description: 'a receipt answered with 2xx was noted', check: receiptsNoted },
  lookups: { description: 'a message whose receipt did not come is looked up', check: receiptsAskedFor },
  ends: { description: 'everything ends, and no number stays held', check: everythingEnds },
  honest: { description: 'an outcome says what was seen on the line', check: honestOutcome },
  once: { description: 'one Idempotency-Key makes one challenge', check: idempotentCreation },
  onward: {
    description: 'when a delivery fails, the other channel is tried at once, after a hang-up within 7 s',
    check: fallbackTried,
  },
  own: { description: 'no delivery bears the name of a call that was made for another', check: ownCalls },
  carriers: {
    description: 'what a carrier took and then failed to connect or send, the next one tries',
    check: nextCarrierTried,
  },
  frozen: {
    description:
      'after a report of fraud nothing of the service begins to the number, is approved there, or stays pending',
    check: reportedIsFrozen,
  },
  page: {
    description:
      'what requires a page is called and texted only while one is connected, and hung up soon after the last has left',
    check: onlyWithPage,
  },
  traffic: {
    description: 'nothing begins under a block that is enforced, and one that is only recorded refuses nothing',
    check: blockedBeginsNot,
  },
  money: {
    description:
      'where no statement and no instance fails, what is counted of a prefix and as spent is what began, was verified, and was given back',
    check: trafficCounted,
  },
  answered: { description: 'a creation, redelivery, cancel or check is answered within 4 seconds', check: appAnswered },
}

/** After every step: what may be undone before the end. */
export function checkAfterStep(world: World): Violation | null {
  const what = twoLiveCalls(world)
  return what === null ? null : { invariant: 'I6', what }
}

/** At the end. */
export function checkAtEnd(world: World): Violation | null {
  const facts = collectFacts(world)
  for (const [invariant, { check }] of Object.entries(INVARIANTS)) {
    const { value } = check(world, facts).next()
    if (value) return { invariant, what: value }
  }
  return null
}
