// The Twilio dialect: its REST API in, its signed webhooks out. twilio.com/docs/usage/api

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { rest } from '../door.ts'
import type { Switchboard } from '../switchboard.ts'
import type { Wire } from '../wire.ts'
import { RestError } from './rest.ts'
import { calls } from './twilio-calls.ts'
import { hooks } from './twilio-hooks.ts'
import { messages } from './twilio-messages.ts'

/** `numbers`: those that calls and messages may come from; any, when absent. */
export type TwilioAccount = { accountSid: string; authToken: string; numbers?: string[] }

export function twilio(account: TwilioAccount, board: Switchboard, wire: Wire): Hono {
  const out = hooks(account.authToken, board, wire)
  const call = calls(account, board, out)
  const message = messages(account, board, out)
  const door = rest(board, wire, { company: 'Twilio', shape: errorBody })

  const guarded = (c: Context) => {
    if (!authorized(c.req.header('authorization'), account)) throw new RestError(401, 20003, 'Authenticate')
    if (c.req.param('account') !== account.accountSid)
      throw new RestError(404, 20404, 'The requested resource was not found')
  }
  const sid = (c: Context) => (c.req.param('sid') ?? '').replace(/\.json$/, '')

  return new Hono()
    .post('/:account/Calls.json', (c) => door.create(c, guarded, 'create call', 201, (form) => call.create(form)))
    .get('/:account/Calls.json', (c) => door.query(c, guarded, 'list calls', (query) => call.list(query)))
    .get('/:account/Calls/:sid', (c) => door.query(c, guarded, 'read call', () => call.read(sid(c))))
    .post('/:account/Calls/:sid', (c) => door.update(c, guarded, 'update call', (form) => call.update(sid(c), form)))
    .post('/:account/Messages.json', (c) =>
      door.create(c, guarded, 'create message', 201, (form) => message.create(form)),
    )
    .get('/:account/Messages.json', (c) => door.query(c, guarded, 'list messages', (query) => message.list(query)))
    .get('/:account/Messages/:sid', (c) => door.query(c, guarded, 'read message', () => message.read(sid(c))))
}

const errorBody = ({ code, message, status }: RestError) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
})

function authorized(header: string | undefined, { accountSid, authToken }: TwilioAccount): boolean {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  return timingSafeEqual(digest(header ?? ''), digest(expected))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
