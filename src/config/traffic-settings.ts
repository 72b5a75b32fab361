// What the guard does about traffic that looks like fraud, and how much may be spent.

import { z } from 'zod'
import { RULE_MODES } from '../domain/traffic-rule.ts'
import { rateDeck } from './rate-deck-file.ts'
import { optional, withDefault } from './setting.ts'
import { ceilings, oneOf } from './value-schemas.ts'

export const TRAFFIC_SETTINGS = {
  GUARD_CONVERSION: optional(
    oneOf(RULE_MODES),
    'Blocks a prefix or a region for 12 hours after 20 calls with less than one in five verified: enforce, record or off. Unset: enforce in production where LIMIT_PER_PREFIX is on, else record.',
    { example: 'record' },
  ),
  GUARD_NEIGHBOURS: optional(
    oneOf(RULE_MODES),
    'Blocks a prefix for 12 hours when six calls went to neighbouring numbers and less than one in five was verified: enforce, record or off. Unset: as above.',
    { example: 'record' },
  ),
  GUARD_UNVERIFIED: optional(
    oneOf(RULE_MODES),
    'Refuses calls to a region when too many of the last hour are not verified (UNVERIFIED_BUDGET): enforce, record or off. Unset: as above.',
    { example: 'record' },
  ),
  GUARD_SPENDING: optional(
    oneOf(RULE_MODES),
    'Refuses calls and texts beyond SPENDING_PER_SERVICE and SPENDING_LIMIT: enforce, record or off. Unset: as above.',
    { example: 'record' },
  ),
  UNVERIFIED_BUDGET: withDefault(
    '100',
    z
      .string()
      .regex(/^\d{1,7}$/, 'is no whole number such as 100')
      .transform(Number),
    'So many calls to a region may be without a verification in an hour, and one more for each verified in a day. 100 unless set.',
  ),
  SPENDING_PER_SERVICE: withDefault(
    'off',
    ceilings,
    'What the calls and texts of one service may cost an hour (h) and a day (d), by RATE_DECK: off unless set.',
  ),
  SPENDING_LIMIT: withDefault(
    '100/h,1000/d',
    ceilings,
    'What those of all services may cost together: 100/h,1000/d unless set; off for no limit.',
  ),
  RATE_DECK: optional(
    rateDeck,
    'A CSV file of prices by prefix and carrier (docs/guard.md). Unset: two rounded figures, for the US and Canada and for elsewhere, in dollars.',
    { example: '/etc/answerback/rates.csv' },
  ),
} as const
