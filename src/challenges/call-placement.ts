// From a delivery that is saved as `placing` to the carrier's answer, saved too. A request whose answer is lost is unknown
// and is never made again; a clear refusal goes to the next carrier at once.

import type { Carrier, PlacementResult } from '../carriers/carrier.ts'
import type { ChallengeId, Delivery, DeliveryId } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { AbandonedCreates } from './abandoned-creates.ts'
import type { PrepareRequest } from './carrier-requests.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import { failureOf } from './delivery-failure.ts'
import type { Transition } from './transition.ts'

/** Gives the record as the carrier's answer left it. Rejects only when no carrier was asked. */
export type PlaceDelivery = (
  transition: Transition,
  record: ChallengeRecord,
  delivery: DeliveryId,
) => Promise<ChallengeRecord>

type Deps = {
  store: Pick<Store, 'challenges' | 'notifier'>
  selection: CarrierSelection
  slots: CarrierSlots
  prepareRequest: PrepareRequest
  abandoned: AbandonedCreates
  metrics: Pick<Metrics, 'carrierAsked'>
  clock: Clock
  log: Logger
}

/** `asked`: the carrier was, and what it does from then on can't be taken back. */
type Placement = { answer: PlacementResult; asked: boolean; record: ChallengeRecord }

/** A 4xx is about one call or one country; a 401 or 429 is about the account, like silence or a 5xx. */
const ABOUT_THIS_CALL = /^HTTP 4(?!01|29)/

export function createPlaceDelivery(deps: Deps): PlaceDelivery {
  const { store, selection, slots, prepareRequest, abandoned, metrics, clock, log } = deps

  return async (transition, record, id) => {
    const delivery = record.challenge.deliveries.at(-1)
    if (delivery?.id !== id || delivery.progress.state !== 'placing') return record
    if (abandoned.has(id)) {
      slots.release(delivery)
      return record
    }
    const placement = await place(record, delivery).catch((error) => {
      slots.release(delivery)
      abandoned.add(record.challenge.id, id)
      throw error
    })
    const { answer, asked } = placement
    const why = 'why' in answer ? answer.why : null
    log.info(
      { challenge: record.challenge.id, delivery: id, carrier: delivery.carrier, result: answer.type, why },
      'carrier asked',
    )
    const event = placementEvent(placement.record, delivery, answer)
    try {
      const result = await transition(record.challenge.id, () => event, placement.record)
      return 'effects' in result ? await result.effects : placement.record
    } catch (error) {
      // The carrier may be calling: its webhooks or the reconciler report what became of it.
      if (asked && answer.type !== 'refused') {
        log.error({ err: error as Error, challenge: record.challenge.id, delivery: id }, 'placement not saved')
        return placement.record
      }
      abandoned.add(record.challenge.id, id)
      if (event.type === 'placement_failed' && event.next) abandoned.add(record.challenge.id, event.next.id)
      throw error
    }
  }

  /** Waits for the slot in the carrier's rate, then asks it, unless the challenge has ended meanwhile. */
  async function place(record: ChallengeRecord, delivery: Delivery): Promise<Placement> {
    const unasked = (why: string) => ({ answer: notAsked(why), asked: false, record })
    const carrier = selection.byName(delivery.carrier)
    if (!carrier) return unasked('not configured')
    let now: ChallengeRecord | null = record
    // With the slot there, the record is as it was saved a moment ago.
    if (!slots.isDue(delivery)) {
      const wait = await slots.waitFor(delivery)
      if (wait === null) return unasked('no slot in the rate of the account')
      now = await recordAtSlot(record.challenge.id, delivery, wait)
    }
    if (!now || !isWanted(now, delivery)) {
      slots.release(delivery)
      return { ...unasked('no longer wanted'), ...(now && { record: now }) }
    }
    slots.use(delivery)
    return { answer: await ask(carrier, delivery, prepareRequest(carrier, now, delivery)), asked: true, record: now }
  }

  /**
   * The record read when the slot has come: what ended the challenge until then ends this too. Read earlier when the
   * challenge changes, so that a canceled one gives its slot back at once.
   */
  async function recordAtSlot(id: ChallengeId, delivery: Delivery, wait: number): Promise<ChallengeRecord | null> {
    const readyAt = clock.now() + wait
    for (let isReady = wait <= 0; ; ) {
      const change = Promise.withResolvers<true>()
      const unsubscribe = isReady ? () => {} : store.notifier.subscribe(id, () => change.resolve(true))
      try {
        const record = await store.challenges.find(id)
        if (isReady || !record || !isWanted(record, delivery)) return record
        isReady = !(await withTimeout(clock, Math.max(0, readyAt - clock.now()), change.promise, false))
      } finally {
        unsubscribe()
      }
    }
  }

  async function ask(
    carrier: Carrier,
    { channel }: Delivery,
    request: ReturnType<PrepareRequest>,
  ): Promise<PlacementResult> {
    const begun = clock.now()
    const breaker = selection.breaker(carrier.name)
    breaker.begins(clock.now())
    selection.deliveryBreaker(carrier.name).begins(clock.now())
    // The carrier may have taken the request before the exception.
    const answer = await withAbortTimeout(clock, DEADLINES.carrierAnswer, request).catch(
      (error: Error): PlacementResult => ({ type: 'unknown', why: error.name }),
    )
    metrics.carrierAsked({ carrier: carrier.name, channel, result: answer.type, seconds: (clock.now() - begun) / 1000 })
    if (answer.type === 'placed' || (answer.type === 'refused' && answer.blame === 'number')) breaker.succeeded()
    else if (!ABOUT_THIS_CALL.test(answer.why)) breaker.failed(clock.now())
    return answer
  }

  function placementEvent(record: ChallengeRecord, delivery: Delivery, answer: PlacementResult): ChallengeEvent {
    if (answer.type === 'placed') return { type: 'placed', delivery: delivery.id, ref: answer.ref }
    if (answer.type === 'unknown') return { type: 'placement_unknown', delivery: delivery.id }
    const { why } = answer
    const failed = { type: 'placement_failed', delivery: delivery.id, ...failureOf(answer), why } as const
    return { ...failed, next: answer.blame === 'number' ? null : selection.afterFailure(record, delivery) }
  }
}

/** Saved even after the outcome: until then the number counts as busy. */
function notAsked(why: string): PlacementResult {
  return { type: 'refused', blame: 'carrier', why }
}

/** Not when the challenge has ended, nor when the reconciler has given the delivery up meanwhile. */
function isWanted({ challenge, expired, reported }: ChallengeRecord, { id }: Delivery): boolean {
  const current = challenge.deliveries.at(-1)
  return (
    challenge.outcome === null && !expired && !reported && current?.id === id && current.progress.state === 'placing'
  )
}
