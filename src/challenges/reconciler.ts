// What no carrier reported: time that ran out, a lost answer, a callback that never came, an instance that died. Any
// instance may check, and what it finds is only another event.

import type { CallLookup, Carrier } from '../carriers/carrier.ts'
import type { Challenge, ChallengeId, Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Logger } from '../log/logger.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { callbackUrls } from './callback-urls.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import { failureOfEnd } from './delivery-failure.ts'
import { createLookUpMessage } from './message-lookup.ts'
import type { Transition } from './transition.ts'

type Deps = {
  store: Pick<Store, 'challenges'>
  publicUrl: string
  selection: CarrierSelection
  transition: Transition
  clock: Clock
  log: Logger
}

const AT_ONCE = 50
/** A carrier that lists no such call so long after we asked for it never had it. */
const ABSENT_AFTER = 30
/**
 * Whatever a carrier says or fails to say, an unknown call is given up within a minute: at the first check after so many
 * seconds, which may begin six seconds after the one before and wait three for the carrier.
 */
const GIVEN_UP_AFTER = 50
/** No call of ours lasts so long; where a carrier has no limit of its own, this is the limit. */
const LONGEST_RING = 90
const LONGEST_CALL = 300

/** Checks every challenge whose time to be checked has come. */
export type Reconcile = () => Promise<void>

export function createReconciler({ store, publicUrl, selection, transition, clock, log }: Deps): Reconcile {
  const lookUpMessage = createLookUpMessage(selection, clock)

  return async () => {
    const due = await store.challenges.claimDue(AT_ONCE)
    await Promise.all(
      due.map((id) => check(id).catch((err: Error) => log.error({ err, challenge: id }, 'check failed'))),
    )
  }

  async function check(id: ChallengeId): Promise<void> {
    const record = await store.challenges.find(id)
    const delivery = record?.challenge.deliveries.at(-1)
    if (!record || !delivery) return
    const event = await findOut(record, delivery)
    // Another delivery may have begun meanwhile; then what was found out no longer matters.
    const result = await transition(id, (now) => (now.challenge.deliveries.at(-1)?.id === delivery.id ? event : null))
    if ('effects' in result) await result.effects
  }

  async function findOut(record: ChallengeRecord, delivery: Delivery): Promise<ChallengeEvent | null> {
    if (delivery.progress.state === 'sent') return lookUpMessage(delivery)
    if (delivery.channel === 'sms' || delivery.progress.state === 'ended')
      return { type: 'check_due', delivery: delivery.id }
    const carrier = selection.byName(delivery.carrier)
    const seen: CallLookup = carrier ? await lookUp(carrier, record, delivery) : { type: 'absent' }
    const unwanted = record.challenge.outcome !== null || isTooLong(record, delivery)
    if (carrier && unwanted && delivery.ref !== null && !(seen.type === 'seen' && seen.state === 'ended')) {
      const { ref } = delivery
      await withAbortTimeout(clock, DEADLINES.carrierAnswer, (signal) => carrier.hangUp(ref, signal)).catch(() => {})
    }
    return seen.type === 'seen' ? eventOfSeen(record, delivery, seen) : eventOfUnseen(record, delivery, seen)
  }

  function lookUp(
    carrier: Carrier,
    { challenge, request, createdAt }: ChallengeRecord,
    delivery: Delivery,
  ): Promise<CallLookup> {
    if (request.to === null) return Promise.resolve({ type: 'unknown' })
    const locale = carrier.resolveVoiceLocale(request.locale)
    const target = { carrier: carrier.name, locale, challenge: challenge.id, delivery: delivery.id }
    const call = {
      ref: delivery.ref,
      to: request.to,
      from: request.from ?? carrier.from,
      since: new Date(delivery.createdAt || createdAt),
      urls: callbackUrls(publicUrl, target),
    }
    return withAbortTimeout(clock, DEADLINES.carrierAnswer, (signal) => carrier.findCall(call, signal)).then(
      (seen) => (isOfOtherDelivery(seen, challenge, delivery) ? { type: 'absent' } : seen),
      () => ({ type: 'unknown' }),
    )
  }

  function eventOfUnseen(
    record: ChallengeRecord,
    { id, progress, carrier }: Delivery,
    seen: Exclude<CallLookup, { type: 'seen' }>,
  ): ChallengeEvent | null {
    if (progress.state === 'placing') {
      if (record.deliveryAge < (seen.type === 'absent' ? ABSENT_AFTER : GIVEN_UP_AFTER)) return null
      log.warn({ challenge: record.challenge.id, delivery: id, carrier }, 'call declared absent')
      // Never through another carrier: what was lost may still ring, and two phones at once are worse than none.
      const failed = { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null } as const
      return seen.type === 'absent' ? failed : { ...failed, mayHaveRung: true }
    }
    // A silent carrier says nothing about the person.
    return isTooLong(record, { progress })
      ? { type: 'ended', delivery: id, result: 'carrier_failed', mayHaveRung: true }
      : null
  }
}

/** Found by its number alone, the newest call may be an earlier one of the same challenge. */
function isOfOtherDelivery(seen: CallLookup, { deliveries }: Challenge, { id }: Delivery): boolean {
  return seen.type === 'seen' && deliveries.some((other) => other.id !== id && other.ref === seen.ref)
}

function eventOfSeen(
  { deliveryAge }: ChallengeRecord,
  delivery: Delivery,
  seen: Extract<CallLookup, { type: 'seen' }>,
): ChallengeEvent | null {
  const { id, progress } = delivery
  if (seen.state === 'ended') return { type: 'ended', delivery: id, ...failureOfEnd(seen, delivery, deliveryAge) }
  if (progress.state !== 'placing') return null
  return seen.state === 'ringing'
    ? { type: 'ringing', delivery: id, ref: seen.ref }
    : { type: 'placed', delivery: id, ref: seen.ref }
}

function isTooLong(
  { deliveryAge }: Pick<ChallengeRecord, 'deliveryAge'>,
  { progress }: Pick<Delivery, 'progress'>,
): boolean {
  return deliveryAge > (progress.state === 'answered' ? LONGEST_CALL : LONGEST_RING)
}
