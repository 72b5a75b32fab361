// The hands: what the machine wants done in the world is done here, carrier by carrier. A request whose answer is lost
// is `unknown` and is never made again; a clear refusal goes to the next carrier at once.

import { nanoid } from 'nanoid'
import type { Carrier, PlacementResult } from '../carriers/carrier.ts'
import type { CarrierName, ChallengeId, Channel, Delivery, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent, Effect } from '../domain/events.ts'
import type { Locale } from '../domain/prompts.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { callbackUrls, receiptUrl } from './callback-urls.ts'
import { challengeSecrets } from './challenge-secrets.ts'
import type { Ground } from './challenges.ts'
import { type CircuitBreaker, circuitBreaker } from './circuit-breaker.ts'
import { sleep, withAbortTimeout } from './clock.ts'
import { messageText } from './message-text.ts'
import type { Act, Acted } from './transition.ts'

export type Hands = {
  /** Does the effects, one after another. Ends when nothing is left to do. */
  carryOut(acted: Acted): Promise<void>
  /** Does them while the caller goes on. Whoever acts and has not carried out must: even a read may end a challenge. */
  follow(acted: Acted): void
  /** The next delivery for a channel, through the first carrier that may be tried; `null` when there is none. */
  choose(stored: Pick<ChallengeRecord, 'request'>, channel: Channel, tried: CarrierName[]): Delivery | null
  byName(name: CarrierName): Carrier | undefined
}

/** How long a carrier may take to say whether it will call. With a second carrier after it, creation stays within 4 s. */
const PATIENCE_MS = 3_000
/** A call that would wait longer in our own queue is refused rather than queued. */
const MAX_WAIT_SECONDS = 10
/** A 4xx is about one call or one country; a 401 or 429 is about the account, like silence or a 5xx. */
const ABOUT_THIS_CALL = /^HTTP 4(?!01|29)/
const RING_SECONDS = 25
const MAX_CALL_SECONDS = 180

