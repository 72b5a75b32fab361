// Twilio's and SignalWire's requests to the app: signed forms, whose answer is parsed as TwiML or ignored. twilio.com/docs/usage/webhooks/voice-webhooks, developer.signalwire.com/compatibility-api/guides/webhooks

import { readTwiml } from '../markup/twiml.ts'
import type { Parameters } from '../rest/form.ts'
import { AppUnreachable, type WebhookRequest, type WebhookResponse } from '../simulator/app-client.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import type { Step, Target } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import type { CarrierProfile } from './carrier-profile.ts'
import { sign } from './signature.ts'

export type Webhooks = {
  /** Fetches a document; throws a `DocumentError` when it can't be fetched or played. */
  fetchDocument(about: string, target: Target, parameters: Parameters, callId: string): Promise<Step[]>
  /** Sends a callback that needs no document in answer. */
  notify(about: string, target: Target, parameters: Parameters, callId: string | null): void
}

const LARGEST_DOCUMENT = 65_536

export function createWebhooks(profile: CarrierProfile, { simulator, appClient }: ExchangeParts): Webhooks {
  const { carrier, signature, webhookTimeoutMs, webhookErrorCodes } = profile

  const compose = (about: string, target: Target, all: Parameters, callId: string | null): WebhookRequest => {
    const parameters = renameParameters(all, profile)
    const bare = new URL(target.url)
    bare.hash = ''
    const body = new URLSearchParams(parameters).toString()
    if (target.method === 'GET') bare.search += (bare.search ? '&' : '?') + body
    const headers: Record<string, string> = {
      accept: '*/*',
      ...profile.headers(),
      [signature.header]: sign(signature.key, bare.href, target.method === 'POST' ? parameters : []),
    }
    if (target.method === 'POST') headers['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8'
    return {
      carrier,
      about,
      callId,
      method: target.method,
      url: bare.href,
      headers,
      body: target.method === 'POST' ? body : '',
      timeoutMs: webhookTimeoutMs,
    }
  }

  return {
    async fetchDocument(about, target, parameters, callId) {
      try {
        return parseDocument(await appClient.fetchDocument(compose(about, target, parameters, callId)), target, profile)
      } catch (error) {
        const failure = toDocumentError(error, webhookErrorCodes)
        simulator.reportViolation(carrier, failure.code, `${about}: ${failure.message}`, callId)
        throw failure
      }
    },
    notify(about, target, parameters, callId) {
      appClient.notify(compose(about, target, parameters, callId)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) {
            simulator.reportViolation(
              carrier,
              webhookErrorCodes.refused,
              `${about}: answered with ${reply.status}`,
              callId,
            )
          }
        },
        (error: Error) =>
          simulator.reportViolation(
            carrier,
            toDocumentError(error, webhookErrorCodes).code,
            `${about}: ${error.message}`,
            callId,
          ),
      )
    },
  }
}

function renameParameters(parameters: Parameters, { renamedWebhookParameters }: CarrierProfile): Parameters {
  return parameters.flatMap(([name, value]) => {
    const sent = renamedWebhookParameters[name] === undefined ? name : renamedWebhookParameters[name]
    return sent === null ? [] : [[sent, value] as [string, string]]
  })
}

function parseDocument(reply: WebhookResponse, target: Target, { webhookErrorCodes, tts }: CarrierProfile): Step[] {
  if (reply.status !== 200) throw new DocumentError(webhookErrorCodes.refused, `answered with ${reply.status}`)
  const type = reply.contentType?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'text/xml' && type !== 'application/xml') {
    throw new DocumentError(12300, `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) throw new DocumentError(11750, 'the document is over 64 kB')
  return readTwiml(reply.body, target.url, tts)
}

function toDocumentError(error: unknown, codes: CarrierProfile['webhookErrorCodes']): DocumentError {
  if (error instanceof DocumentError) return error
  if (error instanceof AppUnreachable)
    return new DocumentError(error.timedOut ? codes.late : codes.unreached, error.message)
  throw error
}
