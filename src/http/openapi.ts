// The OpenAPI 3.1 document (spec.openapis.org/oas/v3.1.1) around the routes, which describe themselves.

import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { challenge } from './challenge-schemas.ts'
import { APPROVED } from './examples.ts'
import { guardTripped, reportedNumber } from './number-schemas.ts'
import { FAILURE_CAUSES, OUTCOMES } from './outcomes.ts'
import { problem } from './problem-schema.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

export const API_KEY = [{ apiKey: [] }]
export const ADMIN_KEY = [{ adminKey: [] }]
export const API_KEY_OR_PAGE_TOKEN = [{ apiKey: [] }, { pageToken: [] }]

export function openApiDocument(app: OpenAPIHono, serverUrl: string): OpenApiDocument {
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'The API key of a service. Never in a browser.',
  })
  registry.registerComponent('securitySchemes', 'adminKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of the installation, with the scope `admin`. A request that a page sends is refused.',
  })
  registry.registerComponent('securitySchemes', 'pageToken', {
    type: 'http',
    scheme: 'bearer',
    description: "The `page_token` of one challenge: the browser's bearer for it, and for nothing else.",
  })
  registry.registerWebhook(OUTCOME_WEBHOOK)
  registry.registerWebhook(REPORT_WEBHOOK)
  registry.registerWebhook(GUARD_WEBHOOK)
  return app.getOpenAPI31Document({
    openapi: '3.1.1',
    info: {
      title: 'Answerback',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: serverUrl }],
    // In the order in which a newcomer wants them: the reference opens the first.
    tags: ['Challenges', 'Receipts', 'Factors', 'Numbers', 'Admin', 'Health'].map((name) => ({ name })),
  })
}

type Responses = RouteConfig['responses']

/** Codes that share a status share a response, with an example each. What wants a key may meet one without the scope. */
export function problemResponses(...named: ProblemCode[]): Responses {
  const codes = new Set(named.includes('unauthorized') ? [...named, 'forbidden' as const] : named)
  const byStatus = Object.groupBy(codes, (code) => String(PROBLEMS[code].status))
  return Object.fromEntries(Object.entries(byStatus).map(([status, same = []]) => [status, problemResponse(same)]))
}

/** What every request with a JSON body may meet. */
export const BODY_PROBLEMS = ['malformed', 'too_large', 'unsupported_media_type', 'invalid'] as const
/** What every request about one challenge may meet. */
export const CHALLENGE_PROBLEMS = ['unauthorized', 'not_found', 'database_unavailable', 'secret_missing'] as const

function problemResponse(codes: ProblemCode[]): Responses[string] {
  const headers = {
    ...(codes.includes('unauthorized') && {
      'WWW-Authenticate': { description: '`Bearer`', schema: { type: 'string' as const } },
    }),
    ...(codes.includes('rate_limited') && {
      'Retry-After': { description: 'Seconds.', schema: { type: 'integer' as const } },
      RateLimit: {
        description:
          'With 429: the limit that is exhausted, and the seconds until it is not (draft-ietf-httpapi-ratelimit-headers-10).',
        schema: { type: 'string' as const },
        example: '"per-number";r=0;t=120',
      },
      'RateLimit-Policy': {
        description: 'With 429, where the limit is so many in so many seconds: both.',
        schema: { type: 'string' as const },
        example: '"per-number";q=3;w=600',
      },
    }),
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    headers,
    content: {
      'application/problem+json': {
        schema: problem,
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      },
    },
  }
}

function problemExample(code: ProblemCode): z.infer<typeof problem> {
  const { status, title } = PROBLEMS[code]
  const errors = code === 'invalid' && { errors: [{ path: 'to', message: 'The number belongs to no range in use.' }] }
  const until = (code === 'number_blocked' || code === 'quiet_hours') && { until: '2026-02-01T12:00:00.000Z' }
  return { type: `/docs#${code}`, title, status, detail: 'One sentence for the developer.', code, ...until, ...errors }
}

