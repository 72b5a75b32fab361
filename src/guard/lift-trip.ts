import { nanoid } from 'nanoid'
import type { By } from '../store/audit-log.ts'
import type { GuardTrips } from '../store/guard-trips.ts'

/** Ends what stands against a prefix, a region, a service or all, by its key. Whether anything stood. `pushes`: the app is told. */
export function liftTrip(trips: Pick<GuardTrips, 'lift'>, key: string, pushes: boolean, by: By): Promise<boolean> {
  const message = pushes ? (`msg_${nanoid(30)}` as const) : null
  return trips.lift(key, message, { ...by, action: 'guard.lifted', target: key, detail: {} })
}
