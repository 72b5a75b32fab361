// Plivo's requests to the app: signed forms. docs.plivo.com/docs/voice/xml/request

import { randomInt } from 'node:crypto'
import type { Pairs } from '../rest/form.ts'
import type { Outgoing, Reply, Wire } from '../simulator/http-log.ts'
import { Unreached } from '../simulator/http-log.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import type { Step, Target } from '../simulator/steps.ts'
import { Unplayable } from '../simulator/steps.ts'
import { readPlivoXml } from './plivo-xml.ts'
import { signV2, signV3 } from './signature.ts'

/** Which document it is decides the number of what is wrong with it. */
export type Kind = 'answer' | 'action' | 'redirect'

export type Hooks = {
  /** Fetches a document; throws `Unplayable` when none can be had. */
  document(kind: Kind, target: Target, parameters: Pairs, callId: string): Promise<Step[]>
  /** Tells the app something of a call, or of a message, which is signed otherwise. */
  notice(about: string, target: Target, parameters: Pairs, id: string, version?: 'V2' | 'V3'): void
}

/** docs.plivo.com/docs/voice/troubleshooting/hangup-causes: out of reach, and not to be played. */
const CODES: Record<Kind, { unreached: number; invalid: number }> = {
  answer: { unreached: 7011, invalid: 8011 },
  action: { unreached: 7012, invalid: 8012 },
  redirect: { unreached: 7014, invalid: 8014 },
}
const PATIENCE_MS = 15_000
const LARGEST_DOCUMENT = 102_400

export function hooks(authToken: string, board: Switchboard, wire: Wire): Hooks {
  const compose = (
    about: string,
    { url, method }: Target,
    parameters: Pairs,
    callId: string,
    version: 'V2' | 'V3',
  ): Outgoing => {
    const whole = new URL(url)
    whole.hash = ''
    if (method === 'GET') for (const [name, value] of parameters) whole.searchParams.append(name, value)
    const posted = method === 'POST' ? parameters : []
    const nonce = Array.from({ length: 20 }, () => randomInt(10)).join('')
    const signature =
      version === 'V2' ? signV2(authToken, whole.href, nonce) : signV3(authToken, method, whole.href, posted, nonce)
    return {
      company: 'Plivo',
      about,
      callId,
      method,
      url: whole.href,
      headers: {
        'user-agent': 'Plivo',
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
        // The main account's, which is the same here.
        [`x-plivo-signature-ma-${version}`]: signature,
        [`x-plivo-signature-${version}`]: signature,
        [`x-plivo-signature-${version}-nonce`]: nonce,
      },
      body: new URLSearchParams(posted).toString(),
      patience: PATIENCE_MS,
    }
  }

  return {
    async document(kind, target, parameters, callId) {
      const fault = (code: number | string | null, message: string) =>
        board.fault('Plivo', code, `${kind}: ${message}`, callId)
      try {
        const reply = await wire.ask(compose(kind, target, parameters, callId, 'V3'))
        return read(reply, kind, (warning) => fault(null, warning))
      } catch (error) {
        const unplayable = asUnplayable(error, kind)
        fault(unplayable.code, unplayable.message)
        throw unplayable
      }
    },
    notice(about, target, parameters, id, version = 'V3') {
      wire.tell(compose(about, target, parameters, id, version)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) {
            board.fault('Plivo', null, `${about}: answered with ${reply.status}`, id)
          }
        },
        (error: Error) => board.fault('Plivo', null, `${about}: ${error.message}`, id),
      )
    },
  }
}

function read(reply: Reply, kind: Kind, warn: (message: string) => void): Step[] {
  const { unreached, invalid } = CODES[kind]
  if (reply.status < 200 || reply.status > 299) throw new Unplayable(unreached, `answered with ${reply.status}`)
  if (!/^(text|application)\/xml\s*(;|$)/i.test(reply.contentType ?? '')) {
    throw new Unplayable(invalid, `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) throw new Unplayable(invalid, 'the document is over 100 KB')
  return readPlivoXml(reply.body, invalid, warn)
}

function asUnplayable(error: unknown, kind: Kind): Unplayable {
  if (error instanceof Unplayable) return error
  if (error instanceof Unreached) return new Unplayable(CODES[kind].unreached, error.message)
  throw error
}
