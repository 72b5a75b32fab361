// What the guard does about traffic where the settings say nothing: it enforces in production, and records elsewhere
// and where the limit of a prefix is lifted, as it is for tests under load.

import type { TrafficSettings } from '../guard/traffic-rules.ts'
import { defaultDeck } from './rate-deck-file.ts'
import type { Config } from './read-config.ts'

/** Where calls are simulated, a rule that refuses them would only stand in the way of who tries things out. */
export function trafficSettings(config: Config): TrafficSettings {
  const mode = config.production && config.LIMIT_PER_PREFIX.length > 0 ? 'enforce' : 'record'
  return {
    modes: {
      conversion: config.GUARD_CONVERSION ?? mode,
      neighbours: config.GUARD_NEIGHBOURS ?? mode,
      unverified: config.GUARD_UNVERIFIED ?? mode,
      spending: config.GUARD_SPENDING ?? mode,
      // Carriers get different calls, so what differs between them is told, and nobody's choice is changed by it.
      carriers: 'record',
    },
    unverifiedBudget: config.UNVERIFIED_BUDGET,
    spending: { service: config.SPENDING_PER_SERVICE, all: config.SPENDING_LIMIT },
    deck: config.RATE_DECK ?? defaultDeck(),
  }
}
