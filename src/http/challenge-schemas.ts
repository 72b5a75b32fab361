// A challenge as it is answered.

import { z } from '@hono/zod-openapi'
import { LOCALES } from '../domain/locale.ts'
import { CAUSES, REASONS, RESULTS, STATUSES } from './outcomes.ts'
import { carrier, channel, flow, metadata, time } from './schema-fields.ts'

const status = z.enum(STATUSES)
const reason = z.enum(REASONS).nullable().meta({ description: 'Why it has this status; `null` while pending.' })

export const delivery = z
  .strictObject({
    id: z.string().regex(/^dlv_/),
    channel,
    carrier,
    state: z.enum(['placing', 'ringing', 'answered', 'sent', 'ended']),
    result: z.enum(RESULTS).nullable(),
    cause: z
      .enum(CAUSES)
      .optional()
      .meta({ description: 'Of a failed delivery, where the carrier names it: what exactly kept it from the person.' }),
    created_at: time,
    phase: z
      .enum(['gate', 'code', 'question', 'goodbye'])
      .optional()
      .meta({ description: 'To the page token, of an answered call: what is being said now.' }),
    /** Only where the carrier speaks another than the challenge's: the nearest that it has a voice for. */
    locale: z.enum(LOCALES).optional(),
  })
  .openapi('Delivery', { description: 'One try to reach the person: one call or one message.' })

export const challenge = z
  .strictObject({
    id: z.string().regex(/^chl_/),
    status,
    reason,
    flow,
    scope: z.string(),
    to: z.string().meta({ description: 'Masked.', examples: ['+1••••••0123'] }),
    locale: z.string(),
    details: z.string().nullable(),
    attempts_left: z.int().min(0),
    created_at: time,
    expires_at: time,
    ended_at: time.nullable(),
    version: z.int().min(1).meta({ description: 'Grows with every change.' }),
    deliveries: z
      .array(delivery)
      .meta({ description: 'Oldest first. None while a `require_waiter` waits for its page.' }),
    require_waiter: z.literal(true).optional().meta({ description: 'As it was asked for.' }),
    metadata: metadata.optional().meta({ description: 'As the app gave it. Not to the page token.' }),
    consumed_at: time.optional().meta({
      description:
        'When the app used the approval, once it has: `POST /v1/challenges/{id}/consume`. Not to the page token.',
    }),
    page_token: z.string().optional().meta({
      description: "Only in the answer to the creation: the browser's bearer for this one challenge.",
    }),
    display_code: z
      .string()
      .optional()
      .meta({ description: '`keypad_code`, while pending: in the answer to the creation, and to the page token.' }),
    shared_phrase: z
      .string()
      .optional()
      .meta({
        description:
          'Where it was asked for, of a call, while pending: the two words to show. In the answer to the creation, and to the page token.',
        examples: ['amber kite'],
      }),
    key_drawn: z.literal(true).optional().meta({
      description:
        'To the page token, of an `approve`: the key that approves is drawn for each call, which names it. Else it is 1.',
    }),
    code_length: z.int().optional().meta({ description: 'To the page token: digits of the code.' }),
    expires_in: z.number().min(0).optional().meta({
      description: "To the page token: seconds until it expires, by the server's clock.",
    }),
    redeliver_in: z.number().min(0).optional().meta({
      description: 'To the page token: seconds until another delivery may be asked for.',
    }),
  })
  .openapi('Challenge', { description: 'One request that a person prove they hold a phone, now.' })

export const challengeList = z
  .strictObject({
    challenges: z.array(challenge),
    next_cursor: z.string().nullable().meta({ description: 'Leads to the next page; `null` at the end.' }),
  })
  .openapi('ChallengeList', { description: 'Newest first.' })

export const checked = z
  .strictObject({
    valid: z.boolean(),
    status,
    reason,
    attempts_left: z.int().min(0),
  })
  .openapi('Checked', { description: 'Whether the code was right, and how the challenge stands now.' })
