// The filters of a list of challenges, as they stand in the query, and the cursor that leads to the next page.

import { z } from '@hono/zod-openapi'
import type { ListFilter } from '../challenges/list-challenges.ts'
import type { ListPosition } from '../store/challenge-search.ts'
import { givenNumber } from './given-number.ts'
import { issueMessage } from './issue-messages.ts'
import { REASONS, STATUSES } from './outcomes.ts'
import { invalid, type Refused } from './problems.ts'
import { metadata, region, text } from './schema-fields.ts'

const DEFAULT_LIMIT = 20
const LARGEST_LIMIT = 100

/** `metadata[key]`, as often as there are keys. */
const METADATA = /^metadata\[(.*)\]$/s

/** A name that comes twice has a list of values, which no schema here takes. */
export const listQuery = z
  .looseObject({
    to: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'A number in any way of writing it, a national one together with `region`.' }),
    region: region.optional().meta({ description: 'ISO 3166-1 region of a national number.', examples: ['US'] }),
    status: z.enum(STATUSES).optional(),
    reason: z.enum(REASONS).optional(),
    scope: text(40).optional(),
    created_after: z.iso
      .datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' })
      .optional()
      .meta({ description: 'Only what was created later than that millisecond.' }),
    limit: z
      .string()
      .regex(/^([1-9][0-9]?|100)$/, `must be a whole number, 1 to ${LARGEST_LIMIT}`)
      .default(String(DEFAULT_LIMIT))
      .openapi({ type: 'integer', minimum: 1, maximum: LARGEST_LIMIT, default: DEFAULT_LIMIT }),
    cursor: z.string().optional().meta({ description: '`next_cursor` of the page before.' }),
  })
  .superRefine((query, context) => {
    const isKnown = (name: string) => Object.hasOwn(listQuery.shape, name) || METADATA.test(name)
    const unknown = Object.keys(query).filter((name) => !isKnown(name))
    if (unknown.length > 0) context.addIssue({ code: 'unrecognized_keys', keys: unknown })
    const wanted = metadataOf(query)
    for (const issue of metadata.safeParse(wanted).error?.issues ?? []) {
      const message = issueMessage(issue, wanted, true)
      context.addIssue({ code: 'custom', message, path: [`metadata[${issue.path.join('.')}]`] })
    }
    if (query.region !== undefined && query.to === undefined)
      context.addIssue({ code: 'custom', message: 'belongs to a number: send `to` with it', path: ['region'] })
  })

/** As OpenAPI calls `metadata[key]=value`. */
export const METADATA_PARAMETER = {
  name: 'metadata',
  in: 'query',
  style: 'deepObject',
  explode: true,
  description: '`metadata[key]=value`, once for each key: all of them must be as given.',
  schema: { type: 'object', additionalProperties: { type: 'string' } },
} as const

export function listFilter(serviceId: string, query: z.output<typeof listQuery>): ListFilter | Refused {
  const { to, region, status, reason, scope, created_after, limit, cursor } = query
  // A plus that was not escaped has become a space.
  const number = to === undefined ? null : givenNumber(to.replace(/^ (?=\d)/, '+'), region)
  if (number !== null && typeof number !== 'string') return number
  const after = cursor === undefined ? null : positionOf(cursor)
  if (cursor !== undefined && after === null) return invalid('cursor', 'is none that was given out')
  return {
    serviceId,
    to: number,
    status: status ?? null,
    reason: reason ?? null,
    scope: scope ?? null,
    metadata: metadataOf(query) as Record<string, string>,
    createdAfter: created_after === undefined ? null : Date.parse(created_after),
    after,
    limit: Number(limit),
  }
}

function metadataOf(query: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(query).map(([name, value]) => [METADATA.exec(name)?.[1], value] as const)
  return Object.fromEntries(entries.filter(([key]) => key !== undefined))
}

export function cursorOf({ createdAt, id }: ListPosition): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url')
}

/** `null` unless the cursor is spelt just as it was given out. */
export function positionOf(cursor: string): ListPosition | null {
  const [, createdAt, id] = /^(\d{1,16}) (chl_[\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (createdAt === undefined || id === undefined) return null
  const position = { createdAt, id }
  return cursorOf(position) === cursor ? position : null
}
