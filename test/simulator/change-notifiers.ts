// The doorbells of all instances, and the wire between them.

import type { ChangeNotifier } from '../../src/store/change-notifier.ts'
import type { Prng } from '../support/prng.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Scheduler } from './scheduler.ts'

export type ChangeNotifiers = {
  /** For one life of one instance. */
  create(alive: () => boolean): ChangeNotifier
}

export function createChangeNotifiers(scheduler: Scheduler, prng: Prng, faultRates: FaultRates): ChangeNotifiers {
  const hung = new Set<{ alive: () => boolean; tell(id: string): void }>()

  return {
    create(alive) {
      const waiting = new Map<string, Set<() => void>>()
      const ringing = new Set<() => void>()
      const own = {
        alive,
        tell: (id: string) => {
          for (const heard of [...(waiting.get(id) ?? [])]) heard()
        },
      }
      hung.add(own)
      return {
        publish(id) {
          if (!alive()) return
          own.tell(id)
          for (const heard of [...ringing]) heard()
          for (const other of hung) {
            if (!other.alive()) hung.delete(other)
            else if (other !== own && !faultRates.occurs('bell_lost'))
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
          ringing.add(heard)
          return () => void ringing.delete(heard)
        },
        close: async () => {},
      }
    },
  }
}
