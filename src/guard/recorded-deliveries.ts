// Which deliveries began though a rule that only records would have refused them: they are counted as if they had been
// refused, also where another instance than the one that began them sees their end.

import type { DeliveryId } from '../domain/challenge.ts'
import { prefixOf } from '../domain/phone-number.ts'
import { type Begun, regionKey, serviceKey, type Target } from './traffic-keys.ts'
import { prefixKeyOf, type TrafficSettings } from './traffic-rules.ts'
import type { Trips } from './trips.ts'

/** `isInRegion`: its region has it among what was started there. */
type AsRecorded = { isInRegion: boolean }

export type RecordedDeliveries = {
  /** It has begun here. `null`: it is counted in all. */
  note(delivery: Begun, asRecorded: AsRecorded | null): void
  of(target: Target, delivery: Begun): AsRecorded | null
  /** Of a challenge by its deliveries: one that is counted makes it count. */
  ofAll(target: Target, deliveries: readonly Begun[]): AsRecorded | null
}

type Deps = { modes: TrafficSettings['modes']; trips: Pick<Trips, 'hasRecorded'> }

const REMEMBERED = 10_000

export function recordedDeliveries({ modes, trips }: Deps): RecordedDeliveries {
  /** Those that began here. */
  const known = new Map<DeliveryId, AsRecorded | null>()

  function of(target: Target, { id, createdAt }: Begun): AsRecorded | null {
    const here = known.get(id)
    if (here !== undefined) return here
    const prefix = target.to === null ? [] : [prefixKeyOf(prefixOf(target.to))]
    const keys = [...prefix, regionKey(target), serviceKey(target), 'all']
    return trips.hasRecorded(keys, createdAt) ? { isInRegion: modes.unverified === 'enforce' } : null
  }

  return {
    note({ id }, asRecorded) {
      known.set(id, asRecorded)
      const [oldest] = known.keys()
      if (known.size > REMEMBERED && oldest) known.delete(oldest)
    },
    of,
    ofAll(target, deliveries) {
      const all = deliveries.map((delivery) => of(target, delivery))
      return all.includes(null) ? null : { isInRegion: all.some((one) => one?.isInRegion) }
    },
  }
}
