// The fields that requests and answers share. The schemas made of them validate requests, type answers and describe both in
// the OpenAPI document.

import { z } from '@hono/zod-openapi'
import { CARRIERS, CHANNELS, FLOWS } from '../domain/challenge.ts'

const NOT_KEPT = 'must be well-formed Unicode without NUL'

/** Postgres keeps no other. */
function isKept(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** Text for people. Counted in code points, as JSON Schema does, and not in UTF-16 units as Zod does. */
export function text(max: number) {
  return (
    z
      .string()
      .min(1)
      // Some characters become several when they are normalised, which is how they are kept.
      .refine((value) => [...value.normalize('NFC')].length <= max, `must have at most ${max} characters`)
      .refine(isKept, NOT_KEPT)
      .meta({ maxLength: max })
  )
}

export const flow = z.enum(FLOWS).meta({
  description:
    '`send_code`: a code goes to the phone and is typed on the page. `keypad_code`: the page shows a code and the person keys it on the phone. `approve`: the person presses 1, or the key that the call names.',
})
export const channel = z.enum(CHANNELS)
export const region = z.string().regex(/^[A-Z]{2}$/, 'must be a region of two capital letters, such as "US"')
export const carrier = z.enum(CARRIERS)
export const time = z.iso.datetime().meta({ examples: ['2026-01-31T12:00:00.000Z'] })
export const metadata = z
  .record(
    text(40),
    z.string().max(500).refine(isKept, NOT_KEPT),
    // Of a key Zod says only that it is wrong.
    { error: ({ code }) => (code === 'invalid_key' ? `must have 1 to 40 characters, and ${NOT_KEPT}` : undefined) },
  )
  .refine((value) => Object.keys(value).length <= 20, 'must have at most 20 keys')
  .meta({ maxProperties: 20, description: 'Yours: given back with the challenge, never spoken or read.' })
