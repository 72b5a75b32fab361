// What the guard refused, or would have: the first ones of each rule against each thing are kept one by one, all are counted.

import { nanoid } from 'nanoid'
import type { ChallengeId } from '../domain/challenge.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { DatabaseUnavailable, hasNotHappened } from '../store/database-errors.ts'
import type { DecisionCount, GuardTrips, NewDecision } from '../store/guard-trips.ts'
import type { ChallengeRequest } from '../store/types.ts'
import { withoutDigits } from './numbers.ts'
import type { Finding } from './traffic-rules.ts'

type Target = Pick<ChallengeRequest, 'serviceId' | 'numberHash' | 'maskedNumber'>

/** Of one rule against one thing, in an hour of this process. An attack must not fill the table that explains it. */
const KEPT_PER_HOUR = 500
const HOUR_MS = 3_600_000

export type Decisions = {
  add(finding: Finding, target: Target, challenge: ChallengeId | null, refused: boolean): void
  write(): Promise<void>
}

type Deps = { store: Pick<GuardTrips, 'decided'>; metrics: Pick<Metrics, 'guardDecided'> }

export function createDecisions({ store, metrics }: Deps): Decisions {
  let fresh: NewDecision[] = []
  let counts = new Map<string, DecisionCount>()
  let kept = new Map<string, number>()
  let hourBegan = performance.now()

  function count({ rule, key, count: more }: DecisionCount): void {
    const name = nameOf({ rule, key })
    counts.set(name, { rule, key, count: (counts.get(name)?.count ?? 0) + more })
  }

  return {
    add({ rule, key, reason }, { serviceId, numberHash, maskedNumber }, challengeId, refused) {
      metrics.guardDecided({ rule, decision: refused ? 'refused' : 'recorded' })
      const name = nameOf({ rule, key })
      count({ rule, key, count: 1 })
      const number = kept.get(name) ?? 0
      if (number >= KEPT_PER_HOUR) return
      kept.set(name, number + 1)
      const id = `dec_${nanoid(22)}`
      fresh.push({
        id,
        rule,
        key,
        refused,
        reason,
        serviceId,
        numberHash,
        shown: withoutDigits(maskedNumber),
        challengeId,
      })
    },
    async write() {
      if (performance.now() - hourBegan > HOUR_MS) {
        kept = new Map()
        hourBegan = performance.now()
      }
      const [decided, counted] = [fresh, counts]
      fresh = []
      counts = new Map()
      try {
        await store.decided(decided, [...counted.values()])
      } catch (error) {
        // What may have been written is written again under its id. The counts have none.
        if (error instanceof DatabaseUnavailable) fresh = [...decided, ...fresh]
        if (hasNotHappened(error)) for (const one of counted.values()) count(one)
        throw error
      }
    },
  }
}

function nameOf({ rule, key }: Pick<DecisionCount, 'rule' | 'key'>): string {
  return `${rule} ${key}`
}
