// Bandwidth's REST APIs for calls and messages: JSON, and webhooks with a password instead of a signature.
// dev.bandwidth.com/apis/voice, dev.bandwidth.com/apis/messaging

import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { authorized, RestError } from '../rest/form.ts'
import { readJson } from '../rest/json.ts'
import { restEndpoint } from '../rest/rest-endpoint.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import type { BandwidthAccount } from './bandwidth-account.ts'
import { callsResource } from './calls.ts'
import { messagesResource } from './messages.ts'
import { createWebhooks } from './post-webhooks.ts'

export function bandwidth(account: BandwidthAccount, parts: ExchangeParts): Hono {
  const webhooks = createWebhooks(account.credentialsAtOnce ?? false, parts)
  const calls = callsResource(account, parts.simulator, webhooks)
  const messages = messagesResource(account, parts.simulator, webhooks)

  const authorize = (c: Context) => {
    if (!authorized(c, account.username, account.password)) throw new RestError(401, null, 'Authentication failed')
    if (c.req.param('account') !== account.accountId) throw new RestError(403, null, 'Access denied')
  }
  const common = { carrier: 'Bandwidth', authorize, parseBody: readJson } as const
  const voice = restEndpoint({ ...common, formatError: errorFormatter(VOICE), idOf: ({ callId }) => callId }, parts)
  const messaging = restEndpoint({ ...common, formatError: errorFormatter(MESSAGING), idOf: ({ id }) => id }, parts)
  const id = (c: Context) => c.req.param('id') ?? ''

  const path = '/voice/api/v2/accounts/:account/calls'
  return new Hono()
    .post(path, (c) => voice.create(c, 'create call', 201, (body) => calls.create(body, c.req.url)))
    .get(`${path}/:id`, (c) => voice.query(c, 'read call', () => calls.read(id(c))))
    .post(`${path}/:id`, (c) => voice.update(c, 'update call', (body) => calls.update(id(c), body)))
    .post('/messaging/api/v2/users/:account/messages', (c) =>
      messaging.create(c, 'create message', 202, (body) => messages.create(body)),
    )
}

/** dev.bandwidth.com/docs/voice/errors, dev.bandwidth.com/docs/messaging/errors: error types where Twilio has numbers. */
const VOICE: Record<number, string> = {
  400: 'validation',
  401: 'authentication-error',
  403: 'authorization-error',
  404: 'not-found',
  409: 'conflict',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'system-overloaded',
}
const MESSAGING: Record<number, string> = {
  400: 'request-validation',
  401: 'unauthorized',
  403: 'forbidden',
  415: 'unsupported-content-type',
  429: 'max-message-queue-size-exceeded',
}
const BAD_NUMBER = 21217

const errorFormatter =
  (types: Record<number, string>) =>
  ({ status, code, message }: RestError) => ({
    type: types[status] ?? 'internal-error',
    description: code === BAD_NUMBER ? 'Invalid to: must be an E164 telephone number' : message,
    id: randomUUID(),
  })
