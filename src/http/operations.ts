// Every call of the API as the description tells it. A test holds it against the router.

import { z } from 'zod'
import type { ProblemCode } from './problems.ts'
import {
  cancelRequest,
  challenge,
  checked,
  checkRequest,
  createRequest,
  idempotencyKey,
  redeliverRequest,
} from './schemas.ts'

export type Bearer = 'apiKey' | 'pageToken'
export type Parameter = { name: string; in: 'path' | 'query' | 'header'; description: string; schema: z.ZodType }

export type Operation = {
  id: string
  method: 'get' | 'post'
  path: string
  summary: string
  description?: string
  bearers: Bearer[]
  parameters: Parameter[]
  body?: { schema: z.ZodType; example: object; required: boolean }
  answers: Record<number, Answer>
  problems: ProblemCode[]
}

export type Answer = {
  description: string
  headers?: Record<string, string>
  content?: { type: 'application/json' | 'text/event-stream' | 'text/html'; schema: z.ZodType; example?: unknown }
}

const EXAMPLE = {
  id: 'chl_V1StGXR8Z5jdHi6BmyT0Qk2W',
  status: 'pending',
  reason: null,
  flow: 'send_code',
  scope: 'login',
  to: '+1••••••0123',
  locale: 'en-US',
  details: null,
  attempts_left: 5,
  created_at: '2026-01-31T12:00:00.000Z',
  expires_at: '2026-01-31T12:05:00.000Z',
  ended_at: null,
  version: 2,
  deliveries: [
    {
      id: 'dlv_3xQ8nC5dZr0LwYp7',
      channel: 'call',
      carrier: 'twilio',
      state: 'placing',
      result: null,
      created_at: '2026-01-31T12:00:00.000Z',
    },
  ],
  metadata: {},
} satisfies z.infer<typeof challenge>

const APPROVED = {
  ...EXAMPLE,
  status: 'approved',
  reason: 'code_matched',
  ended_at: '2026-01-31T12:00:41.000Z',
  version: 6,
}
const CANCELED = {
  ...EXAMPLE,
  status: 'canceled',
  reason: 'canceled',
  ended_at: '2026-01-31T12:00:20.000Z',
  version: 4,
}

const id: Parameter = {
  name: 'id',
  in: 'path',
  description: 'The challenge.',
  schema: z.string().meta({ examples: [EXAMPLE.id] }),
}
const either: Bearer[] = ['apiKey', 'pageToken']
const READS: ProblemCode[] = ['unauthorized', 'not_found', 'database_unavailable']
const BODY: ProblemCode[] = ['malformed', 'too_large', 'unsupported_media_type', 'invalid']

function shown(description: string, example: object): Answer {
  return { description, content: { type: 'application/json', schema: challenge, example } }
}

