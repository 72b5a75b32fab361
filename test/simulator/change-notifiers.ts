// The change notifiers of all instances, and the network between them.

import type { ChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Prng } from '../support/prng.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Scheduler } from './scheduler.ts'

export type ChangeNotifiers = {
  /** For one life of one instance. */
  create(alive: () => boolean): ChangeNotifier
}

export function createChangeNotifiers(scheduler: Scheduler, prng: Prng, faultRates: FaultRates): ChangeNotifiers {
  const notifiers = new Set<{ alive: () => boolean; tell(id: string): void }>()

  return {
    create(alive) {
      const waiting = new Map<string, Set<() => void>>()
      const onPublish = new Set<() => void>()
      const own = {
        alive,
        tell: (id: string) => {
          for (const heard of [...(waiting.get(id) ?? [])]) heard()
        },
      }
      notifiers.add(own)
      return {
        publish(id) {
          if (!alive()) return
          own.tell(id)
          for (const heard of [...onPublish]) heard()
          for (const other of notifiers) {
            if (!other.alive()) notifiers.delete(other)
            else if (other !== own && !faultRates.occurs('notification_lost'))
              scheduler.after(prng.between(5, 30), () => other.alive() && other.tell(id))
          }
        },
        subscribe(id, heard) {
          const heardBy = waiting.get(id) ?? new Set()
          waiting.set(id, heardBy.add(heard))
          return () => {
            heardBy.delete(heard)
            if (heardBy.size === 0 && waiting.get(id) === heardBy) waiting.delete(id)
          }
        },
        onPublish(heard) {
          onPublish.add(heard)
          return () => void onPublish.delete(heard)
        },
        close: async () => {},
      }
    },
  }
}
