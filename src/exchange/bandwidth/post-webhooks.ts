// Bandwidth's requests to the app: JSON without a signature. An app that answers 401 is asked again with the credentials
// given for the call or the verb, if any. dev.bandwidth.com/docs/voice/webhooks

import { AppUnreachable, type WebhookRequest, type WebhookResponse } from '../simulator/app-client.ts'
import type { ExchangeParts } from '../simulator/exchange-parts.ts'
import type { Step } from '../simulator/steps.ts'
import { DocumentError } from '../simulator/steps.ts'
import { readBxml } from './bxml.ts'
import type { WebhookTarget } from './targets.ts'

export type Webhooks = {
  /** Fetches a document; throws a `DocumentError` when it can't be fetched or played. */
  fetchDocument(about: string, link: WebhookTarget, event: Event, timeoutMs: number): Promise<Step[]>
  /** Sends an event that needs no document in answer. */
  notify(about: string, link: WebhookTarget, body: object, callId: string, timeoutMs: number): void
  /** As above, repeated for a day until the app answers with 2xx: dev.bandwidth.com/docs/messaging/webhooks */
  notifyUntilTaken(about: string, link: WebhookTarget, body: object, messageId: string, timeoutMs: number): void
}

export type Event = Record<string, unknown> & { callId: string }

const LARGEST_DOCUMENT = 65_536
const FIRST_RETRY_MS = 5000
const LAST_RETRY_MS = 24 * 3_600_000

export function createWebhooks(credentialsAtOnce: boolean, { simulator, appClient }: ExchangeParts): Webhooks {
  const compose = (
    about: string,
    link: WebhookTarget,
    body: object,
    callId: string,
    timeoutMs: number,
  ): WebhookRequest => {
    const { method, credentials } = link
    const url = new URL(link.url)
    if (method === 'GET') {
      for (const [name, value] of Object.entries(body)) {
        url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value))
      }
    }
    return {
      carrier: 'Bandwidth',
      about,
      callId,
      method,
      url: url.href,
      headers: {
        'user-agent': 'Bandwidth',
        ...(method === 'POST' && { 'content-type': 'application/json; charset=utf-8' }),
        ...(credentialsAtOnce && credentials !== null && { authorization: credentials }),
      },
      body: method === 'POST' ? JSON.stringify(body) : '',
      timeoutMs,
      ...(!credentialsAtOnce && credentials !== null && { credentials }),
    }
  }
  const report = (about: string, { code, message }: DocumentError, callId: string) =>
    simulator.reportViolation('Bandwidth', code, `${about}: ${message}`, callId)

  return {
    async fetchDocument(about, link, event, timeoutMs) {
      try {
        return parseDocument(await appClient.fetchDocument(compose(about, link, event, event.callId, timeoutMs)), link)
      } catch (error) {
        const failure = toDocumentError(error)
        report(about, failure, event.callId)
        throw failure
      }
    },
    notify(about, link, body, callId, timeoutMs) {
      appClient.notify(compose(about, link, body, callId, timeoutMs)).then(
        (reply) => {
          if (reply && (reply.status < 200 || reply.status > 299)) report(about, badStatus(reply, link), callId)
        },
        (error: Error) => report(about, toDocumentError(error), callId),
      )
    },
    notifyUntilTaken(about, link, body, messageId, timeoutMs) {
      const attempt = async (retryMs: number) => {
        const reply = await appClient
          .notify(compose(about, link, body, messageId, timeoutMs))
          .catch(() => ({ status: 0, contentType: null, body: '' }))
        // `null`: an injected fault lost it.
        if (reply === null || (reply.status >= 200 && reply.status <= 299)) return
        const asksForRetry = reply.status === 0 || reply.status >= 500
        if (!asksForRetry || retryMs > LAST_RETRY_MS) report(about, badStatus(reply, link), messageId)
        if (retryMs > LAST_RETRY_MS) return
        simulator.clock.after(retryMs, () => void attempt(retryMs * 2))
      }
      void attempt(FIRST_RETRY_MS)
    },
  }
}

function parseDocument(reply: WebhookResponse, link: WebhookTarget): Step[] {
  if (reply.status !== 200) throw badStatus(reply, link)
  if (!/^(text|application)\/xml\s*(;|$)/i.test(reply.contentType ?? '')) {
    throw new DocumentError('invalid-bxml', `answered with the content type ${reply.contentType ?? '(none)'}`)
  }
  if (Buffer.byteLength(reply.body) > LARGEST_DOCUMENT) {
    throw new DocumentError('invalid-bxml', 'the document is over 64 KB')
  }
  return readBxml(reply.body, link.url)
}

function badStatus({ status }: WebhookResponse, { credentials }: WebhookTarget): DocumentError {
  const why = status === 401 && credentials === null ? ', and no credentials were given for it' : ''
  return new DocumentError('callback-error', `answered with ${status}${why}`)
}

function toDocumentError(error: unknown): DocumentError {
  if (error instanceof DocumentError) return error
  if (error instanceof AppUnreachable) return new DocumentError('callback-error', error.message)
  throw error
}
