// For parts that are put together without a guard: nothing is refused or counted.

import { UNCOUNTED } from '../../src/guard/reserved-traffic.ts'
import type { TrafficGuard } from '../../src/guard/traffic-guard.ts'

export const NO_TRAFFIC_GUARD: TrafficGuard = {
  price: () => 0,
  prefixQuestion: () => null,
  refusal: async () => null,
  admit: async () => UNCOUNTED,
  prefixRefused: () => ({ refused: 'number_blocked', detail: 'Nothing asks for it.' }),
  begun: () => {},
  failedOver: () => {},
  unbilled: () => {},
  lasted: () => {},
  ended: () => {},
  spent: () => [],
  priceSeen: () => {},
  refresh: async () => {},
}
