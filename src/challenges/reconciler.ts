// What no carrier reported: time that ran out, a lost answer, a callback that never came, an instance that died. Any
// instance may check, and what it finds is only another event.

import { isDeepStrictEqual } from 'node:util'
import type { CallLookup } from '../carriers/carrier.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { Logger } from '../log/logger.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord, DueCheck } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { createLookUpCall } from './call-lookup.ts'
import type { CarrierSelection } from './carrier-selection.ts'
import type { SettingsOf } from './challenge-settings.ts'
import { callEnded } from './delivery-end.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { createLookUpMessage } from './message-lookup.ts'
import type { Transition } from './transition.ts'

type Deps = {
  store: Pick<Store, 'challenges'>
  limits: Pick<DeliveryLimits, 'hashes'>
  settingsOf: SettingsOf
  selection: CarrierSelection
  transition: Transition
  clock: Clock
  log: Logger
}

const AT_ONCE = 50
/** A delivery waits up to 10 s for its slot, then up to 3 s for the carrier's answer, and each is a statement or two. */
const ASKED_AND_ANSWERED_AFTER = 20
/**
 * Whatever a carrier fails to say, an unknown call is given up within a minute: at the first check after so many
 * seconds, which may begin six seconds after the one before and wait three for the carrier.
 */
const GIVEN_UP_AFTER = 50
/** No call of ours lasts so long; where a carrier has no limit of its own, this is the limit. */
const LONGEST_RING = 90
const LONGEST_CALL = 300

/** Checks every challenge whose time to be checked has come. */
export type Reconcile = () => Promise<void>

export function createReconciler({ store, limits, settingsOf, selection, transition, clock, log }: Deps): Reconcile {
  const lookUpCall = createLookUpCall({ store, limits, settingsOf, clock })
  const lookUpMessage = createLookUpMessage(selection, clock)

  return async () => {
    // A call that is to be looked up may stand behind thousands that have expired together.
    while ((await checkSome()) === AT_ONCE);
  }

  /** How many were due. What is claimed is not due again for some seconds, whatever comes of it. */
  async function checkSome(): Promise<number> {
    const due = await store.challenges.claimDue(AT_ONCE)
    await Promise.all(
      due.map((check) =>
        carryOut(check).catch((err: Error) => log.error({ err, challenge: check.id }, 'check failed')),
      ),
    )
    return due.length
  }

  async function carryOut({ id, version }: DueCheck): Promise<void> {
    const record = await store.challenges.find(id)
    const delivery = record?.challenge.deliveries.at(-1)
    // What has changed it since has planned the next check.
    if (!record || !delivery || record.challenge.version !== version) return
    const event = await findOut(record, delivery)
    const result = await transition(id, (now) => (event && isStillDue(now, delivery, event) ? event : null))
    if ('effects' in result) await result.effects
  }

  async function findOut(record: ChallengeRecord, delivery: Delivery): Promise<ChallengeEvent | null> {
    // Its time is over.
    if (delivery.progress.state === 'waiting') return null
    if (delivery.progress.state === 'sent') return lookUpMessage(record, delivery)
    if (delivery.channel === 'sms' || delivery.progress.state === 'ended')
      return { type: 'check_due', delivery: delivery.id }
    const carrier = selection.byName(delivery.carrier)
    const seen: CallLookup = carrier ? await lookUpCall(carrier, record, delivery) : { type: 'unknown' }
    const unwanted = record.challenge.outcome !== null || isTooLong(record, delivery)
    if (carrier && unwanted && delivery.ref !== null && !(seen.type === 'seen' && seen.state === 'ended')) {
      const { ref } = delivery
      await withAbortTimeout(clock, DEADLINES.carrierAnswer, (signal) => carrier.hangUp(ref, signal)).catch(() => {})
    }
    return seen.type === 'seen' ? eventOfSeen(record, delivery, seen) : eventOfUnseen(record, delivery, seen)
  }

  function eventOfSeen(
    record: ChallengeRecord,
    delivery: Delivery,
    seen: Extract<CallLookup, { type: 'seen' }>,
  ): ChallengeEvent | null {
    if (seen.state === 'ended') return callEnded(record, delivery, seen, selection)
    const { id, progress } = delivery
    if (progress.state !== 'placing') return null
    return { type: seen.state === 'ringing' ? 'ringing' : 'placed', delivery: id, ref: seen.ref }
  }

  function eventOfUnseen(
    record: ChallengeRecord,
    delivery: Delivery,
    seen: Exclude<CallLookup, { type: 'seen' }>,
  ): ChallengeEvent | null {
    const { id, progress, carrier } = delivery
    // A silent carrier says nothing about the person.
    if (progress.state !== 'placing')
      return isTooLong(record, delivery)
        ? { type: 'ended', delivery: id, result: 'carrier_failed', mayHaveRung: true }
        : null
    if (seen.type === 'absent') {
      // Before it the carrier may not have been asked yet.
      if (!progress.unknown && record.deliveryAge < ASKED_AND_ANSWERED_AFTER) return null
      if (!progress.absent) return { type: 'call_absent', delivery: id }
    } else if (record.deliveryAge < GIVEN_UP_AFTER) return null
    log.warn({ challenge: record.challenge.id, delivery: id, carrier, lookup: seen.type }, 'call given up')
    // A carrier that has not said that it has no such call may still ring the phone, so no other one calls it then.
    const next = seen.type === 'absent' ? selection.afterFailure(record, delivery) : null
    const failed = { type: 'placement_failed', delivery: id, result: 'carrier_failed', next } as const
    if (seen.type === 'absent') return { ...failed, why: 'no such call' }
    return { ...failed, why: 'no answer', mayHaveRung: true }
  }
}

/**
 * Another delivery may have begun meanwhile, and then what was found out no longer matters. What follows from silence or
 * absence holds only of the state that was asked about, so two instances that ask at once count one answer.
 */
function isStillDue({ challenge }: ChallengeRecord, asked: Delivery, { type }: ChallengeEvent): boolean {
  const { id, progress } = challenge.deliveries.at(-1)!
  if (id !== asked.id) return false
  const isOfState = type === 'check_due' || type === 'call_absent' || type === 'placement_failed'
  return !isOfState || isDeepStrictEqual(progress, asked.progress)
}

function isTooLong(
  { deliveryAge }: Pick<ChallengeRecord, 'deliveryAge'>,
  { progress }: Pick<Delivery, 'progress'>,
): boolean {
  return deliveryAge > (progress.state === 'answered' ? LONGEST_CALL : LONGEST_RING)
}
