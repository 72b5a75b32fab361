// Carriers fetch documents and post events here. An authenticated request for a document gets one in time, also while the
// database is away, since a person is listening.

import { type Context, type Handler, Hono } from 'hono'
import type { Carrier, CarrierEvent, IncomingWebhook, WebhookKind } from '../../carriers/carrier.ts'
import { callbackUrls } from '../../challenges/callback-urls.ts'
import type { WebhookTarget } from '../../challenges/carrier-events.ts'
import type { Challenges } from '../../challenges/challenges.ts'
import type { CarrierName, ChallengeId, DeliveryId } from '../../domain/challenge.ts'
import type { Locale } from '../../domain/locale.ts'
import type { Script } from '../../domain/script.ts'
import type { Logger } from '../../log/logger.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import { prompts } from '../../prompts/index.ts'
import { resolveLocale } from '../../prompts/resolve-locale.ts'
import { type Clock, withTimeout } from '../../time/clock.ts'
import { DEADLINES } from '../../time/deadlines.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { problem } from '../problems.ts'
import { readBytes } from '../request-body.ts'

type Parts = {
  challenges: Pick<Challenges, 'handleCarrierEvent'>
  carriers: Carrier[]
  publicUrl: string
  metrics: Pick<Metrics, 'webhookAnswered'>
  clock: Clock
  log: Logger
}

/** So often "one moment" is said before the apology and the hang-up. */
const MAX_HOLDS = 8

const UTF_8 = new TextDecoder()

const CALL_KINDS = ['answer', 'status', 'detection', 'fallback'] as const

const DOCUMENTS = new Set<WebhookKind>(['answer', 'turn', 'fallback'])

