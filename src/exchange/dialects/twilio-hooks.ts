// Twilio's requests to the app: signed, as forms, with the answer read as TwiML or thrown away.
// twilio.com/docs/usage/webhooks/voice-webhooks

import { randomUUID } from 'node:crypto'
import type { Step, Target } from '../steps.ts'
import { Unplayable } from '../steps.ts'
import type { Switchboard } from '../switchboard.ts'
import type { Outgoing, Reply, Wire } from '../wire.ts'
import { Unreached } from '../wire.ts'
import type { Pairs } from './rest.ts'
import { sign } from './twilio-signature.ts'
import { readTwiml } from './twiml.ts'

export type Hooks = {
  /** Fetches a document; throws `Unplayable` when none can be had. */
  document(about: string, target: Target, parameters: Pairs, callId: string): Promise<Step[]>
  /** Tells the app something. */
  notice(about: string, target: Target, parameters: Pairs, callId: string | null): void
}

const COMPANY = 'Twilio'
const LARGEST_DOCUMENT = 65_536

export function hooks(authToken: string, board: Switchboard, wire: Wire): Hooks {
  const compose = (about: string, target: Target, parameters: Pairs, callId: string | null): Outgoing => {
    const bare = new URL(target.url)
    bare.hash = ''
    const body = new URLSearchParams(parameters).toString()
    if (target.method === 'GET') bare.search += (bare.search ? '&' : '?') + body
    const headers: Record<string, string> = {
      accept: '*/*',
      'user-agent': 'TwilioProxy/1.1',
      'i-twilio-idempotency-token': randomUUID(),
      'x-twilio-signature': sign(authToken, bare.href, target.method === 'POST' ? parameters : []),
    }
    if (target.method === 'POST') headers['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8'
    return {
      company: COMPANY,
      about,
      callId,
      method: target.method,
      url: bare.href,
      headers,
      body: target.method === 'POST' ? body : '',
    }
  }

  return {
    async document(about, target, parameters, callId) {
      try {
        return read(await wire.ask(compose(about, target, parameters, callId)), target)
      } catch (error) {
        const unplayable = asUnplayable(error)
        board.fault(COMPANY, unplayable.code, `${about}: ${unplayable.message}`, callId)
        throw unplayable
      }
    },
    notice(about, target, parameters, callId) {
      wire.tell(compose(about, target, parameters, callId)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) {
            board.fault(COMPANY, 11200, `${about}: answered with ${reply.status}`, callId)
          }
        },
        (error: Error) => board.fault(COMPANY, 11200, `${about}: ${error.message}`, callId),
      )
    },
  }
}

function read(reply: Reply, target: Target): Step[] {
  if (reply.status !== 200) throw new Unplayable(11200, `answered with ${reply.status}`)
  const type = reply.contentType?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'text/xml' && type !== 'application/xml') {
    throw new Unplayable(12300, `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) throw new Unplayable(11750, 'the document is over 64 kB')
  return readTwiml(reply.body, target.url)
}

function asUnplayable(error: unknown): Unplayable {
  if (error instanceof Unplayable) return error
  if (error instanceof Unreached) return new Unplayable(error.late ? 11205 : 11200, error.message)
  throw error
}
