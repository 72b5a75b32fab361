import type { Channel, Delivery, Flow } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { ChallengeRequest } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { CarrierSlots } from './carrier-slots.ts'
import type { DeliveryLimits } from './delivery-limits.ts'
import { beforeSaveDeadline } from './save-deadline.ts'

type Deps = { limits: DeliveryLimits; slots: CarrierSlots; clock: Clock }

/**
 * A new delivery, to be saved by the caller, with a slot in its carrier's rate. The limits are looked at before, so that a
 * number over its limit takes no slot from others; they are counted when the delivery is saved. `arrivedAt`: of the request.
 */
export async function reserveDelivery(
  { limits, slots, clock }: Deps,
  request: ChallengeRequest,
  channel: Channel,
  flow: Flow,
  arrivedAt: number,
): Promise<Delivery | Refusal> {
  const spent = await beforeSaveDeadline(clock, arrivedAt, () => limits.check(request, flow))
  if (spent) return spent
  return beforeSaveDeadline(
    clock,
    arrivedAt,
    () => slots.nextDelivery(request, channel),
    (late) => 'refused' in late || slots.release(late),
  )
}
