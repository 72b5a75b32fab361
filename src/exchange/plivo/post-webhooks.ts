// Plivo's requests to the app: signed forms. docs.plivo.com/docs/voice/xml/request

import { randomInt } from 'node:crypto'
import type { Parameters } from '../rest/form.ts'
import { AppUnreachable, type WebhookRequest, type WebhookResponse } from '../simulator/app-client.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import type { Step, Target } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import { readPlivoXml } from './plivo-xml.ts'
import { signV2, signV3 } from './signature.ts'

/** The kinds of document, which decide the error code. */
export type DocumentKind = 'answer' | 'action' | 'redirect'

export type Webhooks = {
  /** Fetches a document; throws a `DocumentError` when it can't be fetched or played. */
  fetchDocument(kind: DocumentKind, target: Target, parameters: Parameters, callId: string): Promise<Step[]>
  /** Sends a callback of a call, or of a message, which is signed in another version. */
  notify(about: string, target: Target, parameters: Parameters, id: string, version?: 'V2' | 'V3'): void
}

/** docs.plivo.com/docs/voice/troubleshooting/hangup-causes: the codes for an unreachable URL and an invalid document. */
const CODES: Record<DocumentKind, { unreached: number; invalid: number }> = {
  answer: { unreached: 7011, invalid: 8011 },
  action: { unreached: 7012, invalid: 8012 },
  redirect: { unreached: 7014, invalid: 8014 },
}
const WEBHOOK_TIMEOUT_MS = 15_000
const LARGEST_DOCUMENT = 102_400

export function createWebhooks(authToken: string, { simulator, appClient }: ExchangeParts): Webhooks {
  const compose = (
    about: string,
    { url, method }: Target,
    parameters: Parameters,
    callId: string,
    version: 'V2' | 'V3',
  ): WebhookRequest => {
    const whole = new URL(url)
    whole.hash = ''
    if (method === 'GET') for (const [name, value] of parameters) whole.searchParams.append(name, value)
    const posted = method === 'POST' ? parameters : []
    const nonce = Array.from({ length: 20 }, () => randomInt(10)).join('')
    const signature =
      version === 'V2' ? signV2(authToken, whole.href, nonce) : signV3(authToken, method, whole.href, posted, nonce)
    return {
      carrier: 'Plivo',
      about,
      callId,
      method,
      url: whole.href,
      headers: {
        'user-agent': 'Plivo',
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
        // The main account's signature, the same here because there are no subaccounts.
        [`x-plivo-signature-ma-${version}`]: signature,
        [`x-plivo-signature-${version}`]: signature,
        [`x-plivo-signature-${version}-nonce`]: nonce,
      },
      body: new URLSearchParams(posted).toString(),
      timeoutMs: WEBHOOK_TIMEOUT_MS,
    }
  }

  return {
    async fetchDocument(kind, target, parameters, callId) {
      const report = (code: number | string | null, message: string) =>
        simulator.reportViolation('Plivo', code, `${kind}: ${message}`, callId)
      try {
        const reply = await appClient.fetchDocument(compose(kind, target, parameters, callId, 'V3'))
        return parseDocument(reply, kind, (warning) => report(null, warning))
      } catch (error) {
        const failure = toDocumentError(error, kind)
        report(failure.code, failure.message)
        throw failure
      }
    },
    notify(about, target, parameters, id, version = 'V3') {
      appClient.notify(compose(about, target, parameters, id, version)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) {
            simulator.reportViolation('Plivo', null, `${about}: answered with ${reply.status}`, id)
          }
        },
        (error: Error) => simulator.reportViolation('Plivo', null, `${about}: ${error.message}`, id),
      )
    },
  }
}

function parseDocument(reply: WebhookResponse, kind: DocumentKind, warn: (message: string) => void): Step[] {
  const { unreached, invalid } = CODES[kind]
  if (reply.status < 200 || reply.status > 299) throw new DocumentError(unreached, `answered with ${reply.status}`)
  if (!/^(text|application)\/xml\s*(;|$)/i.test(reply.contentType ?? '')) {
    throw new DocumentError(invalid, `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) throw new DocumentError(invalid, 'the document is over 100 KB')
  return readPlivoXml(reply.body, invalid, warn)
}

function toDocumentError(error: unknown, kind: DocumentKind): DocumentError {
  if (error instanceof DocumentError) return error
  if (error instanceof AppUnreachable) return new DocumentError(CODES[kind].unreached, error.message)
  throw error
}