export const OPERATIONS: Operation[] = [
  {
    id: 'createChallenge',
    method: 'post',
    path: '/v1/challenges',
    summary: 'Start a challenge',
    description:
      'The call is placed, or the message sent, before the answer, which leaves within 4 seconds. When every carrier refused, the challenge comes back `undelivered` already: look at `status`.',
    bearers: ['apiKey'],
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        description:
          'The same key with the same body gives the same answer again for a day, and dials nobody. A refused creation leaves the key unused.',
        schema: idempotencyKey.optional(),
      },
    ],
    body: { schema: createRequest, example: { to: '+12025550123', scope: 'login' }, required: true },
    answers: {
      201: {
        ...shown('The challenge, with the page token.', { ...EXAMPLE, page_token: 'pgt_4fUoT1…' }),
        headers: { 'Idempotency-Replayed': '`true` when this answer was given before.' },
      },
    },
    problems: [
      ...BODY,
      'unauthorized',
      'country_not_allowed',
      'number_blocked',
      'policy',
      'conflict',
      'rate_limited',
      'carrier_unavailable',
      'database_unavailable',
    ],
  },
  {
    id: 'getChallenge',
    method: 'get',
    path: '/v1/challenges/{id}',
    summary: 'Read a challenge, or wait for its outcome',
    bearers: either,
    parameters: [
      id,
      {
        name: 'wait',
        in: 'query',
        description: 'Holds the answer for up to so many seconds, until the challenge is no longer pending.',
        schema: z.int().min(0).max(55).default(0),
      },
    ],
    answers: { 200: shown('The challenge. To its page token also `display_code`, while pending.', EXAMPLE) },
    problems: [...READS, 'invalid', 'rate_limited'],
  },
  {
    id: 'watchChallenge',
    method: 'get',
    path: '/v1/challenges/{id}/events',
    summary: 'Follow a challenge',
    description:
      'Server-sent events: `event: challenge`, `id:` its version, `data:` the challenge. One comes at once and one after every change; the one that bears the outcome is the last. No event holds a `display_code`. Comments keep the line open; after a break, come back with `Last-Event-ID`.',
    bearers: either,
    parameters: [
      id,
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'The `id` of the last event received.',
        schema: z.string().optional(),
      },
    ],
    answers: {
      200: {
        description: 'The events.',
        content: {
          type: 'text/event-stream',
          schema: z.string(),
          example: `event: challenge\nid: 6\ndata: ${JSON.stringify(APPROVED)}\n\n`,
        },
      },
      204: { description: 'The event that bears the outcome has been seen: do not come back.' },
    },
    problems: [...READS, 'rate_limited'],
  },
  {
    id: 'checkCode',
    method: 'post',
    path: '/v1/challenges/{id}/check',
    summary: 'Check the code that was typed',
    description:
      'Only for `send_code`. Wrong, late, used and one too many are no errors: `valid` is `false` and the status is honest. Only a wrong guess costs an attempt.',
    bearers: either,
    parameters: [id],
    body: { schema: checkRequest, example: { code: '481516' }, required: true },
    answers: {
      200: {
        description: 'Whether it was right.',
        content: {
          type: 'application/json',
          schema: checked,
          example: { valid: true, status: 'approved', reason: 'code_matched', attempts_left: 5 },
        },
      },
    },
    problems: [...BODY, ...READS, 'conflict'],
  },
  {
    id: 'cancelChallenge',
    method: 'post',
    path: '/v1/challenges/{id}/cancel',
    summary: 'Cancel a challenge',
    description:
      'Ends it and hangs up a ringing phone. Canceling twice is fine; after another outcome it is a conflict.',
    bearers: either,
    parameters: [id],
    body: { schema: cancelRequest, example: {}, required: false },
    answers: { 200: shown('The challenge, canceled.', CANCELED) },
    problems: [...BODY, ...READS, 'conflict'],
  },
  {
    id: 'redeliver',
    method: 'post',
    path: '/v1/challenges/{id}/deliveries',
    summary: 'Text me instead, or call me again',
    description:
      'The same code and the same budget of attempts. A conflict while a call is placing, ringing or answered, and after the outcome.',
    bearers: either,
    parameters: [id],
    body: { schema: redeliverRequest, example: { channel: 'sms' }, required: true },
    answers: { 201: shown('The challenge with its new delivery.', EXAMPLE) },
    problems: [...BODY, ...READS, 'conflict', 'rate_limited', 'carrier_unavailable'],
  },
  {
    id: 'healthz',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is up',
    bearers: [],
    parameters: [],
    answers: { 200: state('It is.', 'ok') },
    problems: [],
  },
  {
    id: 'readyz',
    method: 'get',
    path: '/readyz',
    summary: 'Whether it may be used',
    bearers: [],
    parameters: [],
    answers: { 200: state('The database answers.', 'ready') },
    problems: ['database_unavailable', 'stopping'],
  },
  {
    id: 'openapi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This description',
    bearers: [],
    parameters: [],
    answers: {
      200: { description: 'OpenAPI 3.1.', content: { type: 'application/json', schema: z.looseObject({}) } },
    },
    problems: [],
  },
  {
    id: 'docs',
    method: 'get',
    path: '/docs',
    summary: 'This description, to read',
    bearers: [],
    parameters: [],
    answers: { 200: { description: 'A page.', content: { type: 'text/html', schema: z.string() } } },
    problems: [],
  },
]

function state(description: string, status: string): Answer {
  const schema = z.strictObject({ status: z.literal(status) })
  return { description, content: { type: 'application/json', schema, example: { status } } }
}
