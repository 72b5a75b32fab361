import { z } from '@hono/zod-openapi'
import { RATE_LIMITS } from '../domain/rate-limit.ts'

export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Where the problem is explained, relative to this server.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable: what programs should look at.' }),
    until: z.iso.datetime().optional().meta({
      description:
        'With `quiet_hours`, and `number_blocked` after a report of fraud or against a prefix: when it ends by itself.',
    }),
    limit: z.enum(RATE_LIMITS).optional().meta({ description: 'With `rate_limited`: which limit is exhausted.' }),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457. Served as `application/problem+json`.' })
