// Asks a carrier about the call of a delivery: by its name, or, where that was never heard, in the list of calls between
// the two numbers.

import type { CallLookup, Carrier } from '../carriers/carrier.ts'
import type { Delivery } from '../domain/challenge.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withAbortTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { callerNumber } from './carrier-requests.ts'
import type { SettingsOf } from './challenge-settings.ts'
import type { DeliveryLimits } from './delivery-limits.ts'

/** `unknown` when the carrier does not answer. */
export type LookUpCall = (carrier: Carrier, record: ChallengeRecord, delivery: Delivery) => Promise<CallLookup>

type Deps = {
  store: Pick<Store, 'challenges'>
  limits: Pick<DeliveryLimits, 'hashes'>
  settingsOf: SettingsOf
  clock: Clock
}

export function createLookUpCall({ store, limits, settingsOf, clock }: Deps): LookUpCall {
  return async (carrier, record, { ref }) => {
    const lookup = (signal: AbortSignal) =>
      ref === null ? findAmongListed(carrier, record, signal) : carrier.findCall(ref, signal)
    return withAbortTimeout(clock, DEADLINES.carrierAnswer, lookup).catch(() => ({ type: 'unknown' }))
  }

  /** A listed call is the delivery's own when no delivery has its name, and when it is the only one of that kind. */
  async function findAmongListed(
    carrier: Carrier,
    { request, deliveryAge }: ChallengeRecord,
    signal: AbortSignal,
  ): Promise<CallLookup> {
    const { to } = request
    if (to === null || !carrier.listCalls) return { type: 'unknown' }
    const from = callerNumber(carrier, request, settingsOf(request.serviceId))
    const listing = await carrier.listCalls({ to, from, maxAge: deliveryAge }, signal)
    if (listing.type === 'unknown') return listing
    const refs = listing.calls.map((call) => call.ref)
    const inUse = refs.length > 0 ? await store.challenges.refsInUse(limits.hashes(to), carrier.name, refs) : []
    const [call, ...others] = listing.calls.filter((one) => !inUse.includes(one.ref))
    if (others.length > 0) return { type: 'unknown' }
    return call ? { type: 'seen', ...call } : { type: 'absent' }
  }
}
