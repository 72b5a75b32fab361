// A number to try things out with, another one at each visit: one and the same would soon have been called too often.

import { randomInt } from 'node:crypto'

/** 555-0110 to 555-0199 belong to nobody (nationalnanpa.com). */
export function exampleNumber(): string {
  return `+1 202 555 01${randomInt(10, 100)}`
}
