// Starts a challenge and places its first delivery before the app is answered.

import type { Carrier } from '../carriers/carrier.ts'
import type { Channel, Delivery, E164, Flow } from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'
import { secretId } from '../domain/one-time-codes.ts'
import { maskNumber, parseNumber } from '../domain/phone-number.ts'
import { invalidField, type Refusal } from '../domain/refusal.ts'
import { secondsUntilCheck } from '../domain/state-machine.ts'
import { notAdmitted, reachable, refusedNumber } from '../guard/guard.ts'
import { ruleQuestion } from '../guard/number-rules.ts'
import { policyRefusal } from '../guard/policy.ts'
import type { QuietRefusal } from '../guard/quiet-hours.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import { askerHashes } from '../guard/who-asks.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Inserted } from '../store/challenge-inserts.ts'
import { NotExecuted } from '../store/database-errors.ts'
import type { IdempotencyClaim } from '../store/idempotency.ts'
import type { PrefixBlock } from '../store/prefix-traffic.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, ChallengeRequest, DeliveryStart, InsertChallenge, Service } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { AbandonedCreates } from './abandoned-creates.ts'
import type { BackgroundTasks } from './background-tasks.ts'
import { allowedCarriers, type CarrierSelection } from './carrier-selection.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import type { InstallationSettings, SettingsOf } from './challenge-settings.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { newChallenge } from './new-challenge.ts'
import { NO_CARRIER, NUMBER_BUSY } from './refusals.ts'
import { beforeSaveDeadline } from './save-deadline.ts'
import type { EffectRunner, Transition } from './transition.ts'
import type { WaitForEffects } from './wait-for-effects.ts'

/** Fields of a request that the server adds. */
type AddedField = BySetting | 'serviceId' | 'secretId' | 'numberHash' | 'askerHashes' | 'maskedNumber' | 'region'
/** As the service is set, where the request does not say. */
type BySetting = 'sharedPhrase' | 'locale'

/** A challenge as an app asks for it, checked in form: the number is E.164, every default is filled in. */
export type CreateChallenge = Omit<ChallengeRequest, AddedField> & {
  to: E164
  flow: Flow
  channel: Channel
  /** `null`: as the server is set. */
  sharedPhrase: boolean | null
  locale: Locale | null
  /** Seconds. */
  expiresIn: number
  fallback: Channel[]
  clientIp: string | null
  /** As the app names them. */
  session: string | null
  account: string | null
}

type Deps = {
  store: Pick<Store, 'challenges' | 'numberRules'>
  carriers: readonly Carrier[]
  settings: Pick<InstallationSettings, 'secrets' | 'possibleRegions' | 'policy'>
  settingsOf: SettingsOf
  selection: Pick<CarrierSelection, 'nextDelivery'>
  slots: CarrierSlots
  limits: DeliveryLimits
  traffic: TrafficGuard
  quiet: QuietRefusal
  abandoned: AbandonedCreates
  transition: Transition
  runEffects: EffectRunner
  waitForEffects: WaitForEffects
  tasks: BackgroundTasks
  metrics: Pick<Metrics, 'created'>
  clock: Clock
}

const KEY_IN_USE: Refusal = { refused: 'conflict', detail: 'A request with this Idempotency-Key is in progress.' }

/**
 * `claim`: its idempotency key is taken in the statement that makes the challenge. `arrivedAt`: of the request, by the
 * clock.
 */
export type Create = (
  service: Service,
  input: CreateChallenge,
  claim: IdempotencyClaim | null,
  arrivedAt: number,
) => Promise<ChallengeRecord | Refusal>

type Wanted = CreateChallenge & Pick<ChallengeRequest, BySetting>
type InsertResult = Awaited<ReturnType<Store['challenges']['insert']>>

