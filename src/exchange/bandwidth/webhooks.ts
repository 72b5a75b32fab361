// Bandwidth's requests to the app: JSON, and no signature. Whoever asks for credentials with a 401 gets those that came
// with the call or with the verb, and where none came there are none to give. dev.bandwidth.com/docs/voice/webhooks

import type { Outgoing, Reply, Wire } from '../simulator/http-log.ts'
import { Unreached } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import type { Step, Target } from '../simulator/steps.ts'
import { Unplayable } from '../simulator/steps.ts'
import { readBxml } from './bxml.ts'

/** Where something is sent, and the `Authorization` for it. */
export type Link = Target & { credentials: string | null }
/** A link in a call, with what was given beside it. */
export type Turn = Link & { fallback: Link | null; tag: string | null }

export type Hooks = {
  /** Fetches a document; throws `Unplayable` when none can be had. */
  document(about: string, link: Link, event: Event, patience: number): Promise<Step[]>
  /** Tells the app something. */
  notice(about: string, link: Link, body: object, callId: string, patience: number): void
}

export type Event = Record<string, unknown> & { callId: string }

const LARGEST_DOCUMENT = 65_536

export function hooks(atOnce: boolean, board: Switchboard, wire: Wire): Hooks {
  const compose = (about: string, link: Link, body: object, callId: string, patience: number): Outgoing => {
    const { method, credentials } = link
    const url = new URL(link.url)
    if (method === 'GET') {
      for (const [name, value] of Object.entries(body)) {
        url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value))
      }
    }
    return {
      company: 'Bandwidth',
      about,
      callId,
      method,
      url: url.href,
      headers: {
        'user-agent': 'Bandwidth',
        ...(method === 'POST' && { 'content-type': 'application/json; charset=utf-8' }),
        ...(atOnce && credentials !== null && { authorization: credentials }),
      },
      body: method === 'POST' ? JSON.stringify(body) : '',
      patience,
      ...(!atOnce && credentials !== null && { credentials }),
    }
  }
  const fault = (about: string, { code, message }: Unplayable, callId: string) =>
    board.fault('Bandwidth', code, `${about}: ${message}`, callId)

  return {
    async document(about, link, event, patience) {
      try {
        return read(await wire.ask(compose(about, link, event, event.callId, patience)), link)
      } catch (error) {
        const unplayable = asUnplayable(error)
        fault(about, unplayable, event.callId)
        throw unplayable
      }
    },
    notice(about, link, body, callId, patience) {
      wire.tell(compose(about, link, body, callId, patience)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) fault(about, unwanted(reply, link), callId)
        },
        (error: Error) => fault(about, asUnplayable(error), callId),
      )
    },
  }
}

function read(reply: Reply, link: Link): Step[] {
  if (reply.status !== 200) throw unwanted(reply, link)
  if (!/^(text|application)\/xml\s*(;|$)/i.test(reply.contentType ?? '')) {
    throw new Unplayable('invalid-bxml', `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) {
    throw new Unplayable('invalid-bxml', 'the document is over 64 KB')
  }
  return readBxml(reply.body, link.url)
}

function unwanted({ status }: Reply, { credentials }: Link): Unplayable {
  const why = status === 401 && credentials === null ? ', and no credentials were given for it' : ''
  return new Unplayable('callback-error', `answered with ${status}${why}`)
}

function asUnplayable(error: unknown): Unplayable {
  if (error instanceof Unplayable) return error
  if (error instanceof Unreached) return new Unplayable('callback-error', error.message)
  throw error
}
