// What happened to a challenge, as it is answered.

import { z } from '@hono/zod-openapi'
import type { TimelineEvent, TimelineEventType, TimelineFacts } from '../challenges/timeline.ts'
import { FLOWS } from '../domain/challenge.ts'
import { CAUSES, FAILURES, REASONS, STATUSES } from './outcomes.ts'
import { carrier, channel, time } from './schema-fields.ts'

/** Every type of event, and what it says. */
export const EVENT_TYPES = {
  created: 'The app started the challenge, and its first delivery began, unless it waits for a page.',
  delivery_requested: 'Another delivery began: asked for, or the fallback of one that failed.',
  placed: 'The carrier took the call or the message.',
  placement_unknown: "The carrier's answer was lost: the phone may ring or not.",
  call_absent: 'The carrier was asked about such a call, and lists none.',
  placement_failed: 'No call or message came of it. With `next`, the same was tried through another carrier at once.',
  ringing: 'The phone rang. Bandwidth reports no ringing.',
  answered: 'The call was picked up, by a person or a machine.',
  dtmf_received: 'Keys were pressed, or none in time: `key` says what they meant, never which they were.',
  voicemail_detected: 'The carrier heard a machine.',
  document_failed: 'The carrier could not get or play what was to be said.',
  ended: 'The call is over.',
  delivered: 'The message arrived, by its receipt.',
  undelivered: 'The message did not arrive, by its receipt.',
  fallback_unavailable:
    'The fallback could not be tried: `why` is `rate_limited`, `number_blocked`, `no_carrier`, `no_page`, `quiet_hours` or `policy`.',
  check_due: 'Nothing had been heard of the delivery for a while, and nothing more was found out.',
  code_submitted: 'A code was typed on the page.',
  canceled: 'The app or the page ended it.',
  number_reported: 'On another call of the service to the number, the person reported fraud.',
  codes_locked:
    'Too many wrong codes in a row, of several challenges, had been given for the number: none is accepted for a while.',
  page_left: 'No page had been connected for some seconds, and the challenge requires one.',
  expired: 'Its time ran out.',
  consumed: 'The app used the approval, once, and got a receipt.',
} as const satisfies Record<TimelineEventType, string>

const facts = z
  .strictObject({
    status: z.enum(STATUSES).optional().meta({ description: 'At the event that brought the outcome.' }),
    reason: z.enum(REASONS).optional(),
    flow: z.enum(FLOWS).optional(),
    channel: channel.optional(),
    carrier: carrier.optional(),
    ref: z.string().optional().meta({ description: "The carrier's own name for the call or the message." }),
    next: z.string().optional().meta({ description: 'The delivery that began.' }),
    fallback: z.boolean().optional(),
    require_waiter: z.literal(true).optional().meta({ description: 'Nothing is dialled before a page is connected.' }),
    policy: z.enum(['asvs', 'nist']).optional().meta({ description: 'The standard that the creation was held to.' }),
    key_drawn: z
      .literal(true)
      .optional()
      .meta({ description: 'Of an approval: the key had been drawn for the call, which named it.' }),
    first: z.literal(true).optional().meta({ description: 'A page has connected that the delivery had waited for.' }),
    by: z
      .enum(['app', 'page', 'operator'])
      .optional()
      .meta({ description: 'Who asked: the API key, the page token, or an operator of this server.' }),
    phase: z
      .enum(['gate', 'code', 'question', 'goodbye'])
      .optional()
      .meta({ description: 'What the caller heard from then on.' }),
    notice: z.enum(['wrong', 'silent', 'repeat']).optional().meta({ description: 'Why it was said once more.' }),
    turn: z.int().optional().meta({ description: 'The question that the keys answer, counted within the call.' }),
    key: z
      .enum(['right', 'wrong', 'report', 'repeat', 'malformed', 'finish', 'none'])
      .optional()
      .meta({ description: 'What the keys meant. `finish`: `#` alone; `none`: silence.' }),
    right: z.boolean().optional().meta({ description: 'Of a code that was typed.' }),
    attempts_left: z.int().optional().meta({ description: 'After a wrong guess.' }),
    result: z.enum(keys(FAILURES)).optional(),
    cause: z.enum(CAUSES).optional(),
    why: z
      .string()
      .optional()
      .meta({ description: "The reason in the carrier's own code, such as `SIP 486` or `HTTP 400, 21217`." }),
    hang_up: z.literal(true).optional().meta({ description: 'The carrier was asked to hang up.' }),
    may_have_rung: z.literal(true).optional(),
    alone: z.literal(true).optional().meta({ description: 'No fallback could follow.' }),
  } satisfies Record<SnakeCase<keyof TimelineFacts>, z.ZodType>)
  .openapi('TimelineFacts', { description: 'What is known of an event. Never a key, a code or a number.' })

const timelineEvent = z
  .strictObject({
    at: time,
    type: z.enum(keys(EVENT_TYPES)).meta({
      description: Object.entries(EVENT_TYPES)
        .map(([type, meaning]) => `- \`${type}\`: ${meaning}`)
        .join('\n'),
    }),
    delivery: z.string().nullable().meta({ description: 'The delivery it is about.' }),
    facts,
  })
  .openapi('TimelineEvent')

export const timeline = z
  .strictObject({ events: z.array(timelineEvent).meta({ description: 'In the order in which they happened.' }) })
  .openapi('Timeline', { description: 'What happened to a challenge.' })

export type TimelineView = z.infer<typeof timeline>

export function timelineView(events: TimelineEvent[]): TimelineView {
  return { events: events.map(({ facts, ...event }) => ({ ...event, facts: inSnakeCase(facts) })) }
}

type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Tail extends Uncapitalize<Tail>
    ? `${Lowercase<Head>}${SnakeCase<Tail>}`
    : `${Lowercase<Head>}_${SnakeCase<Tail>}`
  : S

function inSnakeCase(facts: TimelineFacts): TimelineView['events'][number]['facts'] {
  const named = Object.entries(facts).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ])
  return Object.fromEntries(named)
}

function keys<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[]
}