export function createCreateChallenge(deps: Deps): Create {
  const { store, carriers, settings, settingsOf, selection, slots, limits, traffic, abandoned, metrics, clock } = deps
  const newestSecretId = secretId(settings.secrets[0]!)

  return async (service, input, claim, arrivedAt) => {
    const number = parseNumber(input.to, null, settings.possibleRegions)
    if (!number.ok) return invalidField('to', number.message)
    const own = settingsOf(service.id)
    const sharedPhrase = input.sharedPhrase ?? own.sharedPhrase
    const wanted = { ...input, sharedPhrase, locale: input.locale ?? own.locale }
    const refusal =
      policyRefusal(own.policyName, { ...wanted, drawnKey: settings.policy.drawnKey }) ??
      (await refusedUnlessListed(service, input, number, arrivedAt)) ??
      reachable(input, allowedCarriers(carriers, own.carriers))
    if (refusal) return refusal
    const request = requestOf(service, wanted, number.region)
    const night = await beforeSaveDeadline(clock, arrivedAt, () => deps.quiet(request))
    if (night) return night
    if (input.requireWaiter) return createWaiting(request, input, claim, arrivedAt)
    return slots.throughCarriers(request, input.channel, async (delivery) => {
      const admitted = await beforeSaveDeadline(
        clock,
        arrivedAt,
        () => traffic.admit(request, delivery, null),
        (late) => 'leave' in late && late.leave(),
      )
      if ('refused' in admitted) return admitted
      const challenge = newChallenge(input, delivery)
      const created = {
        challenge,
        request,
        expiresIn: input.expiresIn,
        idempotency: claim,
        slot: slots.slotFor(delivery),
      }
      const begins = limits.startOf(request, delivery.channel, challenge.flow)
      const begin = async () => {
        const inserted = await abandoned.countWhenFound(challenge.id, delivery.id, insert(created, delivery, begins))
        if (isInserted(inserted)) reserve(delivery, inserted, admitted.use())
        return inserted
      }
      const late = (inserted: InsertResult) => isInserted(inserted) && slots.release(delivery)
      const inserted = await beforeSaveDeadline(clock, arrivedAt, begin, late)
        .catch((error) => {
          if (!(error instanceof NotExecuted)) abandoned.add(challenge.id, delivery.id)
          throw error
        })
        .finally(admitted.leave)
      if (isInserted(inserted)) return place(inserted.record, delivery, arrivedAt)
      return refusedBy(request, inserted, delivery.channel)
    })
  }

  /** The operator's list is asked only about numbers that are refused without it. */
  async function refusedUnlessListed(
    service: Service,
    { to, channel }: CreateChallenge,
    number: { region: string; type: string },
    arrivedAt: number,
  ): Promise<Refusal | null> {
    const refusal = refusedNumber(settingsOf(service.id), number)
    if (refusal === null) return null
    const { keys } = ruleQuestion(to, service.id, channel, limits.hashes)
    return (await beforeSaveDeadline(clock, arrivedAt, () => store.numberRules.allows(keys))) ? null : refusal
  }

  /**
   * Its delivery begins when a page connects (first-delivery.ts). What would refuse it is asked now, so that the app hears of
   * it. It counts for the one who asks now, and for the number when it begins.
   */
  async function createWaiting(
    request: ChallengeRequest,
    input: CreateChallenge,
    idempotency: IdempotencyClaim | null,
    arrivedAt: number,
  ): Promise<ChallengeRecord | Refusal> {
    const delivery = selection.nextDelivery(request, input.channel)
    if (!delivery) return NO_CARRIER
    const fraud = await beforeSaveDeadline(clock, arrivedAt, () => traffic.refusal(request, null))
    if (fraud) return fraud
    const waiting: Delivery = { ...delivery, progress: { state: 'waiting' } }
    const challenge = newChallenge(input, waiting)
    const created = { challenge, request, expiresIn: input.expiresIn, idempotency, slot: null }
    const begins = limits.startOf(request, delivery.channel, challenge.flow, 'creation')
    const inserted = await beforeSaveDeadline(clock, arrivedAt, () => insert(created, waiting, begins))
    if (isInserted(inserted)) {
      metrics.created({ flow: challenge.flow, channel: delivery.channel })
      return inserted.record
    }
    const refused = refusedBy(request, inserted, delivery.channel)
    return refused === 'no_slot' ? NO_CARRIER : refused
  }

  function refusedBy(
    request: ChallengeRequest,
    inserted: Exclude<InsertResult, Inserted>,
    channel: Channel,
  ): Refusal | 'no_slot' {
    return typeof inserted === 'object' && 'prefix' in inserted
      ? traffic.prefixRefused(request, inserted, null)
      : refusalOf(inserted, channel)
  }

  function insert(created: InsertChallenge, delivery: Delivery, begins: DeliveryStart): Promise<InsertResult> {
    const { challenge, request } = created
    const { policyName } = settingsOf(request.serviceId)
    const facts = {
      flow: challenge.flow,
      ...(policyName !== 'standard' && { policy: policyName }),
      ...(delivery.progress.state === 'waiting'
        ? { requireWaiter: true }
        : { channel: delivery.channel, carrier: delivery.carrier }),
    }
    return store.challenges.insert(created, {
      entry: { type: 'created', delivery: delivery.progress.state === 'waiting' ? null : delivery.id, facts },
      begins,
      secondsUntilCheck: secondsUntilCheck(challenge),
      outbox: [],
    })
  }

  function reserve(delivery: Delivery, inserted: Inserted, counted: readonly string[]): void {
    const { challenge, request } = inserted.record
    slots.reserved(delivery, inserted.slotWait)
    traffic.begun(request, challenge.deliveries.at(-1)!, challenge.id, inserted.block ?? null, counted)
    metrics.created({ flow: challenge.flow, channel: delivery.channel })
  }

  function place(record: ChallengeRecord, delivery: Delivery, arrivedAt: number): Promise<ChallengeRecord> {
    const effects = deps.runEffects(deps.transition, record, [{ type: 'place', delivery: delivery.id }])
    deps.tasks.add(effects)
    return deps.waitForEffects(record, effects, arrivedAt)
  }

  function requestOf(service: Service, input: Wanted, region: string): ChallengeRequest {
    const { flow, channel, fallback, expiresIn, clientIp, session, account, ...given } = input
    return {
      ...given,
      serviceId: service.id,
      secretId: newestSecretId,
      numberHash: limits.hashes(given.to)[0]!,
      askerHashes: askerHashes({ serviceId: service.id, ...input }, limits.hashes),
      maskedNumber: maskNumber(given.to),
      region,
    }
  }
}

function isInserted(inserted: InsertResult): inserted is Inserted {
  return typeof inserted === 'object' && 'record' in inserted
}

function refusalOf(inserted: Exclude<InsertResult, Inserted | PrefixBlock>, channel: Channel): Refusal | 'no_slot' {
  if (inserted === 'no_slot') return inserted
  if (inserted === 'number_busy') return NUMBER_BUSY
  if (inserted === 'key_taken') return KEY_IN_USE
  return notAdmitted(inserted, channel)
}
