// Requests to the app, as Twilio and SignalWire make them: signed, as forms, with the answer read as TwiML or thrown
// away. twilio.com/docs/usage/webhooks/voice-webhooks, developer.signalwire.com/compatibility-api/guides/webhooks

import { readTwiml } from '../markup/twiml.ts'
import type { Pairs } from '../rest/form.ts'
import type { Outgoing, Reply, Wire } from '../simulator/http-log.ts'
import { Unreached } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import type { Step, Target } from '../simulator/steps.ts'
import { Unplayable } from '../simulator/steps.ts'
import type { Manner } from './carrier-profile.ts'
import { sign } from './signature.ts'

export type Hooks = {
  /** Fetches a document; throws `Unplayable` when none can be had. */
  document(about: string, target: Target, parameters: Pairs, callId: string): Promise<Step[]>
  /** Tells the app something. */
  notice(about: string, target: Target, parameters: Pairs, callId: string | null): void
}

const LARGEST_DOCUMENT = 65_536

export function hooks(manner: Manner, board: Switchboard, wire: Wire): Hooks {
  const { company, signature, patience, codes } = manner

  const compose = (about: string, target: Target, all: Pairs, callId: string | null): Outgoing => {
    const parameters = inManner(all, manner)
    const bare = new URL(target.url)
    bare.hash = ''
    const body = new URLSearchParams(parameters).toString()
    if (target.method === 'GET') bare.search += (bare.search ? '&' : '?') + body
    const headers: Record<string, string> = {
      accept: '*/*',
      ...manner.headers(),
      [signature.header]: sign(signature.key, bare.href, target.method === 'POST' ? parameters : []),
    }
    if (target.method === 'POST') headers['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8'
    return {
      company,
      about,
      callId,
      method: target.method,
      url: bare.href,
      headers,
      body: target.method === 'POST' ? body : '',
      patience,
    }
  }

  return {
    async document(about, target, parameters, callId) {
      try {
        return read(await wire.ask(compose(about, target, parameters, callId)), target, manner)
      } catch (error) {
        const unplayable = asUnplayable(error, codes)
        board.fault(company, unplayable.code, `${about}: ${unplayable.message}`, callId)
        throw unplayable
      }
    },
    notice(about, target, parameters, callId) {
      wire.tell(compose(about, target, parameters, callId)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) {
            board.fault(company, codes.refused, `${about}: answered with ${reply.status}`, callId)
          }
        },
        (error: Error) => board.fault(company, asUnplayable(error, codes).code, `${about}: ${error.message}`, callId),
      )
    },
  }
}

function inManner(parameters: Pairs, { renamed }: Manner): Pairs {
  return parameters.flatMap(([name, value]) => {
    const sent = renamed[name] === undefined ? name : renamed[name]
    return sent === null ? [] : [[sent, value] as [string, string]]
  })
}

function read(reply: Reply, target: Target, { codes, tongue }: Manner): Step[] {
  if (reply.status !== 200) throw new Unplayable(codes.refused, `answered with ${reply.status}`)
  const type = reply.contentType?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'text/xml' && type !== 'application/xml') {
    throw new Unplayable(12300, `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) throw new Unplayable(11750, 'the document is over 64 kB')
  return readTwiml(reply.body, target.url, tongue)
}

function asUnplayable(error: unknown, codes: Manner['codes']): Unplayable {
  if (error instanceof Unplayable) return error
  if (error instanceof Unreached) return new Unplayable(error.late ? codes.late : codes.unreached, error.message)
  throw error
}
