// What consuming a challenge takes and answers, and the keys by which the receipt of it is checked.

import { z } from '@hono/zod-openapi'
import { createRequest } from './create-request-schema.ts'
import { time } from './schema-fields.ts'

const { scope, details } = createRequest.shape

export const consumeRequest = z
  .strictObject({
    scope: scope.unwrap().optional().meta({ description: 'What the challenge must be for.' }),
    details: details.unwrap().optional().meta({ description: 'What the person must have approved.' }),
  })
  .openapi('Consume', {
    description: 'What the approval is taken to be for: a conflict when the challenge is for another.',
  })

export const receipt = z
  .strictObject({
    receipt: z.string().meta({
      description: 'A JWS in compact form, by EdDSA (Ed25519), `typ` `answerback-receipt+jwt`.',
      examples: ['eyJhbGciOiJFZERTQSIs…'],
    }),
    number_key: z.string().meta({
      description:
        'base64url. Keep it with the receipt: with it, and only with it, a number can be compared with the one in the receipt.',
    }),
    consumed_at: time,
  })
  .openapi('Receipt', { description: 'The signed statement that a person approved.' })

export const keySet = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  })
  .openapi('KeySet', { description: 'RFC 7517. The newest key, which signs, is the first.' })

export type ReceiptView = z.infer<typeof receipt>
export type KeySetView = z.infer<typeof keySet>
