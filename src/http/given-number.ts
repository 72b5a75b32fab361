// A number as a request gives it, with the region that it may need.

import type { E164 } from '../domain/challenge.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { invalid, type Refused } from './problems.ts'

/** One in no known range is taken: whether it may be called is the operator's setting, which the creation looks at. */
export function givenNumber(to: string, region: string | undefined): E164 | Refused {
  const parsed = parseNumber(to, region ?? null, '*')
  return parsed.ok ? parsed.number : invalid(parsed.reason === 'unknown_region' ? 'region' : 'to', parsed.message)
}