type Webhook = Parameters<OpenAPIHono['openAPIRegistry']['registerWebhook']>[0]

const SIGNED_HEADERS = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string().meta({ description: 'Seconds since 1970.' }),
  'webhook-signature': z.string().meta({ description: '`v1,` and the base64 of the HMAC-SHA256, for each secret.' }),
})

/** Sent by us, when WEBHOOK_URL is set: standardwebhooks.com */
function pushed(
  about: Pick<Webhook, 'path' | 'operationId' | 'summary' | 'description'>,
  schema: z.ZodType,
  example: object,
): Webhook {
  return {
    ...about,
    method: 'post',
    request: {
      headers: SIGNED_HEADERS,
      body: { required: true, content: { 'application/json': { schema, example } } },
    },
    responses: { '2XX': { description: 'Taken.' } },
  }
}

const OUTCOME_WEBHOOK = pushed(
  {
    path: 'challenge.outcome',
    operationId: 'challengeOutcome',
    summary: 'A challenge has its outcome',
    description:
      'Sent to `WEBHOOK_URL`, signed by Standard Webhooks, again until it is answered with 2xx. `webhook-id` is the same each time.',
  },
  z.strictObject({ type: z.string(), timestamp: z.iso.datetime(), data: challenge }),
  { type: 'challenge.approved', timestamp: APPROVED.ended_at, data: APPROVED },
)

const REPORT_WEBHOOK = pushed(
  {
    path: 'number.reported',
    operationId: 'numberReported',
    summary: 'A person has reported your service as fraud',
    description:
      'Key 9 was pressed on a call: somebody else asks in the name of the person, or knows a password. Until `until` nothing of your service reaches the number; `POST /v1/numbers/unblock` lifts it. Sent as outcomes are.',
  },
  z.strictObject({ type: z.literal('number.reported'), timestamp: z.iso.datetime(), data: reportedNumber }),
  {
    type: 'number.reported',
    timestamp: '2026-01-31T12:00:41.000Z',
    data: { challenge_id: APPROVED.id, to: APPROVED.to, until: '2026-02-01T12:00:41.000Z' },
  },
)

const GUARD_WEBHOOK = pushed(
  {
    path: 'guard.tripped',
    operationId: 'guardTripped',
    summary: 'A rule against toll fraud began or ended to stand',
    description:
      'Against numbers that begin alike (`prefix:+1876555`), a region (`region:JM`), a service or `all`. With `mode` `record` nothing is refused. Sent as outcomes are.',
  },
  z.strictObject({ type: z.literal('guard.tripped'), timestamp: z.iso.datetime(), data: guardTripped }),
  {
    type: 'guard.tripped',
    timestamp: '2026-01-31T12:00:41.000Z',
    data: {
      rule: 'conversion',
      against: 'prefix:+1876555',
      mode: 'enforce',
      state: 'began',
      reason: 'Of 20 calls and texts to numbers that begin with +1876555, 0 were verified: less than one in 5.',
      until: '2026-02-01T00:00:41.000Z',
    },
  },
)

const DESCRIPTION = `Verifies people by telephone. Start a challenge; a person is called or texted; learn how it ended.

## Outcomes

A challenge is \`pending\` until it has one outcome, which never changes.

${Object.entries(OUTCOMES)
  .flatMap(([status, reasons]) =>
    Object.entries(reasons).map(([reason, meaning]) => `- \`${status}\`, \`${reason}\`: ${meaning}`),
  )
  .join('\n')}

## Causes

A delivery that failed has a \`cause\` beside its \`result\` where the carrier names one.

${Object.entries(FAILURE_CAUSES)
  .map(([cause, meaning]) => `- \`${cause}\`: ${meaning}`)
  .join('\n')}

## Problems

Errors are RFC 9457 problems, \`application/problem+json\`. Programs look at \`code\`, which is stable.

${Object.entries(PROBLEMS)
  .map(([code, { status, title }]) => `- ${status} \`${code}\`: ${title}.`)
  .join('\n')}
`
