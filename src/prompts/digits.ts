// A code is heard digit by digit, in two groups, as people write numbers down.

import type { Speech } from '../domain/script.ts'

const BETWEEN_DIGITS: Speech = { pause: 400 }
const BETWEEN_GROUPS: Speech = { pause: 900 }

/**
 * The same for every language, since each voice reads a lone figure in its own. The commas are for voices without
 * pauses inside a sentence: `4, 8, 1` is three digits to all of them. The last digit stands bare, for a full stop
 * would make it an ordinal in German and Polish.
 */
export function digits(code: string): Speech[] {
  const firstGroup = code.length === 5 ? 3 : Math.floor(code.length / 2)
  return [...code].flatMap((digit, i): Speech[] => {
    if (i === code.length - 1) return [digit]
    return [`${digit}, `, i === firstGroup - 1 ? BETWEEN_GROUPS : BETWEEN_DIGITS]
  })
}
