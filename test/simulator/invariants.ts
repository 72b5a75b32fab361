// What must hold of every run, whatever the weather.

import { gated, oneLive, resolved, twoAtOnce, wanted } from './invariants/calls.ts'
import { factsOf, type Judge } from './invariants/facts.ts'
import { budget, codesOnce, onceConsumed, oneOutcome, truly } from './invariants/outcome.ts'
import { answered, documents, ends, honest, once, onward } from './invariants/service.ts'
import { learnt, limited, pushed, secret } from './invariants/telling.ts'
import type { World } from './world.ts'

export type Violation = { invariant: string; what: string }

export const INVARIANTS: Record<string, { says: string; judge: Judge }> = {
  I1: {
    says: 'a challenge has at most one outcome, which never changes, and everybody is shown that one',
    judge: oneOutcome,
  },
  I2: {
    says: 'approved means that a proof was given in time, before any denial, and no forged webhook counts',
    judge: truly,
  },
  I3: { says: 'an approval is given to one asker only', judge: onceConsumed },
  I4: { says: 'a code is accepted once, a right one always, a wrong one never', judge: codesOnce },
  I5: { says: 'each wrong guess costs one attempt, nothing else does, and none comes back', judge: budget },
  I6: { says: 'never two live calls to a number, or of a challenge; each is asked for once', judge: oneLive },
  I7: { says: "no document holds a code before that call's gate was passed", judge: gated },
  I8: { says: 'no call is placed after the end; one that rings on is hung up and asks nothing', judge: wanted },
  I9: { says: 'every call asked for is placed, absent or given up within 60 seconds', judge: resolved },
  I10: { says: 'every outcome is pushed at least once, under one name', judge: pushed },
  I11: { says: 'every waiter learns the outcome within seconds, through any instance', judge: learnt },
  I12: { says: 'no limit is exceeded', judge: limited },
  I13: { says: 'no code and no full number in logs, URLs, events, pushes or the ledger', judge: secret },
  documents: {
    says: 'every webhook is answered within 2 seconds, with a valid document where one is awaited',
    judge: documents,
  },
  ends: { says: 'everything ends, and no number stays held', judge: ends },
  honest: { says: 'an outcome says what was seen on the line', judge: honest },
  once: { says: 'one Idempotency-Key makes one challenge', judge: once },
  onward: { says: 'when a delivery fails, the other channel is tried at once', judge: onward },
  answered: { says: 'a creation is answered within 4 seconds', judge: answered },
}

/** After every step: what may be undone before the end. */
export function watch(world: World): Violation | null {
  const what = twoAtOnce(world)
  return what === null ? null : { invariant: 'I6', what }
}

/** At the end. */
export function judge(world: World): Violation | null {
  const facts = factsOf(world)
  for (const [invariant, { judge: look }] of Object.entries(INVARIANTS)) {
    const { value } = look(world, facts).next()
    if (value) return { invariant, what: value }
  }
  return null
}
