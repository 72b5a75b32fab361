// The REST API of an account at Twilio or SignalWire.

import type { Context } from 'hono'
import { Hono } from 'hono'
import { authorized, RestError, readForm } from '../rest/form.ts'
import { restEndpoint } from '../rest/rest-endpoint.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import { callsResource } from './calls.ts'
import type { CarrierProfile } from './carrier-profile.ts'
import { messagesResource } from './messages.ts'
import { createWebhooks } from './post-webhooks.ts'

type Api = {
  profile: CarrierProfile
  password: string
  /** The status of the answer to a new call. */
  placed: 200 | 201
  formatError(error: RestError): Record<string, unknown>
}

export function twilioApi({ profile, password, placed, formatError }: Api, parts: ExchangeParts): Hono {
  const webhooks = createWebhooks(profile, parts)
  const calls = callsResource(profile, parts.simulator, webhooks)
  const messages = messagesResource(profile, parts.simulator, webhooks)

  const authorize = (c: Context) => {
    if (!authorized(c, profile.accountId, password)) throw new RestError(401, 20003, 'Authenticate')
    if (c.req.param('account') !== profile.accountId)
      throw new RestError(404, 20404, 'The requested resource was not found')
  }
  const endpoint = restEndpoint(
    { carrier: profile.carrier, authorize, parseBody: readForm, formatError, idOf: (resource) => resource.sid },
    parts,
  )
  const sid = (c: Context) => (c.req.param('sid') ?? '').replace(/\.json$/, '')

  return new Hono()
    .post('/:account/Calls.json', (c) => endpoint.create(c, 'create call', placed, (form) => calls.create(form)))
    .get('/:account/Calls.json', (c) => endpoint.query(c, 'list calls', (query) => calls.list(query)))
    .get('/:account/Calls/:sid', (c) => endpoint.query(c, 'read call', () => calls.read(sid(c))))
    .post('/:account/Calls/:sid', (c) => endpoint.update(c, 'update call', (form) => calls.update(sid(c), form)))
    .post('/:account/Messages.json', (c) => endpoint.create(c, 'create message', 201, (form) => messages.create(form)))
    .get('/:account/Messages.json', (c) => endpoint.query(c, 'list messages', (query) => messages.list(query)))
    .get('/:account/Messages/:sid', (c) => endpoint.query(c, 'read message', () => messages.read(sid(c))))
}
