// A fictitious number for the form, drawn at each visit: a fixed one would soon reach LIMIT_PER_NUMBER.

import { randomInt } from 'node:crypto'

/** 555-0110 to 555-0199 belong to nobody (nationalnanpa.com). */
export function exampleNumber(): string {
  return `(202) 555-01${randomInt(10, 100)}`
}
