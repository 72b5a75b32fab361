// Plivo's REST API: JSON in, signed forms out, numbers without a plus. docs.plivo.com/docs/voice/api/overview

import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { authorized, RestError } from '../rest/form.ts'
import { readJson } from '../rest/json.ts'
import { restEndpoint } from '../rest/rest-endpoint.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import { callsResource } from './calls.ts'
import { messagesResource } from './messages.ts'
import type { PlivoAccount } from './plivo-account.ts'
import { createWebhooks } from './post-webhooks.ts'

export function plivo(account: PlivoAccount, parts: ExchangeParts): Hono {
  const webhooks = createWebhooks(account.authToken, parts)
  const calls = callsResource(account, parts.simulator, webhooks)
  const messages = messagesResource(account, parts.simulator, webhooks)

  const authorize = (c: Context) => {
    if (!authorized(c, account.authId, account.authToken)) throw new RestError(401, null, 'Authentication failed')
    if (c.req.param('account') !== account.authId) throw new RestError(404, null, 'not found')
  }
  const endpoint = restEndpoint({ carrier: 'Plivo', authorize, parseBody: readJson, formatError, idOf }, parts)
  const id = (c: Context) => c.req.param('id') ?? ''

  return new Hono()
    .post('/:account/Call/', (c) => endpoint.create(c, 'create call', 201, (body) => calls.create(body)))
    .get('/:account/Call/:id/', (c) => endpoint.query(c, 'read call', (query) => calls.read(id(c), query)))
    .delete('/:account/Call/:id/', (c) => endpoint.remove(c, 'hang up', () => calls.hangUp(id(c))))
    .delete('/:account/Request/:id/', (c) => endpoint.remove(c, 'cancel', () => calls.cancel(id(c))))
    .post('/:account/Message/', (c) => endpoint.create(c, 'create message', 202, (body) => messages.create(body)))
    .get('/:account/Message/:id/', (c) => endpoint.query(c, 'read message', () => messages.read(id(c))))
}

const BAD_NUMBER = 21217

/** Error bodies have no code, only a text: docs.plivo.com/docs/voice/api/response */
const formatError = ({ code, message }: RestError) => ({
  api_id: randomUUID(),
  error: code === BAD_NUMBER ? 'to parameter is not valid' : message,
})

const idOf = ({ request_uuid, call_uuid, message_uuid }: Record<string, unknown>) =>
  request_uuid ?? call_uuid ?? (Array.isArray(message_uuid) ? message_uuid[0] : null)
