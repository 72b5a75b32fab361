// What the calls about one challenge take.

import { z } from '@hono/zod-openapi'
import { channel } from './schema-fields.ts'

export const checkRequest = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]{4,8}$/, 'must be a string of exactly code_length digits')
      .meta({ description: 'Exactly `code_length` digits.', examples: ['481516'] }),
  })
  .openapi('CheckCode', { description: 'What the person typed.' })

export const redeliverRequest = z
  .strictObject({ channel })
  .openapi('Redeliver', { description: 'How to reach the person this time.' })

export const cancelRequest = z.strictObject({})

export const waitQuery = z.object({
  wait: z
    .string()
    .regex(/^([0-4]?[0-9]|5[0-5])$/, 'must be a whole number of seconds, 0 to 55')
    .default('0')
    .transform(Number)
    .openapi({
      type: 'integer',
      minimum: 0,
      maximum: 55,
      default: 0,
      description: 'Holds the answer for up to so many seconds, until the challenge is no longer pending.',
    }),
})

export const idempotencyKey = z.string().regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')

export const challengeParams = z.object({
  id: z.string().meta({ description: 'The challenge.', examples: ['chl_V1StGXR8Z5jdHi6BmyT0Qk2W'] }),
})
