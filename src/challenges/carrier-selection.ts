// Which carrier a delivery goes through: the first in order of preference that can do it and is healthy.

import { nanoid } from 'nanoid'
import type { Carrier } from '../carriers/carrier.ts'
import type { CarrierName, Challenge, Channel, Delivery } from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import type { ChallengeRecord, ChallengeRequest } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { SettingsOf } from './challenge-settings.ts'
import { type CircuitBreaker, circuitBreaker } from './circuit-breaker.ts'

export type CarrierSelection = {
  /** A new delivery through the first carrier that may be tried; `null` when there is none. */
  nextDelivery(request: ChallengeRequest, channel: Channel, exclude?: readonly CarrierName[]): Delivery | null
  /** The same try once more, through the next carrier. */
  afterFailure(record: ChallengeRecord, delivery: Delivery): Delivery | null
  byName(name: CarrierName): Carrier | undefined
  /** Of what is asked of a carrier, by its answers. */
  breaker(name: CarrierName): CircuitBreaker
  /** Of what a carrier has taken, by what becomes of it. */
  deliveryBreaker(name: CarrierName): CircuitBreaker
}

/** Those that a service may be served by, in its order of preference; `null`: all. */
export function allowedCarriers(
  carriers: readonly Carrier[],
  names: readonly CarrierName[] | null,
): readonly Carrier[] {
  return names === null ? carriers : names.flatMap((name) => carriers.find((carrier) => carrier.name === name) ?? [])
}

type Deps = {
  carriers: readonly Carrier[]
  settingsOf: SettingsOf
  traffic: Pick<TrafficGuard, 'price'>
  clock: Clock
}

/** `carriers`: in order of preference. */
export function createCarrierSelection({ carriers, settingsOf, traffic, clock }: Deps): CarrierSelection {
  const breakers = new Map(carriers.map(({ name }) => [name, circuitBreaker()]))
  const deliveryBreakers = new Map(carriers.map(({ name }) => [name, circuitBreaker()]))
  const breaker = (name: CarrierName) => breakers.get(name)!
  const deliveryBreaker = (name: CarrierName) => deliveryBreakers.get(name)!
  const isHealthy = ({ name }: Carrier) =>
    breaker(name).allows(clock.now()) && deliveryBreaker(name).allows(clock.now())

  const selection: CarrierSelection = {
    breaker,
    deliveryBreaker,
    byName: (name) => carriers.find((carrier) => carrier.name === name),
    afterFailure({ challenge, request }, delivery) {
      const tried = carriersAlreadyTried(challenge, delivery)
      return challenge.outcome ? null : selection.nextDelivery(request, delivery.channel, tried)
    },
    nextDelivery(request, channel, exclude = []) {
      const able = allowedCarriers(carriers, settingsOf(request.serviceId).carriers).filter(
        (carrier) =>
          !exclude.includes(carrier.name) &&
          (request.carrier === null || request.carrier === carrier.name) &&
          (request.extension === null || channel === 'sms' || carrier.supportsExtensions),
      )
      // An open breaker puts a carrier last. With no other left it is tried all the same: it may have recovered.
      const carrier = able.find(isHealthy) ?? able[0]
      if (!carrier) return null
      return newDelivery(channel, carrier, request.locale, traffic.price(request, { carrier: carrier.name, channel }))
    },
  }
  return selection
}

function newDelivery(channel: Channel, carrier: Carrier, requested: Locale, price: number): Delivery {
  const locale = channel === 'call' ? carrier.resolveVoiceLocale(requested) : requested
  return {
    // 84 random bits: they are told apart within one challenge, and in the log.
    id: `dlv_${nanoid(14)}`,
    channel,
    carrier: carrier.name,
    ...(locale !== requested && { locale }),
    ref: null,
    price,
    createdAt: '',
    progress: { state: 'placing', unknown: false },
    result: null,
  }
}

/** The carriers that this very try has already been through. */
function carriersAlreadyTried(challenge: Challenge, delivery: Delivery): CarrierName[] {
  return [...failedBefore(challenge, delivery), delivery].map(({ carrier }) => carrier)
}

/** The deliveries of the same try: the unbroken run of failures of its channel that ends before this one. */
export function failedBefore({ deliveries }: Challenge, { id, channel }: Delivery): Delivery[] {
  const earlier = deliveries.slice(
    0,
    deliveries.findIndex((delivery) => delivery.id === id),
  )
  return earlier.slice(earlier.findLastIndex((one) => one.channel !== channel || one.result !== 'carrier_failed') + 1)
}