export function carry({ store, carriers, settings, clock, log }: Ground, act: Act): Hands {
  const breakers = new Map<CarrierName, CircuitBreaker>(carriers.map(({ name }) => [name, circuitBreaker()]))
  const secret = challengeSecrets(settings.secrets)
  const byName = (name: CarrierName) => carriers.find((carrier) => carrier.name === name)

  function choose(
    { request: terms }: Pick<ChallengeRecord, 'request'>,
    channel: Channel,
    tried: CarrierName[],
  ): Delivery | null {
    const able = carriers.filter(
      (carrier) =>
        !tried.includes(carrier.name) &&
        (terms.carrier === null || terms.carrier === carrier.name) &&
        (terms.extension === null || channel === 'sms' || carrier.supportsExtensions),
    )
    // A blown fuse puts a carrier last; with no other left it is tried all the same, since who asks is owed an answer.
    const carrier = able.find(({ name }) => breakers.get(name)!.allows(clock.now())) ?? able[0]
    return carrier ? draft(channel, carrier, terms.locale) : null
  }

  async function carryOut({ stored, effects }: Acted): Promise<void> {
    for (const effect of effects) await perform(stored.challenge.id, effect)
  }

  function follow(acted: Acted): void {
    if (acted.effects.length > 0) act.background(carryOut(acted))
  }

  function perform(id: ChallengeId, effect: Effect): Promise<void> {
    if (effect.type === 'place') return place(id, effect.delivery)
    if (effect.type === 'hang_up') return hangUp(id, effect.delivery, effect.ref)
    return fallBack(id, effect.channel)
  }

  async function place(id: ChallengeId, delivery: DeliveryId): Promise<void> {
    const now = await store.challenges.find(id)
    const wanted = now?.challenge.deliveries.at(-1)
    if (!now || wanted?.id !== delivery || wanted.progress.state !== 'placing') return
    const carrier = byName(wanted.carrier)
    const placement = carrier ? await request(carrier, now, wanted) : refusedByUs('not configured')
    const why = 'why' in placement ? placement.why : null
    log.info({ challenge: id, delivery, carrier: wanted.carrier, result: placement.type, why }, 'carrier asked')
    const acted = await act(id, (stored) => told(stored, wanted, placement)).catch(unsaid)
    if (acted && acted !== 'number_busy') await carryOut(acted)
  }

  /** What a carrier was asked for can't be taken back: a database that is away then hears of it from the carrier. */
  function unsaid(fault: Error): null {
    if (!(fault instanceof DatabaseUnavailable)) throw fault
    return null
  }

  /** Waits for a place in the carrier's rate, then asks it, unless the wait has made the call pointless. */
  async function request(carrier: Carrier, stored: ChallengeRecord, delivery: Delivery): Promise<PlacementResult> {
    const wait = await store.carrierRates.reserve(carrier.name, carrier.callsPerSecond, MAX_WAIT_SECONDS)
    if (wait === null) return refusedByUs('more calls wait than the account may place in 10 s')
    if (wait > 0) await sleep(clock, wait * 1000)
    // Read as late as can be: whatever ended the challenge until here ends this too.
    const now = await store.challenges.find(stored.challenge.id)
    if (!now || isOver(now)) return refusedByUs('no longer wanted')
    const health = breakers.get(carrier.name)!
    health.begins(clock.now())
    const placement = await ask(carrier, stored, delivery)
    if (placement.type === 'placed' || (placement.type === 'refused' && placement.blame === 'number'))
      health.succeeded()
    else if (!ABOUT_THIS_CALL.test(placement.why)) health.failed(clock.now())
    return placement
  }

  function ask(carrier: Carrier, stored: ChallengeRecord, delivery: Delivery): Promise<PlacementResult> {
    const { challenge, request: terms } = stored
    const place = {
      carrier: carrier.name,
      locale: carrier.resolveVoiceLocale(terms.locale),
      challenge: challenge.id,
      delivery: delivery.id,
    }
    const line = { to: terms.to!, from: terms.from ?? carrier.from, tag: `${challenge.id}.${delivery.id}` }
    if (delivery.channel === 'sms') {
      const minutes = Math.max(1, Math.floor((Date.parse(stored.expiresAt) - Date.parse(delivery.createdAt)) / 60_000))
      const body = messageText({
        terms,
        code: secret.code(stored),
        name: settings.serviceName,
        origin: settings.origin,
        minutes,
      })
      const message = { ...line, body, receiptUrl: receiptUrl(settings.publicUrl, place) }
      return withAbortTimeout(clock, PATIENCE_MS, (signal) => carrier.sendSms(message, signal))
    }
    const call = {
      ...line,
      urls: callbackUrls(settings.publicUrl, place),
      ringSeconds: RING_SECONDS,
      maxSeconds: MAX_CALL_SECONDS,
      detect: settings.detectVoicemail,
      extension: terms.extension,
    }
    return withAbortTimeout(clock, PATIENCE_MS, (signal) => carrier.place(call, signal))
  }

  /** A placement as an event. Its delivery may be closed by now; the machine knows what that means. */
  function told(stored: ChallengeRecord, delivery: Delivery, placement: PlacementResult): ChallengeEvent {
    if (placement.type === 'placed') return { type: 'placed', delivery: delivery.id, ref: placement.ref }
    if (placement.type === 'unknown') return { type: 'placement_unknown', delivery: delivery.id }
    if (placement.blame === 'number')
      return { type: 'placement_failed', delivery: delivery.id, result: 'unreachable', next: null }
    const next = choose(stored, delivery.channel, triedInVain(stored, delivery))
    return { type: 'placement_failed', delivery: delivery.id, result: 'carrier_failed', next }
  }

  /** Hung up or not, the machine has decided; a failure is the sweeper's to repeat. */
  async function hangUp(id: ChallengeId, delivery: DeliveryId, ref: string): Promise<void> {
    const known = (await store.challenges.find(id))?.challenge.deliveries.find((one) => one.id === delivery)
    const carrier = known && byName(known.carrier)
    if (!carrier) return
    await withAbortTimeout(clock, PATIENCE_MS, (signal) => carrier.hangUp(ref, signal)).catch((err: Error) =>
      log.warn({ err, challenge: id, delivery }, 'hang-up failed'),
    )
  }

  async function fallBack(id: ChallengeId, channel: Channel): Promise<void> {
    const acted = await act(id, (stored) => {
      if (stored.challenge.outcome || stored.challenge.fallback[0] !== channel) return null
      const next = choose(stored, channel, [])
      return next ? { type: 'delivery_requested', next, fallback: true } : null
    })
    if (acted && acted !== 'number_busy') await carryOut(acted)
  }

  return { carryOut, follow, choose, byName }
}

/** Nothing was dialled, and the machine must hear of it even after the outcome: until then the number counts as busy. */
function refusedByUs(why: string): PlacementResult {
  return { type: 'refused', blame: 'carrier', why }
}

function isOver({ challenge, expired }: ChallengeRecord): boolean {
  return challenge.outcome !== null || expired
}

function draft(channel: Channel, carrier: Carrier, wanted: Locale): Delivery {
  const locale = channel === 'call' ? carrier.resolveVoiceLocale(wanted) : wanted
  return {
    id: `dlv_${nanoid()}`,
    channel,
    carrier: carrier.name,
    ...(locale !== wanted && { locale }),
    ref: null,
    createdAt: '',
    progress: { state: 'placing', unknown: false },
    result: null,
  }
}

/** The carriers that this very try has already been through: the unbroken run of refusals that ends with it. */
function triedInVain({ challenge }: ChallengeRecord, delivery: Delivery): CarrierName[] {
  const earlier = challenge.deliveries.slice(
    0,
    challenge.deliveries.findIndex(({ id }) => id === delivery.id),
  )
  const run = earlier.slice(
    earlier.findLastIndex((one) => one.channel !== delivery.channel || one.result !== 'carrier_failed') + 1,
  )
  return [...run.map(({ carrier }) => carrier), delivery.carrier]
}
