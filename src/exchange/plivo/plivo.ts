// The Plivo dialect: JSON in, signed forms out, and numbers without a plus. docs.plivo.com/docs/voice/api/overview

import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { authorized, RestError } from '../rest/form.ts'
import { readJson } from '../rest/json.ts'
import { door } from '../rest/rest-endpoint.ts'
import type { Wire } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import { calls } from './calls.ts'
import { messages } from './messages.ts'
import { hooks } from './webhooks.ts'

/** `numbers`: those that calls and messages may come from, as E.164; any, when absent. */
export type PlivoAccount = { authId: string; authToken: string; numbers?: string[] }

export function plivo(account: PlivoAccount, board: Switchboard, wire: Wire): Hono {
  const out = hooks(account.authToken, board, wire)
  const call = calls(account, board, out)
  const message = messages(account, board, out)

  const guard = (c: Context) => {
    if (!authorized(c, account.authId, account.authToken)) throw new RestError(401, null, 'Authentication failed')
    if (c.req.param('account') !== account.authId) throw new RestError(404, null, 'not found')
  }
  const desk = door({ company: 'Plivo', guard, read: readJson, shape, idOf }, board, wire)
  const id = (c: Context) => c.req.param('id') ?? ''

  return new Hono()
    .post('/:account/Call/', (c) => desk.create(c, 'create call', 201, (body) => call.create(body)))
    .get('/:account/Call/:id/', (c) => desk.query(c, 'read call', (query) => call.read(id(c), query)))
    .delete('/:account/Call/:id/', (c) => desk.remove(c, 'hang up', () => call.hangUp(id(c))))
    .delete('/:account/Request/:id/', (c) => desk.remove(c, 'cancel', () => call.cancel(id(c))))
    .post('/:account/Message/', (c) => desk.create(c, 'create message', 202, (body) => message.create(body)))
}

const BAD_NUMBER = 21217

/** No codes, only prose: docs.plivo.com/docs/voice/api/response */
const shape = ({ code, message }: RestError) => ({
  api_id: randomUUID(),
  error: code === BAD_NUMBER ? 'to parameter is not valid' : message,
})

const idOf = ({ request_uuid, call_uuid, message_uuid }: Record<string, unknown>) =>
  request_uuid ?? call_uuid ?? (Array.isArray(message_uuid) ? message_uuid[0] : null)
