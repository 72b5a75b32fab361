// What is said of a number, and what is answered.

import { z } from '@hono/zod-openapi'
import { TRAFFIC_RULES } from '../domain/traffic-rule.ts'
import { channel, text, time } from './schema-fields.ts'

const to = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'E.164, or a national number together with `region`.', examples: ['+12025550123'] })
const region = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be a region of two capital letters, such as "US"')
  .optional()
const masked = z.string().meta({ description: 'Masked.', examples: ['+1••••••0123'] })

export const unblockRequest = z
  .strictObject({ to, region, reason: text(200).meta({ description: 'Yours, for the log of the server.' }) })
  .openapi('UnblockNumber', { description: 'A number that was reported in error.' })

export const unblocked = z
  .strictObject({ to: masked, unblocked: z.boolean().meta({ description: '`false`: no report stood against it.' }) })
  .openapi('UnblockedNumber')

export const optOutRequest = z
  .strictObject({
    to,
    region,
    channel: channel.nullable().default(null).meta({ description: 'Only calls, or only texts; `null`: both.' }),
    reason: text(200).nullable().default(null).meta({ description: 'Yours, shown to the operator.' }),
  })
  .openapi('OptOutNumber', { description: 'A number whose owner wants no calls, no texts, or neither.' })

export const optedOut = z.strictObject({ to: masked, channel: channel.nullable() }).openapi('OptedOutNumber')

/** Pushed to the app. */
export const reportedNumber = z
  .strictObject({ challenge_id: z.string().regex(/^chl_/), to: masked, until: time })
  .openapi('ReportedNumber', { description: 'As much of it as may be said.' })

export const guardTripped = z
  .strictObject({
    rule: z.enum(TRAFFIC_RULES),
    against: z.string(),
    mode: z.enum(['enforce', 'record']),
    state: z.enum(['began', 'ended']),
    reason: z.string(),
    until: time.nullable(),
  })
  .openapi('GuardTripped', { description: 'Of a rule against toll fraud. `until`: of one that begins.' })
