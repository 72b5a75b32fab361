// What nobody told us: time that ran out, a lost answer, a callback that never came, an instance that died. Any instance
// may look, and each look is only another event.

import type { CallLookup, Carrier } from '../carriers/carrier.ts'
import type { Challenge, ChallengeId, Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Hands } from './call-placement.ts'
import { callbackUrls } from './callback-urls.ts'
import { RESULT_OF_CAUSE } from './carrier-events.ts'
import type { Challenges, Ground } from './challenges.ts'
import { withAbortTimeout } from './clock.ts'
import type { Act } from './transition.ts'

const AT_ONCE = 50
/** A carrier that lists no such call so long after we asked for it never had it. */
const ABSENT_AFTER = 30
/**
 * Whatever a carrier says or fails to say, an unknown call is given up within a minute: at the first look after so many
 * seconds, which may begin six seconds after the one before and wait three for the carrier.
 */
const GIVEN_UP_AFTER = 50
/** No call of ours lasts so long; where a carrier has no limit of its own, this is the limit. */
const LONGEST_RING = 90
const LONGEST_CALL = 300
const PATIENCE_MS = 3_000

export function sweeper({ store, settings, clock, log }: Ground, act: Act, hands: Hands): Challenges['reconcile'] {
  return async () => {
    const due = await store.challenges.due(AT_ONCE)
    await Promise.all(
      due.map((id) => look(id).catch((err: Error) => log.error({ err, challenge: id }, 'check failed'))),
    )
  }

  async function look(id: ChallengeId): Promise<void> {
    const stored = await store.challenges.find(id)
    const delivery = stored?.challenge.deliveries.at(-1)
    if (!stored || !delivery) return
    const event = await news(stored, delivery)
    // Between the look and the act another delivery may have begun; then what was seen is old news.
    const acted = await act(id, (now) => (now.challenge.deliveries.at(-1)?.id === delivery.id ? event : null))
    if (acted && acted !== 'number_busy') await hands.carryOut(acted)
  }

  async function news(stored: ChallengeRecord, delivery: Delivery): Promise<ChallengeEvent | null> {
    if (delivery.channel === 'sms' || delivery.progress.state === 'ended')
      return { type: 'check_due', delivery: delivery.id }
    const carrier = hands.byName(delivery.carrier)
    const seen: CallLookup = carrier ? await ask(carrier, stored, delivery) : { type: 'absent' }
    const unwanted = stored.challenge.outcome !== null || tooLong(stored, delivery)
    if (unwanted && delivery.ref !== null && !(seen.type === 'seen' && seen.state === 'ended')) {
      const { ref } = delivery
      await withAbortTimeout(clock, PATIENCE_MS, (signal) => carrier?.hangUp(ref, signal) ?? Promise.resolve()).catch(
        () => undefined,
      )
    }
    return eventOf(stored, delivery, seen)
  }

  function ask(
    carrier: Carrier,
    { challenge, request: terms, createdAt }: ChallengeRecord,
    delivery: Delivery,
  ): Promise<CallLookup> {
    if (terms.to === null) return Promise.resolve({ type: 'unknown' })
    const place = {
      carrier: carrier.name,
      locale: carrier.resolveVoiceLocale(terms.locale),
      challenge: challenge.id,
      delivery: delivery.id,
    }
    const call = {
      ref: delivery.ref,
      to: terms.to,
      from: terms.from ?? carrier.from,
      since: new Date(delivery.createdAt || createdAt),
    }
    const asked = { ...call, urls: callbackUrls(settings.publicUrl, place) }
    return withAbortTimeout(clock, PATIENCE_MS, (signal) => carrier.findCall(asked, signal)).then(
      (seen) => (isAnothers(seen, challenge, delivery) ? { type: 'absent' } : seen),
      () => ({ type: 'unknown' }),
    )
  }

  function eventOf(stored: ChallengeRecord, delivery: Delivery, seen: CallLookup): ChallengeEvent | null {
    if (seen.type === 'seen') return sighted(delivery, seen)
    const { id, progress: live, carrier } = delivery
    const over = seen.type === 'absent' ? ABSENT_AFTER : GIVEN_UP_AFTER
    if (live.state === 'placing') {
      if (stored.deliveryAge < over) return null
      log.warn({ challenge: stored.challenge.id, delivery: id, carrier }, 'call declared absent')
      // Never through another carrier: what was lost may still ring, and two phones at once are worse than none.
      return { type: 'placement_failed', delivery: id, result: 'carrier_failed', next: null }
    }
    // A silent carrier says nothing about the person.
    return tooLong(stored, delivery) ? { type: 'ended', delivery: id, result: 'carrier_failed' } : null
  }
}

/** Found by its number alone, the newest call may be an earlier one of the same challenge. */
function isAnothers(seen: CallLookup, { deliveries }: Challenge, { id }: Delivery): boolean {
  return seen.type === 'seen' && deliveries.some((other) => other.id !== id && other.ref === seen.ref)
}

function sighted({ id, progress: live }: Delivery, seen: Extract<CallLookup, { type: 'seen' }>): ChallengeEvent | null {
  if (seen.state === 'ended') return { type: 'ended', delivery: id, result: RESULT_OF_CAUSE[seen.cause] }
  if (live.state !== 'placing') return null
  return seen.state === 'ringing'
    ? { type: 'ringing', delivery: id, ref: seen.ref }
    : { type: 'placed', delivery: id, ref: seen.ref }
}

function tooLong({ deliveryAge }: ChallengeRecord, { progress: live }: Delivery): boolean {
  return deliveryAge > (live.state === 'answered' ? LONGEST_CALL : LONGEST_RING)
}
