// Where carriers fetch documents and post events. Whatever has happened to us, an authenticated request for a document
// gets one, in time: a person is listening.

import { type Context, Hono } from 'hono'
import type { Carrier, CarrierEvent, IncomingWebhook, WebhookKind } from '../../carriers/carrier.ts'
import { callbackUrls } from '../../challenges/callback-urls.ts'
import type { WebhookTarget } from '../../challenges/carrier-events.ts'
import type { Challenges } from '../../challenges/challenges.ts'
import type { CarrierName, ChallengeId, DeliveryId } from '../../domain/challenge.ts'
import type { Script } from '../../domain/script.ts'
import type { Logger } from '../../log/logger.ts'
import { prompts } from '../../prompts/index.ts'
import { resolveLocale } from '../../prompts/resolve-locale.ts'
import { type Clock, withTimeout } from '../../time/clock.ts'
import { DEADLINES } from '../../time/deadlines.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { notFound, problem } from '../problems.ts'
import { readBytes } from '../request-body.ts'

type Parts = {
  engine: Pick<Challenges, 'handleCarrierEvent'>
  carriers: Carrier[]
  publicUrl: string
  clock: Clock
  log: Logger
}

/** After so many times "one moment" the person is sent away kindly. */
const MOST_WAITS = 8

const DOCUMENTS = new Set<WebhookKind>(['answer', 'turn', 'fallback'])

export function carrierWebhooks({ engine, carriers, publicUrl, clock, log }: Parts): Hono {
  const app = new Hono()

  app.post('/voice/:carrier/:locale/:challenge/:delivery/:hook{answer|status|detection|fallback}', (c) =>
    call(c, c.req.param('hook') as WebhookKind),
  )
  app.post('/voice/:carrier/:locale/:challenge/:delivery/turn/:turn{[1-9][0-9]{0,3}}', (c) => call(c, 'turn'))
  app.post('/sms/:carrier/:challenge/:delivery', receipt)
  app.post('/sms/bandwidth', receipts)
  methodNotAllowed(app)
  return app

  async function call(c: Context, hook: WebhookKind): Promise<Response> {
    const carrier = named(c.req.param('carrier'))
    if (!carrier) return notFound(c)
    const incoming = await read(c, hook)
    if (incoming instanceof Response) return incoming
    const news = await carrier.receive(incoming)
    if (!news) return refused(carrier)
    const again = Number(c.req.query('again') ?? 0)
    const late = hook === 'fallback' || again >= MOST_WAITS ? apology(c) : hold(c)
    const next = await inTime(where(c, carrier.name), news, late)
    if (!next) return refused(carrier)
    const script = hook === 'fallback' ? apology(c) : next
    if (!DOCUMENTS.has(hook)) return carrier.acknowledge()
    return carrier.reply(
      script,
      callbackUrls(publicUrl, place(c, carrier.name), script.then === 'come_back' ? again + 1 : 0),
    )
  }

  async function receipt(c: Context): Promise<Response> {
    const carrier = named(c.req.param('carrier'))
    if (!carrier) return notFound(c)
    const incoming = await read(c, 'receipt')
    if (incoming instanceof Response) return incoming
    const event = await carrier.receive(incoming)
    if (!event) return refused(carrier)
    const result = await inTime(where(c, carrier.name), event, 'not_noted')
    if (result === 'not_noted') return notNoted()
    return result ? carrier.acknowledge() : refused(carrier)
  }

  /** Bandwidth keeps one link for all receipts, in the account: dev.bandwidth.com/docs/messaging/webhooks */
  async function receipts(c: Context): Promise<Response> {
    const carrier = named('bandwidth')
    if (!carrier?.receiveReceipts) return notFound(c)
    const incoming = await read(c, 'receipt')
    if (incoming instanceof Response) return incoming
    const all = await carrier.receiveReceipts(incoming)
    if (!all) return refused(carrier)
    // All under one deadline, however many there are.
    const heard = all.map(({ tag, event: news }) => {
      const [challenge = '', delivery = ''] = tag.split('.')
      return inTime({ carrier: carrier.name, locale: 'en-US', challenge, delivery, turn: null }, news, 'not_noted')
    })
    return (await Promise.all(heard)).includes('not_noted') ? notNoted() : carrier.acknowledge()
  }

  /** The engine's word, or `late` when it does not come in time. What it was told goes on behind the answer. */
  async function inTime<Late>(at: WebhookTarget, news: CarrierEvent, late: Late): Promise<Script | null | Late> {
    const word = engine.handleCarrierEvent(at, news).catch((err: Error) => {
      log.error({ err, carrier: at.carrier, challenge: at.challenge, type: news.type }, 'carrier event not applied')
      return late
    })
    return withTimeout(clock, DEADLINES.document, word, late)
  }

  function named(name: string | undefined): Carrier | undefined {
    return carriers.find((carrier) => carrier.name === name)
  }

  /** Signatures cover the URL that the carrier called, which is ours by PUBLIC_URL whatever a proxy made of it. */
  async function read(c: Context, hook: WebhookKind): Promise<IncomingWebhook | Response> {
    const { method, url, headers } = c.req.raw
    const bytes = await readBytes(c.req.raw).catch(() => 'broken' as const)
    if (bytes === 'broken') return problem({ refused: 'malformed', detail: 'The body broke off.' })
    if (bytes === null) return problem({ refused: 'too_large', detail: 'No carrier sends more than 65536 bytes.' })
    const path = url.slice(url.indexOf('/', url.indexOf('//') + 2))
    return { kind: hook, method, url: publicUrl + path, headers, body: new TextDecoder().decode(bytes) }
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

function where(c: Context, carrier: CarrierName): WebhookTarget {
  const { challenge = '', delivery = '', turn } = c.req.param() as Record<string, string>
  return { carrier, locale: localeIn(c), challenge, delivery, turn: turn === undefined ? null : Number(turn) }
}

function place(c: Context, carrier: CarrierName) {
  const { challenge, delivery } = c.req.param() as { challenge: ChallengeId; delivery: DeliveryId }
  return { carrier, locale: localeIn(c), challenge, delivery }
}

function localeIn(c: Context) {
  return resolveLocale(c.req.param('locale') ?? '') ?? 'en-US'
}

function hold(c: Context): Script {
  return { locale: localeIn(c), say: [prompts[localeIn(c)].hold], then: 'come_back' }
}

function apology(c: Context): Script {
  return { locale: localeIn(c), say: [prompts[localeIn(c)].farewell.apology], then: 'hang_up' }
}
