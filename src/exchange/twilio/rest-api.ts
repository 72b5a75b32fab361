// The resources of an account at Twilio or SignalWire, and who may reach them.

import type { Context } from 'hono'
import { Hono } from 'hono'
import { authorized, RestError, readForm } from '../rest/form.ts'
import { door } from '../rest/rest-endpoint.ts'
import type { Wire } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import { calls } from './calls.ts'
import type { Manner } from './carrier-profile.ts'
import { messages } from './messages.ts'
import { hooks } from './webhooks.ts'

type Api = {
  manner: Manner
  password: string
  /** The status of the answer to a new call. */
  placed: 200 | 201
  shape(error: RestError): Record<string, unknown>
}

export function twilioApi({ manner, password, placed, shape }: Api, board: Switchboard, wire: Wire): Hono {
  const out = hooks(manner, board, wire)
  const call = calls(manner, board, out)
  const message = messages(manner, board, out)

  const guard = (c: Context) => {
    if (!authorized(c, manner.accountId, password)) throw new RestError(401, 20003, 'Authenticate')
    if (c.req.param('account') !== manner.accountId)
      throw new RestError(404, 20404, 'The requested resource was not found')
  }
  const desk = door(
    { company: manner.company, guard, read: readForm, shape, idOf: (resource) => resource.sid },
    board,
    wire,
  )
  const sid = (c: Context) => (c.req.param('sid') ?? '').replace(/\.json$/, '')

  return new Hono()
    .post('/:account/Calls.json', (c) => desk.create(c, 'create call', placed, (form) => call.create(form)))
    .get('/:account/Calls.json', (c) => desk.query(c, 'list calls', (query) => call.list(query)))
    .get('/:account/Calls/:sid', (c) => desk.query(c, 'read call', () => call.read(sid(c))))
    .post('/:account/Calls/:sid', (c) => desk.update(c, 'update call', (form) => call.update(sid(c), form)))
    .post('/:account/Messages.json', (c) => desk.create(c, 'create message', 201, (form) => message.create(form)))
    .get('/:account/Messages.json', (c) => desk.query(c, 'list messages', (query) => message.list(query)))
    .get('/:account/Messages/:sid', (c) => desk.query(c, 'read message', () => message.read(sid(c))))
}