export function carrierWebhooks({ challenges, carriers, publicUrl, metrics, clock, log }: Parts): Hono {
  const app = new Hono()

  // Each path by its words, since a parameter beside a word keeps Hono from its fastest router: its RegExpRouter takes neither
  // `/sms/:carrier/…` beside `/sms/bandwidth` nor `:kind{…}` beside `turn/…`.
  for (const carrier of carriers) {
    const call = `/voice/${carrier.name}/:locale/:challenge/:delivery`
    for (const kind of CALL_KINDS) app.post(`${call}/${kind}`, measured(carrier, kind, callWebhook))
    app.post(`${call}/turn/:turn{[1-9][0-9]{0,3}}`, measured(carrier, 'turn', callWebhook))
    app.post(`/sms/${carrier.name}/:challenge/:delivery`, measured(carrier, 'receipt', receiptWebhook))
    if (carrier.receiveReceipts) app.post(`/sms/${carrier.name}`, measured(carrier, 'receipt', accountReceipts))
  }
  methodNotAllowed(app)
  return app

  function measured(
    carrier: Carrier,
    kind: WebhookKind,
    answer: (c: Context, carrier: Carrier, kind: WebhookKind) => Promise<Response>,
  ): Handler {
    return async (c) => {
      const begun = clock.now()
      const response = await answer(c, carrier, kind)
      const seconds = (clock.now() - begun) / 1000
      metrics.webhookAnswered({ carrier: carrier.name, kind, status: response.status, seconds })
      return response
    }
  }

  async function callWebhook(c: Context, carrier: Carrier, kind: WebhookKind): Promise<Response> {
    const incoming = await read(c, kind)
    if (incoming instanceof Response) return incoming
    const event = await carrier.receive(incoming)
    if (!event) return refused(carrier)
    const target = targetOf(c.req.param(), carrier.name, DOCUMENTS.has(kind))
    const again = Number(c.req.query('again') ?? 0)
    const late = kind === 'fallback' || again >= MAX_HOLDS ? apology(target.locale) : hold(target.locale)
    const next = await scriptInTime(target, event, late)
    if (next === late && again >= MAX_HOLDS) noteApology(target, event)
    const script = kind === 'fallback' ? apology(target.locale) : next
    if (!target.awaitsDocument) return carrier.acknowledge()
    return carrier.reply(script, callbackUrls(publicUrl, target, script.then === 'come_back' ? again + 1 : 0))
  }

  async function receiptWebhook(c: Context, carrier: Carrier): Promise<Response> {
    const incoming = await read(c, 'receipt')
    if (incoming instanceof Response) return incoming
    const event = await carrier.receive(incoming)
    if (!event) return refused(carrier)
    const result = await scriptInTime(targetOf(c.req.param(), carrier.name, false), event, 'not_noted')
    if (result === 'not_noted') return notNoted()
    return carrier.acknowledge()
  }

  /** Bandwidth keeps one link for all receipts, in the account: dev.bandwidth.com/docs/messaging/webhooks */
  async function accountReceipts(c: Context, carrier: Carrier): Promise<Response> {
    const incoming = await read(c, 'receipt')
    if (incoming instanceof Response) return incoming
    const all = await carrier.receiveReceipts!(incoming)
    if (!all) return refused(carrier)
    // All under one deadline, however many there are.
    const results = all.map(({ tag, event }) => {
      const [challenge = '', delivery = ''] = tag.split('.')
      return scriptInTime(targetOf({ challenge, delivery }, carrier.name, false), event, 'not_noted')
    })
    return (await Promise.all(results)).includes('not_noted') ? notNoted() : carrier.acknowledge()
  }

  /** The call ends with it, which is no hang-up of the person's. It is noted when the database is back. */
  function noteApology(target: WebhookTarget, { refs }: CarrierEvent): void {
    void scriptInTime(target, { refs, type: 'document_failed' }, null)
  }

  /** What is heard next, or `late` when that is not known in time; the event is still applied after the answer. */
  async function scriptInTime<Late>(target: WebhookTarget, event: CarrierEvent, late: Late): Promise<Script | Late> {
    const { carrier, challenge } = target
    const script = challenges.handleCarrierEvent(target, event).catch((err: Error) => {
      log.error({ err, carrier, challenge, type: event.type }, 'carrier event not applied')
      return late
    })
    return withTimeout(clock, DEADLINES.document, script, late)
  }

  /** Signatures cover the URL that the carrier called, which is ours by PUBLIC_URL whatever a proxy made of it. */
  async function read(c: Context, kind: WebhookKind): Promise<IncomingWebhook | Response> {
    const { method, url, headers } = c.req.raw
    const bytes = await readBytes(c).catch(() => 'broken' as const)
    if (bytes === 'broken') return problem({ refused: 'malformed', detail: 'The body broke off.' })
    if (bytes === null) return problem({ refused: 'too_large', detail: 'No carrier sends more than 65536 bytes.' })
    const path = url.slice(url.indexOf('/', url.indexOf('//') + 2))
    return { kind, method, url: publicUrl + path, headers, body: UTF_8.decode(bytes) }
  }
}

/**
 * Bandwidth repeats a receipt for 24 h until it is answered with a 2xx, SignalWire repeats a status twice; one that comes
 * again after it was noted changes nothing. dev.bandwidth.com/docs/messaging/webhooks, signalwire.com/docs/guides/webhooks
 */
function notNoted(): Response {
  return new Response(null, { status: 503, headers: { 'Retry-After': '5' } })
}

/** The name tells `npm run doctor` that the refusal is ours, and not some proxy's on the way. */
function refused(carrier: Carrier): Response {
  const response = carrier.refuse()
  response.headers.set('Answerback', 'refused')
  return response
}

/** The ids are unverified text: one that is not ours finds no challenge. */
function targetOf(parameters: Record<string, string>, carrier: CarrierName, awaitsDocument: boolean): WebhookTarget {
  const { locale = '', challenge = '', delivery = '', turn } = parameters
  return {
    carrier,
    locale: resolveLocale(locale) ?? 'en-US',
    challenge: challenge as ChallengeId,
    delivery: delivery as DeliveryId,
    turn: turn === undefined ? null : Number(turn),
    awaitsDocument,
  }
}

function hold(locale: Locale): Script {
  return { locale, say: [prompts[locale].hold], then: 'come_back' }
}

function apology(locale: Locale): Script {
  return { locale, say: [prompts[locale].farewell.apology], then: 'hang_up' }
}
