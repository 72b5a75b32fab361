// Starts a challenge and places its first delivery before the app is answered.

import type { Carrier } from '../carriers/carrier.ts'
import type { Challenge, Channel, Delivery, E164, Flow } from '../domain/challenge.ts'
import { secretId } from '../domain/one-time-codes.ts'
import { maskNumber, parseNumber } from '../domain/phone-number.ts'
import { invalidField, type Refusal } from '../domain/refusal.ts'
import { secondsUntilCheck } from '../domain/state-machine.ts'
import { allowed, limitReached, reachable } from '../guard/guard.ts'
import type { InsertChallenge } from '../store/challenges.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, ChallengeRequest, Service } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { AbandonedCreates } from './abandoned-creates.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import type { ChallengeSettings } from './challenge-settings.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { NUMBER_BUSY } from './refusals.ts'
import { reserveDelivery } from './reserve-delivery.ts'
import { beforeSaveDeadline } from './save-deadline.ts'
import { sortableId } from './sortable-id.ts'
import type { EffectRunner, Transition } from './transition.ts'
import type { WaitForEffects } from './wait-for-effects.ts'

/** Fields of a request that the server adds. */
type AddedField = 'serviceId' | 'secretId' | 'numberHash' | 'clientIpHashes' | 'maskedNumber' | 'region'

/** A challenge as an app asks for it, checked in form: the number is E.164, every default is filled in. */
export type CreateChallenge = Omit<ChallengeRequest, AddedField> & {
  to: E164
  flow: Flow
  channel: Channel
  /** Seconds. */
  expiresIn: number
  fallback: Channel[]
  clientIp: string | null
}

type Deps = {
  store: Pick<Store, 'challenges'>
  carriers: readonly Carrier[]
  settings: ChallengeSettings
  slots: CarrierSlots
  limits: DeliveryLimits
  abandoned: AbandonedCreates
  transition: Transition
  runEffects: EffectRunner
  waitForEffects: WaitForEffects
  tasks: BackgroundTasks
  clock: Clock
}

const ATTEMPTS = 5

const KEY_IN_USE: Refusal = { refused: 'conflict', detail: 'A request with this Idempotency-Key is in progress.' }

/** `idempotencyKey` is tied to the challenge in the same statement. `arrivedAt`: of the request, by the clock. */
export type Create = (
  service: Service,
  input: CreateChallenge,
  idempotencyKey: string | null,
  arrivedAt: number,
) => Promise<ChallengeRecord | Refusal>

export function createCreateChallenge(deps: Deps): Create {
  const { store, carriers, settings, slots, limits, abandoned, clock } = deps

  return async (service, input, idempotencyKey, arrivedAt) => {
    const number = parseNumber(input.to, null, settings.possibleRegions)
    if (!number.ok) return invalidField('to', number.message)
    const refusal = allowed(settings, input, number) ?? reachable(input, carriers)
    if (refusal) return refusal
    const request = requestOf(service, input, number.region)
    const delivery = await reserveDelivery(deps, request, input.channel, arrivedAt)
    if ('refused' in delivery) return delivery
    const challenge = newChallenge(input, delivery)
    const created = { challenge, request, expiresIn: input.expiresIn, idempotencyKey }
    const record = await beforeSaveDeadline(clock, arrivedAt, () => insert(created, delivery)).catch((error) => {
      slots.release(delivery)
      abandoned.add(challenge.id, delivery.id)
      throw error
    })
    if ('refused' in record) {
      slots.release(delivery)
      return record
    }
    return place(record, delivery, arrivedAt)
  }

  async function insert(created: InsertChallenge, delivery: Delivery): Promise<ChallengeRecord | Refusal> {
    const { challenge } = created
    const facts = { flow: challenge.flow, channel: delivery.channel, carrier: delivery.carrier }
    const inserted = await store.challenges.insert(created, {
      entry: { type: 'created', delivery: delivery.id, facts },
      begins: limits.startOf(created.request, delivery.channel),
      secondsUntilCheck: secondsUntilCheck(challenge),
      outbox: [],
    })
    if (inserted === 'number_busy') return NUMBER_BUSY
    if (inserted === 'key_taken') return KEY_IN_USE
    return 'challenge' in inserted ? inserted : limitReached(inserted)
  }

  function place(record: ChallengeRecord, delivery: Delivery, arrivedAt: number): Promise<ChallengeRecord> {
    const effects = deps.runEffects(deps.transition, record, [{ type: 'place', delivery: delivery.id }])
    deps.tasks.add(effects)
    return deps.waitForEffects(record, effects, arrivedAt)
  }

  function requestOf(service: Service, input: CreateChallenge, region: string): ChallengeRequest {
    const { flow, channel, fallback, expiresIn, clientIp, ...given } = input
    return {
      ...given,
      serviceId: service.id,
      secretId: secretId(settings.secrets[0]!),
      numberHash: limits.hashes(given.to)[0]!,
      clientIpHashes: clientIp === null ? null : limits.hashes(clientIp),
      maskedNumber: maskNumber(given.to),
      region,
    }
  }
}

function newChallenge({ flow, fallback }: CreateChallenge, first: Delivery): Challenge {
  return {
    id: `chl_${sortableId()}`,
    flow,
    version: 1,
    attemptsLeft: ATTEMPTS,
    codeDisclosed: false,
    fallback,
    deliveries: [first],
    outcome: null,
  }
}
