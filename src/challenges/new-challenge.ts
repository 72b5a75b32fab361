// A challenge as it begins.

import type { Challenge, Delivery } from '../domain/challenge.ts'
import { sortableId } from './sortable-id.ts'

const ATTEMPTS = 5

export function newChallenge({ flow, fallback }: Pick<Challenge, 'flow' | 'fallback'>, first: Delivery): Challenge {
  return {
    id: `chl_${sortableId()}`,
    flow,
    version: 1,
    attemptsLeft: ATTEMPTS,
    codeDisclosed: false,
    fallback,
    deliveries: [first],
    outcome: null,
  }
}
